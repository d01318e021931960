-- CreateTable
CREATE TABLE "book_sample" (
    "id" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "bids" JSONB NOT NULL,
    "asks" JSONB NOT NULL,
    "source" TEXT NOT NULL,

    CONSTRAINT "book_sample_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "book_sample_symbol_at" ON "book_sample"("symbol", "at");

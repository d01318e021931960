-- CreateTable
CREATE TABLE "bar" (
    "id" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "interval" TEXT NOT NULL,
    "open_time" BIGINT NOT NULL,
    "close_time" BIGINT NOT NULL,
    "open" DECIMAL(27,9) NOT NULL,
    "high" DECIMAL(27,9) NOT NULL,
    "low" DECIMAL(27,9) NOT NULL,
    "close" DECIMAL(27,9) NOT NULL,
    "volume" DECIMAL(27,9) NOT NULL,
    "source" TEXT NOT NULL,
    "warm_up" BOOLEAN NOT NULL,

    CONSTRAINT "bar_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "quality_fault" (
    "id" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "code" TEXT NOT NULL,
    "field" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "dropped" BOOLEAN NOT NULL,

    CONSTRAINT "quality_fault_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "replay" (
    "run" TEXT NOT NULL,
    "dataset" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "pace_ms" INTEGER NOT NULL,
    "steps" INTEGER NOT NULL,
    "released" INTEGER NOT NULL,
    "finished" INTEGER NOT NULL,
    "stored" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "replay_pkey" PRIMARY KEY ("run")
);

-- CreateIndex
CREATE INDEX "bar_symbol_close_time" ON "bar"("symbol", "close_time");

-- CreateIndex
CREATE INDEX "quality_fault_symbol_at" ON "quality_fault"("symbol", "at");

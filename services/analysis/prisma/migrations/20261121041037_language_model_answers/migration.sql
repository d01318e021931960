-- CreateTable
CREATE TABLE "answer" (
    "prompt_hash" TEXT NOT NULL,
    "analyst" TEXT NOT NULL,
    "prompt" TEXT NOT NULL,
    "answer" TEXT NOT NULL,
    "answer_hash" TEXT NOT NULL,
    "repaired" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "answer_pkey" PRIMARY KEY ("prompt_hash")
);

-- CreateTable
CREATE TABLE "model_manifest" (
    "model" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "manifest" TEXT NOT NULL,
    "stored_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "model_manifest_pkey" PRIMARY KEY ("model","digest")
);

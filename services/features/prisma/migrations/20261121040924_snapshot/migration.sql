-- CreateTable
CREATE TABLE "snapshot" (
    "partition" INTEGER NOT NULL,
    "run" TEXT NOT NULL,
    "step" INTEGER NOT NULL,
    "sequence" BIGINT NOT NULL,
    "set_hash" TEXT NOT NULL,
    "engine" JSON NOT NULL,
    "saved_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "snapshot_pkey" PRIMARY KEY ("partition")
);

-- CreateTable
CREATE TABLE "inbox" (
    "consumer" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("consumer","message_id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "position" BIGSERIAL NOT NULL,
    "message_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "headers" JSON NOT NULL,
    "payload" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "published_at" TIMESTAMPTZ(6),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "aggregate" (
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" JSON NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "aggregate_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "event" (
    "position" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "aggregate" TEXT,
    "type" TEXT NOT NULL,
    "step" INTEGER NOT NULL,
    "at" BIGINT NOT NULL,
    "payload" JSONB NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("position")
);

-- CreateIndex
CREATE INDEX "inbox_received_at" ON "inbox" USING BRIN ("received_at");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_message_id" ON "outbox"("message_id");

-- CreateIndex
CREATE UNIQUE INDEX "event_id" ON "event"("id");

-- CreateIndex
CREATE INDEX "event_step" ON "event"("step");

-- Prisma's schema language cannot say what follows.
-- The relay asks for the few unpublished rows again and again.
CREATE INDEX "outbox_unpublished" ON "outbox"("position") WHERE "published_at" IS NULL;
-- One row, rewritten every step: leave room for the new version on the same page.
ALTER TABLE "aggregate" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
-- Big states are stored as they are: compressing one at every step costs more than writing it.
ALTER TABLE "aggregate" ALTER COLUMN "state" SET STORAGE EXTERNAL;

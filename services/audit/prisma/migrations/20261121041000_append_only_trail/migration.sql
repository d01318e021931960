-- CreateTable
CREATE TABLE "record" (
    "chain" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "recorded_at" BIGINT NOT NULL,
    "fact_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "run" TEXT NOT NULL,
    "step" INTEGER NOT NULL,
    "at" BIGINT NOT NULL,
    "symbol" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "fill_id" TEXT NOT NULL,
    "causes" JSON NOT NULL,
    "payload" TEXT NOT NULL,
    "payload_digest" TEXT NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "record_pkey" PRIMARY KEY ("chain","sequence")
);

-- CreateTable
CREATE TABLE "chain" (
    "name" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "last_step" INTEGER NOT NULL,

    CONSTRAINT "chain_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE UNIQUE INDEX "record_fact" ON "record"("chain", "run", "fact_id");


-- Prisma's schema language cannot say what follows.
-- Lineage starts at an order or a fill; most records have neither.
CREATE INDEX "record_order" ON "record"("order_id") WHERE "order_id" <> '';
CREATE INDEX "record_fill" ON "record"("fill_id") WHERE "fill_id" <> '';

-- Append-only for everyone, the owner included, and also where ordinary triggers are switched off for replication.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only: % of % refused', lower(TG_OP), TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER "record_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "record" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE "record" ENABLE ALWAYS TRIGGER "record_append_only";
-- The head moves forward only.
CREATE FUNCTION refuse_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.sequence > OLD.sequence AND NEW.name = OLD.name THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'the head of an audit chain only moves forward: % refused', lower(TG_OP) USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER "chain_forward_only" BEFORE UPDATE OR DELETE ON "chain" FOR EACH ROW EXECUTE FUNCTION refuse_return();
ALTER TABLE "chain" ENABLE ALWAYS TRIGGER "chain_forward_only";

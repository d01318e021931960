-- AlterTable
ALTER TABLE "chain" ADD COLUMN     "closed" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "format" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "genesis" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "peaks" JSON NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "record" ADD COLUMN     "flags" JSON NOT NULL DEFAULT '[]',
ADD COLUMN     "model" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "redaction" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "signal" TEXT NOT NULL DEFAULT '';

-- DropIndex
DROP INDEX "record_fact";

-- CreateTable
CREATE TABLE "checkpoint" (
    "number" BIGINT NOT NULL,
    "text" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "signature" TEXT NOT NULL,

    CONSTRAINT "checkpoint_pkey" PRIMARY KEY ("number")
);

-- CreateIndex
CREATE UNIQUE INDEX "record_fact" ON "record"("fact_id", "run", "chain");

-- Prisma's schema language cannot say what follows.
-- The single chain of earlier versions: the service closes it at its next start, and the new chains begin with its last hash.
DROP TRIGGER "record_append_only" ON "record";
DROP TRIGGER "chain_forward_only" ON "chain";
DROP FUNCTION refuse_change();
DROP FUNCTION refuse_return();
DELETE FROM "chain" WHERE sequence = 0;
UPDATE "chain" SET genesis = encode(sha256(convert_to('tradewind/audit/1/' || name, 'UTF8')), 'hex');
ALTER TABLE "chain" ALTER COLUMN "format" DROP DEFAULT, ALTER COLUMN "genesis" DROP DEFAULT;
ALTER TABLE "record" ALTER COLUMN "model" DROP DEFAULT, ALTER COLUMN "signal" DROP DEFAULT, ALTER COLUMN "flags" DROP DEFAULT;
CREATE INDEX "record_signal" ON "record"("signal") WHERE "signal" <> '';

-- 1. Nothing is deleted, nothing is changed.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only: % of % refused', lower(TG_OP), TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER "record_append_only" BEFORE DELETE OR TRUNCATE ON "record" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "checkpoint_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "checkpoint" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "chain_kept" BEFORE DELETE OR TRUNCATE ON "chain" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- 2. But one thing: a payload may go when a redaction that names it, by its digest, is recorded. Whoever asks, the record has to be there first.
CREATE FUNCTION allow_redaction_only() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF OLD.redaction = 0 AND NEW.redaction > 0 AND NEW.payload = '' AND OLD.chain <> 'AUDIT'
    AND ROW(OLD.chain, OLD.sequence, OLD.recorded_at, OLD.fact_id, OLD.kind, OLD.event, OLD.message_id, OLD.actor, OLD.run, OLD.step, OLD.at,
      OLD.symbol, OLD.order_id, OLD.fill_id, OLD.causes::text, OLD.model, OLD.signal, OLD.flags::text, OLD.payload_digest, OLD.previous_hash, OLD.hash)
    = ROW(NEW.chain, NEW.sequence, NEW.recorded_at, NEW.fact_id, NEW.kind, NEW.event, NEW.message_id, NEW.actor, NEW.run, NEW.step, NEW.at,
      NEW.symbol, NEW.order_id, NEW.fill_id, NEW.causes::text, NEW.model, NEW.signal, NEW.flags::text, NEW.payload_digest, NEW.previous_hash, NEW.hash)
    AND OLD.payload_digest = encode(sha256(convert_to(OLD.payload, 'UTF8')), 'hex')
    AND EXISTS (
      SELECT FROM record told
      WHERE told.chain = 'AUDIT' AND told.sequence = NEW.redaction AND told.kind = 'redaction'
        AND told.payload::json->>'chain' = OLD.chain AND told.payload::json->>'sequence' = OLD.sequence::text
        AND told.payload::json->>'payloadDigest' = OLD.payload_digest
    )
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the audit trail is append-only: update of record refused' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER "record_redaction_only" BEFORE UPDATE ON "record" FOR EACH ROW EXECUTE FUNCTION allow_redaction_only();

-- 3. A chain begins empty and moves forward, until it is closed.
CREATE FUNCTION refuse_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.sequence = 0 AND NEW.hash = NEW.genesis AND NOT NEW.closed THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'an audit chain begins empty' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.name = OLD.name AND NEW.format = OLD.format AND NEW.genesis = OLD.genesis AND NOT OLD.closed THEN
    IF NEW.sequence > OLD.sequence AND NOT NEW.closed THEN RETURN NEW; END IF;
    IF NEW.sequence = OLD.sequence AND NEW.hash = OLD.hash AND NEW.closed THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'the head of an audit chain only moves forward: % refused', lower(TG_OP) USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER "chain_forward_only" BEFORE INSERT OR UPDATE ON "chain" FOR EACH ROW EXECUTE FUNCTION refuse_return();

-- 4. Sequences have no gap, and the head is the last record.
CREATE FUNCTION refuse_gap() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT chain, min(sequence) AS first, max(sequence) AS last, count(*) AS records FROM fresh GROUP BY chain) AS added
    LEFT JOIN chain ON chain.name = added.chain
    WHERE chain.sequence IS DISTINCT FROM added.last
      OR added.records <> added.last - added.first + 1
      OR chain.hash IS DISTINCT FROM (SELECT hash FROM record WHERE record.chain = added.chain AND record.sequence = added.last)
      OR added.first - 1 <> COALESCE((SELECT max(sequence) FROM record WHERE record.chain = added.chain AND record.sequence < added.first), 0)
  ) THEN
    RAISE EXCEPTION 'the audit trail has no gaps: records are inserted behind the head, and the head moves with them' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER "record_gap_free" AFTER INSERT ON "record" REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION refuse_gap();

-- Also where ordinary triggers are switched off for replication.
ALTER TABLE "record" ENABLE ALWAYS TRIGGER "record_append_only", ENABLE ALWAYS TRIGGER "record_redaction_only", ENABLE ALWAYS TRIGGER "record_gap_free";
ALTER TABLE "checkpoint" ENABLE ALWAYS TRIGGER "checkpoint_append_only";
ALTER TABLE "chain" ENABLE ALWAYS TRIGGER "chain_kept", ENABLE ALWAYS TRIGGER "chain_forward_only";

-- 5. The only way to take a payload away.
CREATE FUNCTION redact(the_chain text, the_sequence bigint, the_redaction bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE record SET payload = '', redaction = the_redaction WHERE chain = the_chain AND sequence = the_sequence;
  IF NOT FOUND THEN RAISE EXCEPTION 'no record % of chain %', the_sequence, the_chain; END IF;
END
$$;
REVOKE ALL ON FUNCTION redact(text, bigint, bigint) FROM PUBLIC;

-- 6. The tables belong to a role that nobody can log in as; the service writes as a role that can do no more than append.
DO $$
DECLARE
  wanted text;
  here text := current_schema();
  is_superuser boolean := (SELECT rolsuper FROM pg_roles WHERE rolname = current_user);
BEGIN
  FOREACH wanted IN ARRAY ARRAY['tradewind_audit_owner', 'tradewind_audit_writer'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this server is migrated at the same time
      END;
    END IF;
    IF NOT is_superuser THEN EXECUTE format('GRANT %I TO CURRENT_USER', wanted); END IF;
  END LOOP;
  EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO tradewind_audit_owner', here);
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO tradewind_audit_writer', here);
END
$$;
GRANT SELECT, INSERT ON "record", "checkpoint" TO tradewind_audit_writer;
GRANT SELECT, INSERT, UPDATE ON "chain" TO tradewind_audit_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON "inbox", "outbox", "aggregate", "event" TO tradewind_audit_writer;
GRANT USAGE ON SEQUENCE "outbox_position_seq", "event_position_seq" TO tradewind_audit_writer;
GRANT EXECUTE ON FUNCTION redact(text, bigint, bigint) TO tradewind_audit_writer;
ALTER TABLE "record" OWNER TO tradewind_audit_owner;
ALTER TABLE "checkpoint" OWNER TO tradewind_audit_owner;
ALTER TABLE "chain" OWNER TO tradewind_audit_owner;
ALTER FUNCTION refuse_change() OWNER TO tradewind_audit_owner;
ALTER FUNCTION allow_redaction_only() OWNER TO tradewind_audit_owner;
ALTER FUNCTION refuse_return() OWNER TO tradewind_audit_owner;
ALTER FUNCTION refuse_gap() OWNER TO tradewind_audit_owner;
ALTER FUNCTION redact(text, bigint, bigint) OWNER TO tradewind_audit_owner;
DO $$
DECLARE
  is_superuser boolean := (SELECT rolsuper FROM pg_roles WHERE rolname = current_user);
BEGIN
  -- The owner keeps what `redact` needs and no more. What it could grant itself again, the triggers refuse all the same.
  SET LOCAL ROLE tradewind_audit_owner;
  REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON "record", "checkpoint" FROM tradewind_audit_owner;
  REVOKE DELETE, TRUNCATE, REFERENCES, TRIGGER ON "chain" FROM tradewind_audit_owner;
  GRANT UPDATE (payload, redaction) ON "record" TO tradewind_audit_owner;
  RESET ROLE;
  EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM tradewind_audit_owner', current_schema());
  IF NOT is_superuser THEN REVOKE tradewind_audit_owner FROM CURRENT_USER; END IF;
END
$$;

-- 7. An owner may alter his tables, and so switch off their triggers. Only a superuser can forbid that to owners, and he alone can lift it:
-- `ALTER EVENT TRIGGER tradewind_audit_ddl DISABLE`, and the same for `tradewind_audit_drop`, is how a later migration of this schema begins.
-- The guards stand in a schema of their own: what is dropped with the schema that it guards can't refuse.
DO $$
DECLARE
  here text := current_schema();
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE NOTICE 'not a superuser: the schema of the audit trail is not guarded against its owner altering it';
    RETURN;
  END IF;
  CREATE SCHEMA IF NOT EXISTS audit_guard;
  -- Triggers and rules belong to no schema, but to a table; a table that was moved away is not there any more.
  EXECUTE format($guard$
    CREATE FUNCTION audit_guard.refuse_ddl() RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $body$
    BEGIN
      IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE schema_name = %1$L OR object_identity LIKE '%% on ' || %1$L || '.%%')
        OR to_regclass(%1$L || '.record') IS NULL OR to_regclass(%1$L || '.chain') IS NULL OR to_regclass(%1$L || '.checkpoint') IS NULL
      THEN
        RAISE EXCEPTION 'the audit trail is append-only: %% in its schema refused', lower(TG_TAG) USING ERRCODE = 'insufficient_privilege';
      END IF;
    END
    $body$ $guard$, here);
  EXECUTE format($guard$
    CREATE FUNCTION audit_guard.refuse_drop() RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $body$
    BEGIN
      IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects()
        WHERE schema_name = %1$L OR (object_type = 'schema' AND object_name = %1$L) OR object_identity LIKE '%% on ' || %1$L || '.%%')
      THEN
        RAISE EXCEPTION 'the audit trail is append-only: %% in its schema refused', lower(TG_TAG) USING ERRCODE = 'insufficient_privilege';
      END IF;
    END
    $body$ $guard$, here);
  CREATE EVENT TRIGGER tradewind_audit_ddl ON ddl_command_end EXECUTE FUNCTION audit_guard.refuse_ddl();
  CREATE EVENT TRIGGER tradewind_audit_drop ON sql_drop EXECUTE FUNCTION audit_guard.refuse_drop();
  ALTER EVENT TRIGGER tradewind_audit_ddl ENABLE ALWAYS;
  ALTER EVENT TRIGGER tradewind_audit_drop ENABLE ALWAYS;
END
$$;

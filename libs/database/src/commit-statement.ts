import { stateText } from '@tradewind/vocabulary';
import type { Change } from './types.js';

/**
 * The whole unit of work as one statement, so as one round trip and one commit. Each part hangs on the one before by a data dependency:
 *
 *  1. `seen`: is any of the messages in the inbox already? Then nothing below writes.
 *  2. `saved`: the aggregate, if it is still at the expected version (0: does not exist). The row lock makes concurrent
 *     commits wait for each other; the later one finds another version and writes nothing.
 *  3. `claimed`: the inbox rows. Only a change without an aggregate can lose a race here; then the cast in the last line fails, which undoes
 *     the whole statement (SQLSTATE 22P02), and the caller runs it again to learn that it is a duplicate. (The cast reads a row count, because the
 *     planner would work out a constant one, and fail, in advance.)
 *  4. `appended`, `queued`: events and outbox rows, in the order given (a sequence default is drawn after ORDER BY).
 *
 * Parameters: consumer, message ids, aggregate name or null, expected version, state; event ids, types, steps, times, payloads; outbox ids,
 * subjects, headers, payloads.
 */
export const COMMIT_SQL = `
WITH seen AS (
  SELECT EXISTS (SELECT FROM inbox WHERE consumer = $1 AND message_id = ANY ($2::text[])) AS already
), updated AS (
  UPDATE aggregate SET version = version + 1, state = $5::json, updated_at = clock_timestamp()
  FROM seen WHERE NOT seen.already AND name = $3 AND version = $4::int
  RETURNING 1
), created AS (
  INSERT INTO aggregate (name, version, state)
  SELECT $3, 1, $5::json FROM seen WHERE NOT seen.already AND $3::text IS NOT NULL AND $4::int = 0
  ON CONFLICT (name) DO NOTHING
  RETURNING 1
), saved AS (
  SELECT NOT seen.already AND ($3::text IS NULL OR EXISTS (SELECT FROM updated) OR EXISTS (SELECT FROM created)) AS ok FROM seen
), claimed AS (
  INSERT INTO inbox (consumer, message_id)
  SELECT $1, id FROM saved, unnest($2::text[]) AS id WHERE saved.ok
  ON CONFLICT DO NOTHING
  RETURNING 1
), appended AS (
  INSERT INTO event (id, aggregate, type, step, at, payload)
  SELECT e.id, $3, e.type, e.step, e.at, e.payload
  FROM saved, unnest($6::text[], $7::text[], $8::int[], $9::bigint[], $10::jsonb[]) WITH ORDINALITY AS e (id, type, step, at, payload, ordinal)
  WHERE saved.ok
  ORDER BY e.ordinal
), queued AS (
  INSERT INTO outbox (message_id, subject, headers, payload)
  SELECT o.id, o.subject, o.headers, o.payload
  FROM saved, unnest($11::text[], $12::text[], $13::json[], $14::bytea[]) WITH ORDINALITY AS o (id, subject, headers, payload, ordinal)
  WHERE saved.ok
  ORDER BY o.ordinal
  RETURNING position
)
SELECT seen.already, saved.ok,
  ARRAY (SELECT position::text FROM queued ORDER BY queued.position) AS positions,
  CASE WHEN saved.ok AND (SELECT count(*) FROM claimed) < cardinality($2::text[])
    THEN ('inbox race ' || (SELECT count(*) FROM claimed))::int ELSE 0 END AS race
FROM seen, saved`;

export interface CommitRow {
  readonly already: boolean;
  readonly ok: boolean;
  readonly positions: readonly string[];
}

/** Parameters of COMMIT_SQL. Throws TypeError on state or payload that is not plain data. */
export const commitParameters = (change: Change): unknown[] => {
  const { aggregate, events, outbox } = change;
  return [
    change.consumer,
    [...new Set(change.messageIds)],
    aggregate?.name ?? null,
    aggregate?.expectedVersion ?? 0,
    aggregate === undefined ? null : (aggregate.text ?? stateText(aggregate.state)),
    events.map((event) => event.id),
    events.map((event) => event.type),
    events.map((event) => event.step),
    events.map((event) => event.at.toString()),
    events.map((event) => stateText(event.payload)),
    outbox.map((message) => message.id),
    outbox.map((message) => message.subject),
    outbox.map((message) => JSON.stringify(message.headers)),
    outbox.map((message) => asBuffer(message.payload)),
  ];
};

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

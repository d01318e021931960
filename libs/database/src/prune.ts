import type { Pool } from 'pg';
import type { PruneOptions } from './types.js';

const PRUNE_INBOX = `DELETE FROM inbox WHERE ctid = ANY (ARRAY (
  SELECT ctid FROM inbox WHERE received_at < clock_timestamp() - make_interval(secs => $1::float8) LIMIT $2))`;

const PRUNE_OUTBOX = `DELETE FROM outbox WHERE position = ANY (ARRAY (
  SELECT position FROM outbox
  WHERE published_at IS NOT NULL AND published_at < clock_timestamp() - make_interval(secs => $1::float8) ORDER BY position LIMIT $2))`;

const deleteInBatches = async (pool: Pool, text: string, keepSeconds: number, options: PruneOptions): Promise<number> => {
  let deleted = 0;
  for (let batch = 0; batch < options.batchesMax; batch += 1) {
    const count = (await pool.query(text, [keepSeconds, options.batchRows])).rowCount ?? 0;
    deleted += count;
    if (count < options.batchRows) break;
  }
  return deleted;
};

/**
 * Deletes what nobody needs any more. Keep the inbox for longer than any stream keeps its messages: an id that was pruned would be handled
 * again. Unpublished outbox rows are never deleted.
 */
export const prune = async (pool: Pool, options: PruneOptions): Promise<{ inbox: number; outbox: number }> => ({
  inbox: await deleteInBatches(pool, PRUNE_INBOX, options.inboxKeepSeconds, options),
  outbox: await deleteInBatches(pool, PRUNE_OUTBOX, options.outboxKeepSeconds, options),
});

import type { Database } from '@tradewind/database';
import type { Logger } from 'pino';
import type { BaseSettings } from './base-settings.js';

const PRUNE_EVERY_MS = 3_600_000;
const DAY_SECONDS = 86_400;
const BATCH_ROWS = 1_000;
const BATCHES_MAX = 50;

/** Deletes old inbox and published outbox rows now and then; a failure is only logged, the next turn repairs it. Returns what stops it. */
export const startPruning = (database: Database, config: BaseSettings, log: Logger): (() => void) => {
  const timer = setInterval(() => {
    database
      .prune({
        inboxKeepSeconds: config.inboxKeepDays * DAY_SECONDS,
        outboxKeepSeconds: config.outboxKeepDays * DAY_SECONDS,
        batchRows: BATCH_ROWS,
        batchesMax: BATCHES_MAX,
      })
      .then(
        (deleted) => log.debug(deleted, 'pruned'),
        (err: unknown) => log.warn({ err }, 'pruning failed'),
      );
  }, PRUNE_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
};

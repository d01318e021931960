import { PrismaPg } from '@prisma/adapter-pg';
import { insertRows } from './insert-rows.js';
import { PostgresLockSession } from './lock-session.js';
import { PostgresOutboxStore } from './outbox-store.js';
import { createPool } from './pool.js';
import { prune } from './prune.js';
import type { Database, DatabaseOptions, LockSession } from './types.js';
import { PostgresUnitOfWork } from './unit-of-work.js';

/** The database as one service sees it. Nothing is connected before the first call. Throws RangeError on a bad schema name. */
export const openDatabase = (options: DatabaseOptions): Database => {
  const pool = createPool(options);
  const openLocks = (): Promise<LockSession> => PostgresLockSession.open(options);
  const outbox = new PostgresOutboxStore(pool, options.schema, openLocks);
  let closed: Promise<void> | undefined;
  return {
    schema: options.schema,
    pool,
    unitOfWork: new PostgresUnitOfWork(pool),
    outbox,
    openLocks,
    ping: async () => {
      await pool.query('SELECT 1');
    },
    insertRows: (batch) => insertRows(pool, batch),
    prune: (limits) => prune(pool, limits),
    prismaAdapter: () =>
      new PrismaPg(pool, {
        schema: options.schema,
        disposeExternalPool: false,
        onConnectionError: (error) => options.log.warn({ error: error.message }, 'a database connection of Prisma was lost'),
      }),
    close: () => (closed ??= outbox.resign().then(() => pool.end())),
  };
};

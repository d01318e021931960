import { fileURLToPath } from 'node:url';
import { nanosFromMillis } from '@tradewind/vocabulary';
import { migrate, openDatabase } from '../src/index.js';
import type { Change, Database, DatabaseLog } from '../src/index.js';

export const silent: DatabaseLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const migrationsOf = (service: string): string =>
  fileURLToPath(new URL(`../../../services/${service}/prisma/migrations`, import.meta.url));

/** A migrated schema of its own. */
export const openMigrated = async (url: string, schema: string): Promise<Database> => {
  await migrate({ url, schema, migrationsDir: migrationsOf('orders'), log: silent });
  return openDatabase({ url, schema, applicationName: 'database-test', poolMax: 6, log: silent });
};

export interface Counter {
  readonly total: bigint;
  readonly steps: readonly number[];
}

/** One step of a stage that counts: two events, two messages. */
export const stepChange = (step: number, expectedVersion: number, overrides: Partial<Change> = {}): Change => ({
  consumer: 'counter',
  messageIds: [`bars/${step}`, `marks/${step}`],
  aggregate: { name: 'counter', expectedVersion, state: { total: BigInt(step), steps: [step] } satisfies Counter },
  events: [1, 2].map((n) => ({
    id: `ev/${step}/${n}`,
    type: 'Counted',
    step,
    at: nanosFromMillis(step),
    payload: { n, amount: 10n ** 20n },
  })),
  outbox: [1, 2].map((n) => ({
    id: `out/${step}/${n}`,
    subject: `tw.test.v1.counted.0.step`,
    headers: { 'tw-event': 'test', quoted: `"a\\b",{${n}}` },
    payload: new Uint8Array([step % 256, n, 0, 255]),
  })),
  ...overrides,
});

export const countOf = async (database: Database, table: 'inbox' | 'outbox' | 'aggregate' | 'event'): Promise<number> => {
  const { rows } = await database.pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
  return Number(rows[0]?.n);
};

export const allCounts = async (database: Database): Promise<readonly number[]> =>
  Promise.all((['inbox', 'outbox', 'aggregate', 'event'] as const).map((table) => countOf(database, table)));

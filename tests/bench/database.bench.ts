import { fileURLToPath } from 'node:url';
import { type Change, type Database, type DatabaseLog, migrate, openDatabase } from '@tradewind/database';
import { startTestPostgres } from '@tradewind/testkit';
import { nanosFromMillis } from '@tradewind/vocabulary';

import { type Benchmark, quantile, type Report } from './harness.js';

const WARM_UP = 300;
const SAMPLES = 2_000;
/** State sizes in kilobytes of JSON: a counter, a portfolio with open orders, windows of many symbols. */
const STATE_KILOBYTES = [0.1, 4, 32] as const;
const PAYLOAD = new Uint8Array(600);
const HISTORY_ROWS = 100_000;

const silent: DatabaseLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Rows of figures that do not compress to nothing. */
const stateOf = (kilobytes: number, step: number): unknown =>
  Array.from({ length: Math.max(1, Math.round((kilobytes * 1024) / 21)) }, (_, index) => Math.sin(index + step) * 1e3);

/** A durable step as risk or orders write one. */
const stepChange = (stage: string, step: number, state: unknown): Change => ({
  consumer: stage,
  messageIds: [`${stage}/bars/${step}`, `${stage}/decisions/${step}`],
  aggregate: { name: stage, expectedVersion: step, state },
  events: [1, 2].map((n) => ({
    id: `${stage}/event/${step}/${n}`,
    type: 'OrderAccepted',
    step,
    at: nanosFromMillis(step),
    payload: {
      symbol: 'SPX',
      clientOrderId: `o/${step}/${n}`,
      price: 145_525_000_000n,
      quantity: 10n ** 8n,
      causes: [`${stage}/bars/${step}`],
    },
  })),
  outbox: [1, 2].map((n) => ({
    id: `${stage}/out/${step}/${n}`,
    subject: 'tw.orders.v1.placed.0.step',
    payload: PAYLOAD,
    headers: { 'content-type': 'application/protobuf', schema: 'tradewind.orders.v1.OrdersPlaced', 'tw-event': 'orders.placed' },
  })),
});

const timed = async (samples: number[], index: number, work: () => Promise<unknown>): Promise<void> => {
  const startedAt = performance.now();
  await work();
  if (index >= WARM_UP) samples.push(performance.now() - startedAt);
};

/** Floor and unit of work take turns, so that both meet the same moments of the machine. */
const commitAgainstFloor = async (database: Database, kilobytes: number, report: Report): Promise<void> => {
  const stage = `stage-${kilobytes}`;
  const floor: number[] = [];
  const step: number[] = [];
  for (let index = 0; index < WARM_UP + SAMPLES; index += 1) {
    await timed(floor, index, () =>
      database.pool.query({ name: 'floor', text: 'INSERT INTO floor (id) VALUES ($1)', values: [`${stage}/${index}`] }),
    );
    const change = stepChange(stage, index, stateOf(kilobytes, index));
    await timed(step, index, () => database.unitOfWork.commit(change));
  }
  for (const [name, q] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    report.row(`one-row transaction ${name} (floor)`, quantile(floor, q), 'ms');
    report.row(`step: inbox 2, state ${kilobytes} kB, events 2, outbox 2, ${name}`, quantile(step, q), 'ms');
    report.ratio(`step to floor ${name}`, quantile(step, q), quantile(floor, q));
  }
};

const historyRate = async (database: Database, report: Report): Promise<void> => {
  await database.pool.query(
    'CREATE TABLE bar (symbol text, at bigint, open bigint, high bigint, low bigint, close bigint, volume bigint, PRIMARY KEY (symbol, at))',
  );
  const columns = { symbol: 'text', at: 'bigint', open: 'bigint', high: 'bigint', low: 'bigint', close: 'bigint', volume: 'bigint' };
  const rows = Array.from({ length: HISTORY_ROWS }, (_, n) => ['SPX', BigInt(n), 1n, 3n, 1n, 2n, 1_000n]);
  const startedAt = performance.now();
  await database.insertRows({ table: 'bar', columns, rows });
  report.row('history rows inserted a second', HISTORY_ROWS / ((performance.now() - startedAt) / 1000), 'rows/s');
};

const markCost = async (database: Database, report: Report): Promise<void> => {
  const marks: number[] = [];
  for (let index = 0; index < WARM_UP + 500; index += 1) {
    const [row] = await database.outbox.unpublished(1);
    if (row !== undefined) await timed(marks, index, () => database.outbox.markPublished([row.position]));
  }
  report.row('marking a message published p50 (behind the step)', quantile(marks, 0.5), 'ms');
};

export const benchmark: Benchmark = {
  name: 'Durable step on Postgres (fsync and synchronous_commit on)',
  run: async (report) => {
    await using postgres = await startTestPostgres();
    const migrationsDir = fileURLToPath(new URL('../../services/orders/prisma/migrations', import.meta.url));
    await migrate({ url: postgres.url, schema: 'orders', migrationsDir, log: silent });
    const database = openDatabase({ url: postgres.url, schema: 'orders', applicationName: 'bench', poolMax: 2, log: silent });
    const { rows } = await database.pool.query<{ fsync: string; commit: string }>(
      "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit",
    );
    report.note(`fsync ${rows[0]?.fsync ?? '?'}, synchronous_commit ${rows[0]?.commit ?? '?'}`);
    await database.pool.query('CREATE TABLE floor (id text PRIMARY KEY)');
    for (const kilobytes of STATE_KILOBYTES) await commitAgainstFloor(database, kilobytes, report);
    await markCost(database, report);
    await historyRate(database, report);
    await database.close();
  },
};

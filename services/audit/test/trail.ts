import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import {
  AUDIT_COLUMNS,
  auditRecordOf,
  type AuditRow,
  type AuditRecord,
  type ChainHead,
  type Verification,
  verifyChain,
} from '@tradewind/audit';
import { type Database, migrate, openDatabase } from '@tradewind/database';
import type { BarsClosed } from '@tradewind/market';
import { type Bus, connectBus, ensureTopology, type Log, type ReceivedEvent } from '@tradewind/messaging';
import { startTestNats, startTestPostgres, type TestNats, type TestPostgres } from '@tradewind/testkit';
import { nanosFromMillis, price, quantity, stepMessageId, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { decodeRpcResponse, encodeRpcRequest, wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';

export const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const migrationsDir = fileURLToPath(new URL('../prisma/migrations', import.meta.url));
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
export const SYMBOLS = ['NDX', 'SPX'] as const;

const at = (step: number): UnixNanos => nanosFromMillis(Date.UTC(2000, 0, 3, 21) + step * 86_400_000);

/** Two bars a step. */
export const barsOf = (step: number): BarsClosed => ({
  header: { id: stepMessageId('market.bars', 'test', step, 0), run: 'test', step, partition: 0, at: at(step), causes: [], degraded: [] },
  bars: SYMBOLS.map((symbol) => ({
    id: `bar/${symbol}/1d/${step}`,
    symbol: symbolOf(symbol),
    interval: '1d',
    openTime: at(step - 1),
    closeTime: at(step),
    open: price('100'),
    high: price('102'),
    low: price('99'),
    close: price('101.5'),
    volume: quantity('1000'),
    source: 'test',
    warmUp: false,
  })),
  lowQuality: [],
  final: false,
});

export interface Trail extends AsyncDisposable {
  readonly nats: TestNats;
  readonly postgres: TestPostgres;
  readonly bus: Bus;
  readonly database: Database;
  publish(step: number): Promise<void>;
  received(): Promise<ReceivedEvent[]>;
  records(): Promise<AuditRecord[]>;
  verify(): Promise<Verification>;
}

/** A real bus and a real database with the service's tables. */
export const openTrail = async (): Promise<Trail> => {
  const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
  await migrate({ url: postgres.url, schema: 'audit', migrationsDir, log: silent });
  const database = openDatabase({ url: postgres.url, schema: 'audit', applicationName: 'audit-test', poolMax: 4, log: silent });
  const bus = await connectBus({ servers: nats.url, name: 'audit-test', codec: wireCodec, registry: new Registry(), log: silent });
  await ensureTopology(bus, 1);
  const records = async (): Promise<AuditRecord[]> => {
    const found = await database.pool.query<AuditRow>(`SELECT ${AUDIT_COLUMNS.join(', ')} FROM record ORDER BY sequence`);
    return found.rows.map(auditRecordOf);
  };
  return {
    nats,
    postgres,
    bus,
    database,
    records,
    publish: async (step) => {
      const fact = barsOf(step);
      await bus.publish(bus.envelope('market.bars', fact, { id: fact.header.id, partition: 0, key: 'step' }));
    },
    received: async () => {
      const events: ReceivedEvent[] = [];
      for await (const event of bus.readStream({ event: 'market.bars' })) events.push(event);
      return events;
    },
    verify: async () => {
      const head = await database.pool.query<{ sequence: string; hash: string }>(`SELECT sequence, hash FROM chain WHERE name = 'main'`);
      const end: ChainHead = { chain: 'main', sequence: Number(head.rows[0]!.sequence), hash: head.rows[0]!.hash };
      return verifyChain(await records(), end);
    },
    [Symbol.asyncDispose]: async () => {
      await bus.close();
      await database.close();
      await Promise.all([nats.dispose(), postgres.dispose()]);
    },
  };
};

/** The same message with another content. */
export const retold = (event: ReceivedEvent, decode: () => unknown): ReceivedEvent => ({
  event: event.event,
  partition: event.partition,
  key: event.key,
  subject: event.subject,
  stream: event.stream,
  sequence: event.sequence,
  messageId: event.messageId,
  deliveries: event.deliveries,
  headers: event.headers,
  publishedAt: event.publishedAt,
  payload: event.payload,
  decode,
});

/** The service as a process of its own. */
export const startService = ({ nats, postgres }: Trail): ChildProcess =>
  spawn(process.execPath, ['--conditions=source', '--import', import.meta.resolve('tsx'), main], {
    stdio: ['ignore', process.env['TW_TEST_LOG'] === undefined ? 'ignore' : 'inherit', 'inherit'],
    env: { PATH: process.env['PATH'], TW_NATS_URL: nats.url, TW_DATABASE_URL: postgres.url, TW_AUDIT_BATCH_MAX: '7' },
  });

export const ended = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once('exit', resolve));

/** The service's own answer; undefined while nobody answers. */
export const askStatus = async (bus: Bus): Promise<{ records: number; head: string; pending: number; lastStep: number } | undefined> => {
  try {
    const answer = decodeRpcResponse('audit.status', await bus.request('audit.status', encodeRpcRequest('audit.status', {}), 1_000));
    return { records: Number(answer.records), head: answer.head, pending: Number(answer.pending), lastStep: Number(answer.lastStep) };
  } catch {
    return undefined;
  }
};

export const until = async (what: string, holds: () => Promise<boolean>, maxMs = 30_000): Promise<void> => {
  const deadline = Date.now() + maxMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};

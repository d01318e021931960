import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  AUDIT_COLUMNS,
  type AuditRecord,
  auditRecordOf,
  type AuditRow,
  type ChainState,
  linkRowOf,
  type SignedCheckpoint,
  type TrailVerification,
  TrailVerifier,
} from '@tradewind/audit';
import { isSigned } from '@tradewind/audit-keys';
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

/** What the migration switched on. */
const TRIGGERS = {
  record: ['record_append_only', 'record_redaction_only', 'record_gap_free'],
  chain: ['chain_kept', 'chain_forward_only'],
  checkpoint: ['checkpoint_append_only'],
} as const;

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
  /** Folder for the key and the exported checkpoints. */
  readonly folder: string;
  /** Of one chain, or of the streams' chains. */
  records(chain?: string): Promise<AuditRecord[]>;
  checkpoints(): Promise<SignedCheckpoint[]>;
  verify(anchor?: string): Promise<TrailVerification>;
  /** A fresh trail, as only a superuser who switches everything off can make one. */
  clear(): Promise<void>;
  /** As a superuser who switches everything off. */
  tamper(statement: string): Promise<void>;
}

const tamperWith = async (database: Database, statement: string): Promise<void> => {
  const client = await database.pool.connect();
  try {
    await client.query('SET ROLE NONE; SET event_triggers = off');
    await client.query(`BEGIN; ${['record', 'chain', 'checkpoint'].map((table) => `ALTER TABLE ${table} DISABLE TRIGGER ALL`).join('; ')}`);
    await client.query(statement);
    for (const [table, triggers] of Object.entries(TRIGGERS))
      await client.query(`ALTER TABLE ${table} ${triggers.map((trigger) => `ENABLE ALWAYS TRIGGER ${trigger}`).join(', ')}`);
    await client.query('COMMIT');
  } finally {
    client.release(true);
  }
};

/** A real bus and a real database with the service's tables. */
export const openTrail = async (): Promise<Trail> => {
  const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
  await migrate({ url: postgres.url, schema: 'audit', migrationsDir, log: silent });
  const database = openDatabase({
    url: postgres.url,
    schema: 'audit',
    role: 'tradewind_audit_writer',
    applicationName: 'audit-test',
    poolMax: 4,
    log: silent,
  });
  const bus = await connectBus({ servers: nats.url, name: 'audit-test', codec: wireCodec, registry: new Registry(), log: silent });
  await ensureTopology(bus, 1);
  const folder = await mkdtemp(join(tmpdir(), 'tradewind-audit-'));
  const records = async (chain = 'MARKET'): Promise<AuditRecord[]> => {
    const found = await database.pool.query<AuditRow>(`SELECT ${AUDIT_COLUMNS.join(', ')} FROM record WHERE chain = $1 ORDER BY sequence`, [
      chain,
    ]);
    return found.rows.map(auditRecordOf);
  };
  const chains = async (): Promise<ChainState[]> => {
    const found = await database.pool.query<ChainState & { sequence: string }>(
      'SELECT name AS chain, sequence, hash, format, genesis, peaks FROM chain ORDER BY name',
    );
    return found.rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
  };
  const checkpoints = async (): Promise<SignedCheckpoint[]> =>
    (await database.pool.query<SignedCheckpoint>('SELECT text, key, signature FROM checkpoint ORDER BY number')).rows;
  const tamper = (statement: string): Promise<void> => tamperWith(database, statement);
  return {
    nats,
    postgres,
    bus,
    database,
    records,
    folder,
    checkpoints,
    tamper,
    clear: () => tamper('TRUNCATE record, chain, checkpoint'),
    publish: async (step) => {
      const fact = barsOf(step);
      await bus.publish(bus.envelope('market.bars', fact, { id: fact.header.id, partition: 0, key: 'step' }));
    },
    received: async () => {
      const events: ReceivedEvent[] = [];
      for await (const event of bus.readStream({ event: 'market.bars' })) events.push(event);
      return events;
    },
    verify: async (anchor) => {
      const verifier = new TrailVerifier({ checkpoints: await checkpoints(), isSigned, ...(anchor !== undefined && { anchor }) });
      for (const chain of await chains()) {
        const links = verifier.chain(chain, chain);
        for (const record of await records(chain.chain)) if (links.check(linkRowOf(record, chain.format)) !== undefined) break;
      }
      return verifier.finish();
    },
    [Symbol.asyncDispose]: async () => {
      await bus.close();
      await database.close();
      await Promise.all([nats.dispose(), postgres.dispose(), rm(folder, { recursive: true, force: true })]);
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
export const startService = ({ nats, postgres, folder }: Trail, more: Readonly<Record<string, string>> = {}): ChildProcess =>
  spawn(process.execPath, ['--conditions=source', '--import', import.meta.resolve('tsx'), main], {
    stdio: ['ignore', process.env['TW_TEST_LOG'] === undefined ? 'ignore' : 'inherit', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      TW_NATS_URL: nats.url,
      TW_DATABASE_URL: postgres.url,
      TW_AUDIT_BATCH_MAX: '7',
      TW_AUDIT_KEY_FILE: join(folder, 'key.pem'),
      TW_AUDIT_EXPORT_PATH: join(folder, 'checkpoints'),
      TW_AUDIT_CHECKPOINT_RECORDS: '150',
      TW_AUDIT_CHECKPOINT_SECONDS: '1',
      ...more,
    },
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

import { hash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  appendEntries,
  type AuditEntry,
  auditEntries,
  type AuditRecord,
  ChainVerifier,
  checkpointText,
  emptyChain,
  type LinkRow,
  linkRowOf,
  nextCheckpoint,
} from '@tradewind/audit';
import { type Database, type DatabaseLog, migrate, openDatabase } from '@tradewind/database';
import { startTestPostgres } from '@tradewind/testkit';
import { nanosFromMillis, price, quantity, stepMessageId, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { Client } from 'pg';

import { AuditHandler } from '../../services/audit/src/handler.js';
import { AuditStore } from '../../services/audit/src/store.js';
import { exportTrail } from '../../services/cli/src/audit-export.js';
import { AUDIT_SCHEMA, AuditTrail } from '../../services/cli/src/audit-trail.js';
import { type Benchmark, fastestSeconds, type Report } from './harness.js';

/** As in a running platform: half of the records are bars, half feature vectors of 47 values. */
const STREAMS = ['MARKET', 'FEATURES'] as const;
const RECORDS_EACH = 40_000;
const BATCH = 1_000;
const clock = { now: () => nanosFromMillis(1_700_000_000_000) };
const silent: DatabaseLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
const uncounted = { recorded: () => undefined, repeated: () => undefined, contradicted: () => undefined };
const verifierPath = fileURLToPath(new URL('../../tools/verify-audit.mjs', import.meta.url));
const at = (step: number): UnixNanos => nanosFromMillis(946_900_000_000 + step * 60_000);

const header = (event: 'market.bars' | 'features.vectors', step: number) => ({
  id: stepMessageId(event, 'bench', step, 0),
  run: 'bench',
  step,
  partition: 0,
  at: at(step),
  causes: [],
  degraded: [],
});
const symbol = symbolOf('SPX');

const barEntries = (step: number): AuditEntry[] =>
  auditEntries(
    'market.bars',
    {
      header: header('market.bars', step),
      bars: [
        {
          id: `bar/SPX/1m/${step}`,
          symbol,
          interval: '1m',
          openTime: at(step - 1),
          closeTime: at(step),
          open: price('1209.07'),
          high: price('1215.77'),
          low: price('1187.54'),
          close: price('1213.27'),
          volume: quantity('5383610'),
          source: 'bench',
          warmUp: false,
        },
      ],
      lowQuality: [],
      final: false,
    },
    stepMessageId('market.bars', 'bench', step, 0),
  );

const vectorEntries = (step: number): AuditEntry[] =>
  auditEntries(
    'features.vectors',
    {
      header: header('features.vectors', step),
      vectors: [
        {
          id: `fv/SPX/1m/${step}`,
          symbol,
          at: at(step),
          barId: `bar/SPX/1m/${step}`,
          setHash: 'ab'.repeat(32),
          values: Float64Array.from({ length: 47 }, (_, index) => Math.sin(step + index)),
          warm: true,
          warmUp: false,
        },
      ],
      final: false,
    },
    stepMessageId('features.vectors', 'bench', step, 0),
  );

const entriesOf = (stream: (typeof STREAMS)[number]): AuditEntry[] =>
  Array.from({ length: RECORDS_EACH }, (_, step) => (stream === 'MARKET' ? barEntries(step) : vectorEntries(step))).flat();

const rate = (seconds: number, records = RECORDS_EACH * STREAMS.length): number => records / seconds;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
};

/** The same rows into a table with the same columns and key, and nothing else: no chain, no hash, no trigger. */
const bareInserts = async (database: Database, records: readonly AuditRecord[]): Promise<void> => {
  for (let start = 0; start < records.length; start += BATCH) {
    const part = records.slice(start, start + BATCH);
    const rows = part.map((record) => ({
      chain: record.chain,
      sequence: record.sequence,
      fact_id: record.factId,
      message_id: record.messageId,
      at: record.at.toString(),
      causes: JSON.stringify(record.causes),
      payload: record.payload,
      payload_digest: record.payloadDigest,
      previous_hash: record.previousHash,
      hash: record.hash,
    }));
    const columns = Object.keys(rows[0]!) as (keyof (typeof rows)[number])[];
    await database.pool.query({
      name: 'floor',
      text: `INSERT INTO floor SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::json[], $7::text[], $8::text[], $9::text[], $10::text[])`,
      values: columns.map((column) => rows.map((row) => row[column])),
    });
  }
};

const verifyInMemory = (chains: readonly (readonly LinkRow[])[]): void => {
  for (const [index, rows] of chains.entries()) {
    const verifier = new ChainVerifier(emptyChain(STREAMS[index]!));
    for (const row of rows) if (verifier.check(row) !== undefined) throw new Error('a good chain does not verify');
  }
};

const appending = async (url: string, told: readonly (readonly AuditEntry[])[], report: Report): Promise<void> => {
  const linked = told.map((entries, index) => appendEntries(emptyChain(STREAMS[index]!), entries, clock.now()).records);
  const floor = openDatabase({ url, schema: AUDIT_SCHEMA, applicationName: 'bench', poolMax: 2, log: silent });
  await floor.pool
    .query(`SET event_triggers = off; CREATE TABLE floor (chain text, sequence bigint, fact_id text, message_id text, at bigint, causes json, payload text,
    payload_digest text, previous_hash text, hash text, PRIMARY KEY (chain, sequence))`);
  const bare = await timed(() => Promise.all(linked.map((records) => bareInserts(floor, records))));
  await floor.close();
  const database = openDatabase({
    url,
    schema: AUDIT_SCHEMA,
    role: 'tradewind_audit_writer',
    applicationName: 'bench',
    poolMax: 4,
    log: silent,
  });
  const store = new AuditStore(database);
  await store.begin(clock.now());
  const seconds = await timed(() =>
    Promise.all(
      told.map(async (entries, index) => {
        const handler = new AuditHandler(STREAMS[index]!, store, clock, uncounted);
        for (let start = 0; start < entries.length; start += BATCH) await handler.append(entries.slice(start, start + BATCH));
      }),
    ),
  );
  await database.close();
  report.row('append, two chains at once, every commit on disk', rate(seconds), 'records/s');
  report.row('bare INSERT of the same rows (floor)', rate(bare), 'records/s');
  report.ratio('append to bare INSERT', rate(seconds), rate(bare));
};

const verifying = async (url: string, told: readonly (readonly AuditEntry[])[], report: Report): Promise<void> => {
  const rows = told.map((entries, index) =>
    appendEntries(emptyChain(STREAMS[index]!), entries, clock.now()).records.map((record) => linkRowOf(record, 2)),
  );
  const texts = rows.flat().flatMap(({ link, payload }) => [link, payload]);
  report.note(`${Math.round(texts.reduce((sum, text) => sum + text.length, 0) / rows.flat().length)} bytes hashed a record`);
  const bare = rate(await fastestSeconds(3, () => texts.forEach((text) => hash('sha256', text))));
  const memory = rate(await fastestSeconds(3, () => verifyInMemory(rows)));
  report.row('verify: hashes, links, Merkle tree, in memory', memory, 'records/s');
  report.row('bare SHA-256 of the same bytes (floor)', bare, 'records/s');
  report.ratio('verify to bare SHA-256', memory, bare);
  const client = new Client({ connectionString: url, options: `-c search_path=${AUDIT_SCHEMA}` });
  await client.connect();
  const trail = new AuditTrail(client);
  const second = new Client({ connectionString: url, options: `-c search_path=${AUDIT_SCHEMA}` });
  await second.connect();
  const stored = rate(await fastestSeconds(3, () => trail.verify({}, () => undefined, [second])));
  await second.end();
  const bareRead = rate(
    await fastestSeconds(3, () =>
      trail.atOneMoment(async () => {
        for (const chain of await trail.chains()) for await (const chunk of trail.links(chain)) void chunk;
      }),
    ),
  );
  report.row('tradewind audit verify, from Postgres', stored, 'records/s');
  report.row('bare read of the same rows over one connection (floor)', bareRead, 'records/s');
  report.ratio('audit verify to bare read', stored, bareRead);
  await exporting(client, trail, report);
  await client.end();
};

const exporting = async (client: Client, trail: AuditTrail, report: Report): Promise<void> => {
  const place = await mkdtemp(join(tmpdir(), 'tradewind-bench-'));
  try {
    // A checkpoint is all that an export needs; whether a known key signed it is not what is measured.
    const text = checkpointText(nextCheckpoint(undefined, await trail.chains(), clock.now()));
    await client.query('INSERT INTO checkpoint VALUES (1, $1, $2, $3)', [text, 'none', '0'.repeat(128)]);
    const folder = join(place, 'export');
    report.row('export', rate(await timed(() => exportTrail(trail, folder, verifierPath))), 'records/s');
    const { verifyExport } = (await import(verifierPath)) as {
      verifyExport: (folder: string) => { readonly faults: readonly { readonly code: string }[] };
    };
    let codes: string[] = [];
    const seconds = await fastestSeconds(2, () => {
      codes = verifyExport(folder).faults.map(({ code }) => code);
    });
    if (codes.join() !== 'CHECKPOINT_KEY') throw new Error(`unexpected faults: ${codes.join()}`);
    report.row('verify-audit.mjs over the export, files and all', rate(seconds), 'records/s');
  } finally {
    await rm(place, { recursive: true, force: true });
  }
};

export const benchmark: Benchmark = {
  name: 'Audit trail (aims: append 5,000 records/s sustained, verify 200,000 records/s)',
  run: async (report) => {
    await using postgres = await startTestPostgres();
    const migrationsDir = fileURLToPath(new URL('../../services/audit/prisma/migrations', import.meta.url));
    await migrate({ url: postgres.url, schema: AUDIT_SCHEMA, migrationsDir, log: silent });
    const told = STREAMS.map(entriesOf);
    await appending(postgres.url, told, report);
    await verifying(postgres.url, told, report);
  },
};

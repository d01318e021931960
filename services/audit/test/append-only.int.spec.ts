import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { appendEntries, type AuditEntry, emptyChain, redactionEntry } from '@tradewind/audit';
import { type Database, migrate, openDatabase } from '@tradewind/database';
import { nanosFromMillis } from '@tradewind/vocabulary';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AuditHandler } from '../src/handler.js';
import { AuditStore } from '../src/store.js';
import { openTrail, silent, type Trail } from './trail.js';

const migrations = fileURLToPath(new URL('../prisma/migrations', import.meta.url));
const clock = { now: () => nanosFromMillis(1_700_000_000_000) };
const quiet = { recorded: () => undefined, repeated: () => undefined, contradicted: () => undefined };
const open = (url: string, role?: string): Database =>
  openDatabase({ url, schema: 'audit', ...(role !== undefined && { role }), applicationName: 'test', poolMax: 1, log: silent });
const entry = (id: string): AuditEntry => ({
  factId: id,
  kind: 'analysis',
  event: 'analysis.analyses',
  messageId: id,
  actor: 'analysis',
  run: 'test',
  step: 1,
  at: clock.now(),
  symbol: 'SPX',
  orderId: '',
  fillId: '',
  causes: [],
  model: 'rules@1',
  signal: '',
  flags: ['rule-based'],
  payload: `{"id":"${id}","rationale":"of Ada Lovelace"}`,
});

/** Every way to change or lose what is recorded, or to make room for it. */
const FORBIDDEN = [
  `UPDATE record SET payload = '{}' WHERE sequence = 2`,
  `UPDATE record SET payload = '', redaction = 1 WHERE sequence = 2`,
  `UPDATE record SET actor = 'nobody'`,
  `UPDATE record SET hash = repeat('0', 64) WHERE sequence = 1`,
  'DELETE FROM record',
  'DELETE FROM record WHERE false',
  'TRUNCATE record',
  'TRUNCATE record, chain, checkpoint CASCADE',
  `UPDATE chain SET sequence = 0, hash = genesis WHERE name = 'ANALYSIS'`,
  `UPDATE chain SET sequence = sequence - 1`,
  `UPDATE chain SET hash = repeat('0', 64) WHERE name = 'ANALYSIS'`,
  `UPDATE chain SET name = 'OTHER' WHERE name = 'ANALYSIS'`,
  'DELETE FROM chain',
  'TRUNCATE chain',
  `INSERT INTO chain (name, sequence, hash, last_step, format, genesis) VALUES ('FORGED', 7, 'x', 1, 2, 'x')`,
  `INSERT INTO record SELECT chain, sequence + 5, recorded_at, fact_id || 'x', kind, event, message_id, actor, run, step, at, symbol, order_id, fill_id, causes,
     payload, payload_digest, previous_hash, hash, flags, model, redaction, signal FROM record WHERE chain = 'ANALYSIS' AND sequence = 3`,
  `UPDATE checkpoint SET text = '{}'`,
  'DELETE FROM checkpoint',
  'TRUNCATE checkpoint',
  `SELECT redact('ANALYSIS', 2, 1)`,
  `SELECT redact('ANALYSIS', 99, 1)`,
  'ALTER TABLE record DISABLE TRIGGER ALL',
  'ALTER TABLE record DISABLE TRIGGER record_append_only',
  'ALTER TABLE record DROP COLUMN payload',
  'ALTER TABLE record RENAME TO gone',
  'ALTER TABLE chain ENABLE REPLICA TRIGGER chain_forward_only',
  'ALTER TABLE checkpoint SET SCHEMA public',
  'DROP TRIGGER record_append_only ON record',
  'DROP TABLE record',
  'DROP TABLE checkpoint CASCADE',
  'DROP SCHEMA audit CASCADE',
  'DROP FUNCTION refuse_change() CASCADE',
  `CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
  'CREATE RULE quiet AS ON INSERT TO record DO INSTEAD NOTHING',
  `CREATE TRIGGER aside BEFORE INSERT ON record FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
  `BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM record; COMMIT`,
];

describe('the tables of the trail', () => {
  let trail: Trail;
  let store: AuditStore;
  beforeAll(async () => {
    trail = await openTrail();
    store = new AuditStore(trail.database);
    await store.begin(clock.now());
    await new AuditHandler('ANALYSIS', store, clock, quiet).append(['a', 'b', 'c'].map(entry));
    await store.addCheckpoint(1, { text: '{}', key: 'k', signature: 's' });
  });
  afterAll(async () => {
    await trail[Symbol.asyncDispose]();
  });

  const content = async (): Promise<unknown> => {
    const tables = ['record', 'chain', 'checkpoint'].map((table) => trail.database.pool.query(`SELECT * FROM ${table} ORDER BY 1, 2`));
    return (await Promise.all(tables)).map(({ rows }) => rows as unknown);
  };

  const attempt = async (role: string | undefined, statement: string): Promise<string> => {
    const database = open(trail.postgres.url, role);
    try {
      await database.pool.query(statement);
      return 'done';
    } catch (error) {
      return (error as Error).message;
    } finally {
      await database.close();
    }
  };

  describe.each(['tradewind_audit_writer', 'tradewind_audit_owner', undefined])('for role %s (undefined: a superuser)', (role) => {
    it.each(FORBIDDEN)('refuse %s', async (statement) => {
      const before = await content();
      expect(await attempt(role, statement)).toMatch(
        /append-only|forward|begins empty|no gaps|permission denied|must be owner|no record|must be member/,
      );
      expect(await content()).toEqual(before);
    });
  });

  it('belong to a role that nobody can log in as', async () => {
    const { rows } = await trail.database.pool.query<{ tableowner: string }>(
      `SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'audit' AND tablename IN ('record', 'chain', 'checkpoint')`,
    );
    expect(rows).toEqual([{ tableowner: 'tradewind_audit_owner' }]);
    const { rows: roles } = await trail.database.pool.query<{ rolcanlogin: boolean; rolsuper: boolean }>(
      `SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname LIKE 'tradewind_audit_%'`,
    );
    expect(roles).toEqual([1, 2].map(() => ({ rolcanlogin: false, rolsuper: false })));
  });

  it('give up a payload once its redaction is recorded, and only that one', async () => {
    const { digest, sequence } = (
      await trail.database.pool.query<{ digest: string; sequence: string }>(
        `SELECT payload_digest AS digest, sequence FROM record WHERE fact_id = 'b'`,
      )
    ).rows[0]!;
    const told = {
      chain: 'ANALYSIS',
      sequence: Number(sequence),
      factId: 'b',
      payloadDigest: digest,
      actor: 'Ada',
      reason: 'asked for it',
      at: clock.now(),
    };
    await new AuditHandler('AUDIT', store, clock, quiet).append([redactionEntry({ ...told, key: 'k', signature: 's' })]);
    expect(await attempt('tradewind_audit_writer', `SELECT redact('ANALYSIS', 1, 1)`)).toContain('append-only');
    expect(await attempt('tradewind_audit_writer', `UPDATE record SET payload = '', redaction = 1 WHERE fact_id = 'b'`)).toContain(
      'permission denied',
    );
    expect(await attempt('tradewind_audit_writer', `SELECT redact('ANALYSIS', 2, 1)`)).toBe('done');
    expect((await trail.records('ANALYSIS')).map(({ payload, redaction }) => [payload === '', redaction])).toEqual([
      [false, 0],
      [true, 1],
      [false, 0],
    ]);
    expect(await attempt('tradewind_audit_owner', `UPDATE record SET payload = 'back', redaction = 0 WHERE fact_id = 'b'`)).toContain(
      'append-only',
    );
  });
});

describe('a migration', () => {
  let trail: Trail;
  let folder: string;
  beforeAll(async () => {
    trail = await openTrail();
    folder = await mkdtemp(join(tmpdir(), 'tradewind-migration-'));
  });
  afterAll(async () => {
    await trail[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('closes the single chain of an earlier version, and the new ones begin with its last hash', async () => {
    const url = await trail.postgres.createDatabase('earlier');
    const earlier = join(folder, 'earlier');
    await mkdir(earlier);
    for (const name of ['migration_lock.toml', '20261121040000_base', '20261121041000_append_only_trail'])
      await cp(join(migrations, name), join(earlier, name), { recursive: true });
    await migrate({ url, schema: 'audit', migrationsDir: earlier, log: silent });
    const { state, records } = appendEntries(emptyChain('main', '', 1), ['a', 'b', 'c'].map(entry), clock.now());
    const old = open(url);
    await old.pool.query('INSERT INTO chain VALUES ($1, $2, $3, 1)', ['main', state.sequence, state.hash]);
    for (const record of records)
      await old.pool.query(
        `INSERT INTO record VALUES ('main', $1, $2, $3, 'analysis', 'analysis.analyses', $3, 'analysis', 'test', 1, $2, 'SPX', '', '', '[]', $4, $5, $6, $7)`,
        [record.sequence, record.at.toString(), record.factId, record.payload, record.payloadDigest, record.previousHash, record.hash],
      );
    await old.close();
    await migrate({ url, schema: 'audit', migrationsDir: migrations, log: silent });
    const database = open(url, 'tradewind_audit_writer');
    const store = new AuditStore(database);
    await Promise.all([store.begin(clock.now()), store.begin(clock.now())]);
    await store.begin(clock.now());
    const chains = await store.chains();
    expect(chains.find(({ chain }) => chain === 'main')).toMatchObject({ ...state, peaks: state.peaks });
    expect(chains.find(({ chain }) => chain === 'RISK')).toMatchObject({ ...emptyChain('RISK', state.hash), sequence: 0 });
    const { rows } = await database.pool.query<{ payload: string }>(`SELECT payload FROM record WHERE kind = 'chain-closed'`);
    expect(rows.map(({ payload }) => JSON.parse(payload) as unknown)).toEqual([{ chain: 'main', sequence: 3, hash: state.hash }]);
    await expect(store.append(state, { ...state, sequence: 4 }, appendEntries(state, [entry('d')], clock.now()).records)).resolves.toEqual({
      status: 'head-moved',
    });
    await database.close();
  });

  it('runs as a role that is no superuser, without the guard that only a superuser can set', async () => {
    const url = await trail.postgres.createDatabase('managed');
    const admin = open(url);
    await admin.pool.query(`CREATE ROLE migrator LOGIN CREATEROLE PASSWORD 'for this test'; GRANT CREATE ON DATABASE managed TO migrator`);
    // On a managed server one administrator made the roles; whoever migrates may hand them out.
    await admin.pool.query('GRANT tradewind_audit_owner, tradewind_audit_writer TO migrator WITH ADMIN OPTION');
    await admin.close();
    const own = new URL(url);
    own.username = 'migrator';
    own.password = 'for this test';
    await migrate({ url: own.href, schema: 'audit', migrationsDir: migrations, log: silent });
    const database = open(own.href, 'tradewind_audit_writer');
    const store = new AuditStore(database);
    await store.begin(clock.now());
    await new AuditHandler('ANALYSIS', store, clock, quiet).append([entry('a')]);
    await expect(database.pool.query('DELETE FROM record')).rejects.toThrow('permission denied');
    await expect(database.pool.query('SET ROLE NONE; DELETE FROM record')).rejects.toThrow('permission denied');
    await expect(database.pool.query('ALTER TABLE record DISABLE TRIGGER ALL')).rejects.toThrow('must be owner');
    await database.close();
  });
});

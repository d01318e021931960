import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { SchemaEngine } from '@prisma/schema-engine-wasm';
import { startTestPostgres } from '@tradewind/testkit';
import type { TestPostgres } from '@tradewind/testkit';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate, MigrationError, migrationStatus, requireMigrated } from '../src/index.js';
import type { MigrateOptions } from '../src/index.js';
import { readMigrations } from '../src/migration-files.js';
import { schemaChange } from '../src/offline-engine.js';
import { migrationsOf, silent } from './storage.js';

const SERVICES = ['analysis', 'audit', 'features', 'inference', 'market-data', 'orders', 'risk', 'validation'];
const SECOND = '20990101000000_second';

let postgres: TestPostgres;
let dir: string;
let schemas = 0;
let options: MigrateOptions;

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(async () => {
  await postgres.dispose();
});
beforeEach(async () => {
  schemas += 1;
  dir = await mkdtemp(join(tmpdir(), 'tradewind-migrations-'));
  const [base = ''] = await readdir(migrationsOf('orders'));
  await cp(join(migrationsOf('orders'), base), join(dir, base), { recursive: true });
  options = { url: postgres.url, schema: `migrated_${schemas}`, migrationsDir: dir, log: silent };
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const addMigration = async (name: string, sql: string): Promise<void> => {
  await mkdir(join(dir, name), { recursive: true });
  await writeFile(join(dir, name, 'migration.sql'), sql);
};

const query = async <T extends pg.QueryResultRow>(text: string): Promise<T[]> => {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
};

const openEngine = (schema: string): Promise<SchemaEngine> =>
  SchemaEngine.new(
    { datamodels: undefined },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: postgres.url, options: `-c search_path=${schema}` }, { schema })),
  );

describe('migrator', () => {
  it('applies everything to an empty database, and nothing the second time', async () => {
    const names = (await readMigrations(dir)).map((migration) => migration.name);
    expect(await migrationStatus(options)).toEqual({ applied: [], pending: names, changed: [], failed: [], unknown: [] });
    await expect(requireMigrated(options)).rejects.toMatchObject({ name: 'MigrationError', code: 'pending', migration: names[0] });
    expect(await migrate(options)).toEqual(names);
    expect(await migrate(options)).toEqual([]);
    await requireMigrated(options);
  });

  it('applies only what is new', async () => {
    await migrate(options);
    await addMigration(SECOND, 'CREATE TABLE later (id int PRIMARY KEY);');
    expect(await migrate(options)).toEqual([SECOND]);
  });

  it('refuses by name a migration that was edited after it was applied', async () => {
    const [first] = await readMigrations(dir);
    await migrate(options);
    await addMigration(first?.name ?? '', `${first?.script ?? ''}\n-- edited`);
    for (const start of [migrate, requireMigrated]) {
      await expect(start(options)).rejects.toMatchObject({
        code: 'changed',
        migration: first?.name,
        message: expect.stringContaining(first?.name ?? '?') as string,
      });
    }
    expect((await migrationStatus(options)).changed).toEqual([first?.name]);
  });

  it('lets two starts at once take turns: each migration is applied once', async () => {
    await addMigration(SECOND, 'CREATE TABLE later (id int); SELECT pg_sleep(0.3);');
    const applied = await Promise.all([migrate(options), migrate(options), migrate(options)]);
    expect(applied.flat()).toHaveLength(2);
  });

  it('keeps nothing of a migration that fails, tells why, and applies it once it is mended', async () => {
    await addMigration(SECOND, 'CREATE TABLE half (id int); CREATE TABLE broken (id nonsense);');
    await expect(migrate(options)).rejects.toMatchObject({
      code: 'refused',
      migration: SECOND,
      message: expect.stringContaining('nonsense') as string,
    });
    expect(await query(`SELECT 1 FROM pg_tables WHERE schemaname = '${options.schema}' AND tablename = 'half'`)).toEqual([]);
    await addMigration(SECOND, 'CREATE TABLE half (id int);');
    expect(await migrate(options)).toEqual([SECOND]);
  });

  it('is whole after a crash in the middle: the database is killed while a migration runs', async () => {
    await addMigration(SECOND, 'CREATE TABLE half (id int); SELECT pg_sleep(2);');
    const crashed = migrate(options);
    crashed.catch(() => undefined);
    await expect
      .poll(() => query(`SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(2)%' AND application_name LIKE 'tradewind-migrate%'`), {
        timeout: 10_000,
      })
      .toHaveLength(1);
    await postgres.kill();
    await expect(crashed).rejects.toThrow();
    await postgres.restart();
    await expect.poll(() => migrate(options).catch(() => 'away'), { timeout: 20_000 }).toEqual([SECOND]);
  }, 60_000);

  it('reports a folder without its SQL, a folder of a wrong name and a missing directory', async () => {
    await mkdir(join(dir, SECOND));
    await expect(migrate(options)).rejects.toMatchObject({ code: 'unreadable', migration: SECOND });
    await rm(join(dir, SECOND), { recursive: true });
    await mkdir(join(dir, 'latest'));
    await expect(migrate(options)).rejects.toMatchObject({ code: 'unreadable', migration: 'latest' });
    await expect(migrate({ ...options, migrationsDir: join(dir, 'none') })).rejects.toThrow(MigrationError);
  });

  it('accepts a database that is ahead, as during a rolling upgrade', async () => {
    await addMigration(SECOND, 'CREATE TABLE later (id int);');
    await migrate(options);
    await rm(join(dir, SECOND), { recursive: true });
    await requireMigrated(options);
    expect(await migrate(options)).toEqual([]);
    expect((await migrationStatus(options)).unknown).toEqual([SECOND]);
  });

  it("is understood by Prisma's own engine: history in sync, and the next migration applied by it is known to us", async () => {
    await migrate(options);
    const engine = await openEngine(options.schema);
    const list = async () => ({
      baseDir: dir,
      lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"' },
      shadowDbInitScript: '',
      migrationDirectories: (await readMigrations(dir)).map((migration) => ({
        path: migration.name,
        migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: migration.script } },
      })),
    });
    const filters = { externalTables: [], externalEnums: [] };
    const diagnosis = await engine.diagnoseMigrationHistory({ migrationsList: await list(), optInToShadowDatabase: false, filters });
    expect(diagnosis).toMatchObject({ hasMigrationsTable: true, editedMigrationNames: [], failedMigrationNames: [], history: null });
    await addMigration(SECOND, 'CREATE TABLE by_prisma (id int PRIMARY KEY);');
    expect((await engine.applyMigrations({ migrationsList: await list(), filters })).appliedMigrationNames).toEqual([SECOND]);
    engine.free();
    await requireMigrated(options);
    expect(await migrate(options)).toEqual([]);
  });
});

/** Columns, constraints and indexes of a schema as text, names of the schema itself left out. */
const shapeOf = async (schema: string): Promise<{ readonly tables: readonly string[]; readonly indexes: readonly string[] }> => {
  const tables = await query<{ text: string }>(`
    SELECT format('%s.%s %s null=%s default=%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) AS text
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = '${schema}'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
    UNION ALL SELECT format('%s: %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
    WHERE connamespace = '${schema}'::regnamespace AND conrelid::regclass::text NOT LIKE '%_prisma_migrations%' ORDER BY 1`);
  const indexes = await query<{ text: string }>(
    `SELECT indexdef AS text FROM pg_indexes WHERE schemaname = '${schema}' AND tablename <> '_prisma_migrations' ORDER BY 1`,
  );
  const bare = (rows: readonly { text: string }[]): string[] => rows.map((row) => row.text.replaceAll(`${schema}.`, ''));
  return { tables: bare(tables), indexes: bare(indexes) };
};

describe.each(SERVICES)('migrations of %s', (service) => {
  it('make the database that its schema.prisma describes, with partial indexes besides', async () => {
    const schema = await readFile(join(migrationsOf(service), '..', 'schema.prisma'), 'utf8');
    const last = (await readMigrations(migrationsOf(service))).at(-1);
    const snapshot = await readFile(join(migrationsOf(service), last?.name ?? '', 'schema.prisma'), 'utf8');
    expect(await schemaChange(snapshot, schema)).toBe('');
    const name = service.replace('-', '_');
    await migrate({ url: postgres.url, schema: `${name}_stepwise`, migrationsDir: migrationsOf(service), log: silent });
    await query(`CREATE SCHEMA ${name}_at_once; SET search_path TO ${name}_at_once; ${await schemaChange(undefined, schema)}`);
    const [stepwise, atOnce] = await Promise.all([shapeOf(`${name}_stepwise`), shapeOf(`${name}_at_once`)]);
    expect(stepwise.tables).toEqual(atOnce.tables);
    expect(stepwise.indexes.filter((index) => !index.includes(' WHERE '))).toEqual(atOnce.indexes);
  });
});

import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { MigrationError } from './errors.js';
import { readMigrations } from './migration-files.js';
import type { MigrationFile } from './migration-files.js';
import { checkedSchemaName } from './pool.js';
import type { DatabaseLog } from './types.js';

export interface MigrateOptions {
  readonly url: string;
  readonly schema: string;
  /** The service's `prisma/migrations`. */
  readonly migrationsDir: string;
  readonly log: DatabaseLog;
}

export interface MigrationStatus {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Applied, but with another text than the file has now. */
  readonly changed: readonly string[];
  /** Started by another tool and never finished. */
  readonly failed: readonly string[];
  /** Applied, but not on disk: the database is ahead of this code. */
  readonly unknown: readonly string[];
}

const CONNECT_TIMEOUT_MS = 5_000;
const LOCK_WAIT_MS = 60_000;
const STATEMENT_TIMEOUT_MS = 600_000;
/** One migrator at a time in a database, whatever the schema. */
const LOCK_KEY = 'tradewind:migrate';
const LOCK_NOT_AVAILABLE = '55P03';

/** Prisma's own table, to the column, so that `prisma migrate deploy` and this migrator can take turns. */
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

interface RecordedMigration {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

const withClient = async <T>(options: MigrateOptions, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({
    connectionString: options.url,
    application_name: `tradewind-migrate-${options.schema}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    options: `-c search_path=${checkedSchemaName(options.schema)} -c statement_timeout=${STATEMENT_TIMEOUT_MS} -c lock_timeout=${LOCK_WAIT_MS}`,
  });
  client.on('error', (error) => options.log.warn({ error: error.message }, 'the connection of the migrator was lost'));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
};

const recorded = async (client: Client, schema: string): Promise<readonly RecordedMigration[]> => {
  const { rows: tables } = await client.query('SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = $2', [
    schema,
    '_prisma_migrations',
  ]);
  if (tables.length === 0) return [];
  const { rows } = await client.query<RecordedMigration>(
    'SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at',
  );
  return rows;
};

const compare = (files: readonly MigrationFile[], rows: readonly RecordedMigration[]): MigrationStatus => {
  const finished = new Map(rows.filter((row) => row.finished).map((row) => [row.migration_name, row.checksum]));
  const known = new Set(files.map((file) => file.name));
  return {
    applied: [...finished.keys()],
    pending: files.filter((file) => !finished.has(file.name)).map((file) => file.name),
    changed: files.filter((file) => finished.has(file.name) && finished.get(file.name) !== file.checksum).map((file) => file.name),
    failed: rows.filter((row) => !row.finished).map((row) => row.migration_name),
    unknown: [...finished.keys()].filter((name) => !known.has(name)),
  };
};

const refuseDamage = (status: MigrationStatus, schema: string): void => {
  const changed = status.changed[0];
  if (changed !== undefined) {
    throw new MigrationError(
      'changed',
      changed,
      `migration ${changed} of ${schema} was changed after it was applied; put its text back and add a new migration`,
    );
  }
  const failed = status.failed[0];
  if (failed !== undefined) {
    throw new MigrationError(
      'failed',
      failed,
      `migration ${failed} of ${schema} was started and never finished; see \`prisma migrate resolve\``,
    );
  }
};

/** Script and record in one transaction: after a crash a migration is applied and recorded, or neither. */
const apply = async (client: Client, file: MigrationFile, schema: string): Promise<void> => {
  await client.query('BEGIN');
  try {
    await client.query(file.script);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp(), 1)`,
      [randomUUID(), file.checksum, file.name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new MigrationError('refused', file.name, `migration ${file.name} of ${schema} was not applied: ${(cause as Error).message}`, {
      cause,
    });
  }
};

const lock = async (client: Client, schema: string): Promise<void> => {
  try {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [LOCK_KEY]);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw cause;
    throw new MigrationError(
      'lock-timeout',
      '',
      `another migrator has held the lock for ${LOCK_WAIT_MS / 1000} s; ${schema} is unchanged`,
      { cause },
    );
  }
};

/**
 * Applies the service's pending migrations in order and returns their names. Two at once take turns. Throws MigrationError: `changed` (an applied one
 * was edited), `failed`, `refused` (SQL error, cause inside, nothing of that migration kept), `lock-timeout`, `unreadable`; and what `pg` throws.
 */
export const migrate = async (options: MigrateOptions): Promise<string[]> => {
  const files = await readMigrations(options.migrationsDir);
  return withClient(options, async (client) => {
    // The lock belongs to the connection: a crash gives it back.
    await lock(client, options.schema);
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${checkedSchemaName(options.schema)}"`);
    await client.query(CREATE_TABLE);
    const status = compare(files, await recorded(client, options.schema));
    refuseDamage(status, options.schema);
    if (status.unknown.length > 0)
      options.log.warn({ schema: options.schema, unknown: status.unknown }, 'the database is ahead of this code');
    for (const name of status.pending) {
      const file = files.find((candidate) => candidate.name === name);
      if (file === undefined) continue;
      await apply(client, file, options.schema);
      options.log.info({ schema: options.schema, migration: name }, 'migration applied');
    }
    return [...status.pending];
  });
};

/** Compares the migrations on disk with those in the database; changes nothing. */
export const migrationStatus = async (options: MigrateOptions): Promise<MigrationStatus> => {
  const files = await readMigrations(options.migrationsDir);
  return withClient(options, async (client) => compare(files, await recorded(client, options.schema)));
};

/** Throws MigrationError unless the database has every migration of this code, unchanged. One that is ahead is accepted (rolling upgrade). */
export const requireMigrated = async (options: MigrateOptions): Promise<void> => {
  const status = await migrationStatus(options);
  refuseDamage(status, options.schema);
  const pending = status.pending[0];
  if (pending !== undefined) {
    throw new MigrationError(
      'pending',
      pending,
      `${status.pending.length} migration(s) of ${options.schema} are not applied, first ${pending}: run \`node libs/service-kit/dist/migrate-command.js\``,
    );
  }
};

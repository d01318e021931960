import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort, isPortFree } from './free-port.js';
import { LaunchError } from './launch-error.js';
import { type Exit, ManagedProcess, lastLines } from './managed-process.js';
import type { ServerHandle } from './nats-server.js';
import { clearLeftovers } from './postgres-leftovers.js';
import { type Owner, postgresOwner, stateDirectoryFor } from './postgres-owner.js';
import { type PostgresPrograms, findPostgres } from './postgres-programs.js';

const run = promisify(execFile);

export interface PostgresOptions {
  /** Everything the server writes goes here (as root under a closed home: to a derived place that the server's user can reach). */
  readonly dir: string;
  /** A free one is picked when not given. */
  readonly port?: number;
  /** The database created at the first start. */
  readonly database?: string;
  /** For a server whose data nobody will miss (tests): the first start doesn't wait for the disk. */
  readonly throwAway?: boolean;
}

export interface PostgresHandle extends ServerHandle {
  /** Where the data lies, after the move described at `dir`. */
  readonly dataDir: string;
  /** Makes an empty database beside the first and returns its address. */
  createDatabase(name: string): Promise<string>;
}

const readyTimeoutMs = 60_000;
const stopTimeoutMs = 15_000;
const leftoverTimeoutMs = 10_000;
const connectionsMax = 120;
const user = 'tradewind';

/** One laptop, some ten services with small pools, every commit on disk before its answer. Each setting that matters is written here. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: String(connectionsMax),
  shared_buffers: '64MB',
  work_mem: '8MB',
  maintenance_work_mem: '32MB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '512MB',
  checkpoint_timeout: '5min',
  io_method: 'sync',
  max_worker_processes: '4',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  restart_after_crash: 'on',
  idle_in_transaction_session_timeout: '60s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
};

/**
 * Starts Postgres on the loopback interface, initialising its directory at the first start, and waits until it answers.
 * @throws LaunchError PORT_TAKEN, ALREADY_RUNNING (another server uses this directory), POSTGRES_MISSING, POSTGRES_FAILED.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresHandle> {
  const owner = postgresOwner();
  const dir = stateDirectoryFor(resolve(options.dir), owner);
  const programs = await findPostgres(owner);
  await mkdir(dir, { recursive: true });
  const password = await initialise(programs, dir, owner, options.throwAway ?? false);
  const server = new PostgresServer(programs, dir, owner, options.port ?? (await freePort()), options.database ?? 'tradewind', password);
  await server.restart();
  return server;
}

/** Makes the data directory aside and moves it into place whole, so that a crash half-way leaves nothing that looks finished. */
async function initialise(programs: PostgresPrograms, dir: string, owner: Owner | undefined, throwAway: boolean): Promise<string> {
  const secret = join(dir, 'password');
  if (existsSync(join(dir, 'data'))) return (await readFile(secret, 'utf8')).trim();
  const password = randomBytes(18).toString('base64url');
  await writeFile(secret, password, { mode: 0o600 });
  const making = join(dir, 'data.making');
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { mode: 0o700 });
  const pwfile = join(dir, 'data.pwfile');
  await writeFile(pwfile, password, { mode: 0o600 });
  if (owner) for (const path of [making, pwfile]) await chown(path, owner.uid, owner.gid);
  const args = ['-D', making, '-U', user, '--pwfile', pwfile, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'];
  if (throwAway) args.push('--no-sync');
  try {
    await run(programs.initdb, args, { cwd: making, env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' }, timeout: 120_000, ...owner });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() ?? String(error);
    throw new LaunchError('POSTGRES_FAILED', `initdb failed in ${dir}: ${said}`, { cause: error });
  } finally {
    await rm(pwfile, { force: true });
  }
  await chmod(making, 0o700);
  await rename(making, join(dir, 'data'));
  return password;
}

class PostgresServer implements PostgresHandle {
  #process: ManagedProcess | undefined;

  constructor(
    readonly programs: PostgresPrograms,
    readonly dir: string,
    readonly owner: Owner | undefined,
    readonly port: number,
    readonly database: string,
    readonly password: string,
  ) {}

  get url(): string {
    return this.#address(this.database);
  }
  get dataDir(): string {
    return join(this.dir, 'data');
  }
  get pid(): number {
    return this.#started().pid;
  }
  get running(): boolean {
    return this.#process?.running ?? false;
  }
  get exited(): Promise<Exit> {
    return this.#started().exited;
  }

  async restart(): Promise<void> {
    if (this.running) await this.stop();
    await clearLeftovers(this.dataDir);
    if (!(await isPortFree(this.port)))
      throw new LaunchError(
        'PORT_TAKEN',
        `Port ${this.port} is taken: Postgres can't listen on it. Stop what uses it, or give another port.`,
      );
    await this.#launch(performance.now() + leftoverTimeoutMs);
    if (this.database !== 'postgres') await this.createDatabase(this.database);
  }

  /** Tries again for a while when the memory of a killed server is still in use: its children end by themselves, one by one. */
  async #launch(deadline: number): Promise<void> {
    const values = { ...settings, port: String(this.port) };
    this.#process = await ManagedProcess.start({
      name: 'postgres',
      command: this.programs.postgres,
      args: ['-D', this.dataDir, ...Object.entries(values).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
      cwd: this.dataDir,
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      owner: this.owner,
      output: { file: join(this.dir, 'postgres.log') },
      // "Fast": clients are cut off, a checkpoint is written.
      stopSignal: 'SIGINT',
      stopTimeoutMs,
      // "Immediate": the server ends its own children at once and recovers from its log at the next start.
      orphanSignal: 'QUIT',
    });
    try {
      await this.#ready();
    } catch (error) {
      const memoryInUse = error instanceof LaunchError && error.message.includes('pre-existing shared memory block');
      if (!memoryInUse || performance.now() > deadline) throw error;
      await new Promise((settle) => setTimeout(settle, 100));
      await this.#launch(deadline);
    }
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  /** SIGKILL to the postmaster alone: its children notice and end by themselves, as after a real crash. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  async createDatabase(name: string): Promise<string> {
    const quoted = pg.escapeIdentifier(name);
    const exists = await this.#query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (exists === 0) await this.#query(`CREATE DATABASE ${quoted}`, []);
    return this.#address(name);
  }

  async #ready(): Promise<void> {
    const deadline = performance.now() + readyTimeoutMs;
    for (;;) {
      try {
        await this.#query('SELECT 1', []);
        return;
      } catch (error) {
        const gone = !this.running;
        if (!gone && performance.now() < deadline) {
          await new Promise((settle) => setTimeout(settle, 20));
          continue;
        }
        await this.kill();
        const what = gone ? 'ended at once' : `didn't answer within ${readyTimeoutMs / 1000} s`;
        const words = lastLines(join(this.dir, 'postgres.log'), 8);
        throw new LaunchError('POSTGRES_FAILED', `Postgres ${what}. Its last words:\n${words}`, { cause: error });
      }
    }
  }

  async #query(text: string, values: readonly string[]): Promise<number> {
    const client = new pg.Client({ connectionString: this.#address('postgres'), connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query(text, [...values])).rowCount ?? 0;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  #address(database: string): string {
    return `postgres://${user}:${this.password}@127.0.0.1:${this.port}/${encodeURIComponent(database)}`;
  }

  #started(): ManagedProcess {
    if (!this.#process) throw new Error('Postgres was not started');
    return this.#process;
  }
}

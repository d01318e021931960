import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startTestPostgres } from '@tradewind/testkit';
import type { TestPostgres } from '@tradewind/testkit';
import { nanosFromMillis } from '@tradewind/vocabulary';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isDatabaseAway, openDatabase, VersionConflictError } from '../src/index.js';
import type { Database } from '../src/index.js';
import { countOf, openMigrated, silent, stepChange } from './storage.js';

/** A disk of four megabytes that Postgres may write to; undefined where mounting is not allowed. */
const mountSmallDisk = (): string | undefined => {
  const dir = mkdtempSync(join(tmpdir(), 'tradewind-small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dir], { stdio: 'ignore' });
    const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
    chownSync(dir, id('-u'), id('-g'));
    return dir;
  } catch {
    rmSync(dir, { recursive: true, force: true });
    return undefined;
  }
};
const smallDisk = mountSmallDisk();

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterEach(async () => {
  if (!postgres.running) await postgres.restart();
});
afterAll(async () => {
  await postgres.dispose();
  if (smallDisk === undefined) return;
  execFileSync('umount', [smallDisk]);
  rmSync(smallDisk, { recursive: true });
});

const rejection = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Commits step after step as a stage does: on any error of an absent database it loads the state and tries the step again. */
const commitSteps = async (database: Database, from: number, until: number, onRetry: () => void): Promise<void> => {
  for (let step = from; step < until;) {
    try {
      const version = (await database.unitOfWork.load('counter'))?.version ?? 0;
      await database.unitOfWork.commit(stepChange(step, version));
      step += 1;
    } catch (error) {
      if (error instanceof VersionConflictError) throw error;
      if (!isDatabaseAway(error)) throw error;
      onRetry();
      await pause(20);
    }
  }
};

describe('a database that fails', () => {
  it('has every step whole and once after being killed in the middle of commits', async () => {
    const database = await openMigrated(postgres.url, 'killed');
    let retries = 0;
    const committing = commitSteps(database, 0, 600, () => {
      retries += 1;
    });
    for (let kill = 0; kill < 3; kill += 1) {
      await pause(150);
      await postgres.kill();
      await pause(50);
      await postgres.restart();
    }
    await committing;
    expect(retries).toBeGreaterThan(0);
    expect((await database.unitOfWork.load('counter'))?.version).toBe(600);
    const { rows } = await database.pool.query(`
      SELECT (SELECT count(*)::int FROM inbox) AS inbox, (SELECT count(*)::int FROM event) AS events, (SELECT count(DISTINCT step)::int FROM event) AS steps,
        (SELECT count(*)::int FROM outbox) AS outbox, (SELECT array_agg(step ORDER BY position) = array_agg(step ORDER BY step, id) FROM event) AS in_order`);
    expect(rows[0]).toEqual({ inbox: 1_200, events: 1_200, steps: 600, outbox: 1_200, in_order: true });
    await database.close();
  }, 120_000);

  it('answers duplicate when a commit whose answer was lost is tried again', async () => {
    const database = await openMigrated(postgres.url, 'lost_answer');
    // The server commits, but the connection is cut before the answer is read.
    const client = await database.pool.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    client.release();
    expect(rows[0]?.pid).toBeGreaterThan(0);
    await database.unitOfWork.commit(stepChange(0, 0));
    await postgres.kill();
    await postgres.restart();
    let result: unknown;
    await expect
      .poll(
        async () => {
          result = await database.unitOfWork.commit(stepChange(0, 0)).catch(() => undefined);
          return result;
        },
        { timeout: 10_000 },
      )
      .toEqual({ status: 'duplicate' });
    await database.close();
  });

  it('leaves the outbox rows of a process that died between commit and publish, in order, for the next one', async () => {
    const before = await openMigrated(postgres.url, 'abandoned');
    await before.outbox.tryLead();
    for (let step = 0; step < 4; step += 1) await before.unitOfWork.commit(stepChange(step, step));
    await before.outbox.markPublished([1n]);
    // The process is gone: its connections are cut, nothing is handed over.
    await postgres.kill();
    await postgres.restart();
    const after = openDatabase({ url: postgres.url, schema: 'abandoned', applicationName: 'next', poolMax: 3, log: silent });
    await expect.poll(() => after.outbox.tryLead().catch(() => false), { timeout: 10_000 }).toBe(true);
    const waiting = await after.outbox.unpublished(100);
    // The mark of position 1 was not waited for on disk: it may have been lost, which only means publishing it again.
    expect(waiting.map((row) => row.id).slice(-7)).toEqual(['out/0/2', 'out/1/1', 'out/1/2', 'out/2/1', 'out/2/2', 'out/3/1', 'out/3/2']);
    await after.outbox.markPublished(waiting.map((row) => row.position));
    expect(await after.outbox.unpublished(100)).toEqual([]);
    await Promise.all([before.close(), after.close()]);
  });

  it('is away while it is stopped, starting or shutting down, and its sessions ended by an administrator', async () => {
    const database = await openMigrated(postgres.url, 'away');
    await database.ping();
    const terminated = rejection(database.pool.query('SELECT pg_sleep(5)'));
    await pause(100);
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(5)%' AND pid <> pg_backend_pid()`,
    );
    expect(isDatabaseAway(await terminated)).toBe(true);
    const state = (): Promise<'answers' | 'away'> =>
      database.ping().then(
        () => 'answers',
        (error: unknown) => (isDatabaseAway(error) ? 'away' : Promise.reject(error)),
      );
    await postgres.kill();
    // A session outlives its postmaster until it notices.
    await expect.poll(state, { timeout: 10_000 }).toBe('away');
    await postgres.restart();
    await expect.poll(state, { timeout: 10_000 }).toBe('answers');
    await database.close();
  });

  it.each([
    ['53100', 'disk full'],
    ['53200', 'out of memory'],
    ['53300', 'too many connections'],
    ['57P01', 'admin shutdown'],
    ['57P02', 'crash shutdown'],
    ['57P03', 'starting up'],
    ['08006', 'connection failure'],
    ['58030', 'input/output error'],
    ['25006', 'read only'],
    ['40P01', 'deadlock'],
    ['57014', 'timeout'],
  ])('is away on SQLSTATE %s (%s)', async (state) => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    const error = await rejection(client.query(`DO $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '${state}'; END $$`));
    await client.end();
    expect(error).toMatchObject({ code: state });
    expect(isDatabaseAway(error)).toBe(true);
    expect(isDatabaseAway(new Error('wrapped', { cause: error }))).toBe(true);
    expect(isDatabaseAway(new AggregateError([new Error('other'), error]))).toBe(true);
  });

  it.each(['23505', '42P01', '22P02', '28P01', '42601'])('is not away on SQLSTATE %s: trying again cannot help', async (state) => {
    expect(isDatabaseAway(Object.assign(new Error('refused'), { code: state }))).toBe(false);
  });

  it('is not away when our own code fails', () => {
    for (const error of [new TypeError('x'), new VersionConflictError('a', 1), undefined, 'text', null, 7])
      expect(isDatabaseAway(error)).toBe(false);
  });

  it('is away when a quota of disk space is used up', async () => {
    const database = await openMigrated(postgres.url, 'quota');
    await database.pool.query("ALTER ROLE CURRENT_USER SET temp_file_limit = '64kB'");
    const small = openDatabase({ url: postgres.url, schema: 'quota', applicationName: 'quota', poolMax: 2, log: silent });
    const full = await rejection(
      small.pool.query('SELECT count(*) FROM (SELECT g, md5(g::text) FROM generate_series(1, 300000) g ORDER BY 2) s'),
    );
    expect(full).toMatchObject({ code: '53400' });
    expect(isDatabaseAway(full)).toBe(true);
    await database.pool.query('ALTER ROLE CURRENT_USER RESET temp_file_limit');
    await Promise.all([database.close(), small.close()]);
  });

  // A disk of four megabytes under the event table; only root can mount one.
  it.skipIf(smallDisk === undefined)(
    'is away while the disk is full, keeps what was committed, and takes the same change once there is room',
    async () => {
      const database = await openMigrated(postgres.url, 'full');
      await database.pool.query(`CREATE TABLESPACE small LOCATION '${smallDisk}'`);
      await database.pool.query(
        'ALTER TABLE event SET TABLESPACE small; CREATE TABLE ballast (bytes bytea) TABLESPACE small; ALTER TABLE ballast ALTER bytes SET STORAGE EXTERNAL',
      );
      await database.pool.query("INSERT INTO ballast SELECT decode(repeat('00', 1000000), 'hex') FROM generate_series(1, 2)");
      const events = (step: number) => [
        { id: `big/${step}`, type: 'Big', step, at: nanosFromMillis(step), payload: randomBytes(100_000).toString('hex') },
      ];
      let step = 0;
      let failure: unknown;
      for (; failure === undefined && step < 40; step += 1)
        failure = await rejection(database.unitOfWork.commit(stepChange(step, step, { events: events(step) })));
      const last = step - 1;
      expect(failure).toMatchObject({ code: '53100' });
      expect(isDatabaseAway(failure)).toBe(true);
      expect((await database.unitOfWork.load('counter'))?.version).toBe(last);
      await database.pool.query('DROP TABLE ballast');
      expect((await database.unitOfWork.commit(stepChange(last, last, { events: events(last) }))).status).toBe('committed');
      expect(await countOf(database, 'event')).toBe(last + 1);
      await database.pool.query('DROP TABLE event CASCADE');
      await database.pool.query('DROP TABLESPACE small');
      await database.close();
    },
  );

  it('does not wait for ever for a pool that is used up', async () => {
    const database = openDatabase({ url: postgres.url, schema: 'full', applicationName: 'busy', poolMax: 1, log: silent });
    const held = await database.pool.connect();
    expect(isDatabaseAway(await rejection(database.ping()))).toBe(true);
    held.release();
    await database.ping();
    await database.close();
  }, 15_000);
});

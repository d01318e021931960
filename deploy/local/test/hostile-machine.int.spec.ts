import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNats } from '../src/nats-server.js';
import { startPostgres } from '../src/postgres-server.js';

const repository = resolve(import.meta.dirname, '../../..');
const mebibyte = 1024 * 1024;
const place = mkdtempSync(join(tmpdir(), 'tradewind-test-hostile-'));
chmodSync(place, 0o711);
afterAll(() => rmSync(place, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));

/** A file system of our own that can be filled up: needs root and the right to mount. */
const canMount = ((): boolean => {
  if (process.getuid?.() !== 0) return false;
  const probe = join(place, 'probe');
  mkdirSync(probe);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe]).status !== 0) return false;
  execFileSync('umount', [probe]);
  return true;
})();

describe.skipIf(!canMount)('a full disk (skipped where no file system can be mounted)', () => {
  const disk = join(place, 'disk');
  const filler = join(disk, 'filler');
  beforeAll(() => {
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=0711', 'tmpfs', disk]);
  });
  afterAll(() => execFileSync('umount', ['-l', disk]));

  /** Leaves this many bytes. */
  const fillUpTo = (bytes: number): void => {
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
  };
  const makeRoom = (): void => rmSync(filler, { force: true });

  it('makes Postgres refuse writes with its reason, loses no committed row, and ends when there is room', async () => {
    const server = await startPostgres({ dir: join(disk, 'postgres'), throwAway: true });
    await query(server.url, 'CREATE TABLE kept (n int, filling text)');
    let committed = 0;
    fillUpTo(6 * mebibyte);
    let refusal = '';
    while (refusal === '' && committed < 10_000) {
      await query(server.url, `INSERT INTO kept SELECT ${committed}, repeat(md5(random()::text), 8000)`).then(
        () => (committed += 1),
        (error: Error) => (refusal = error.message),
      );
    }
    expect(refusal).toMatch(/No space left|terminat|recovery|shut|closed|refused|reset/i);
    makeRoom();
    // A server whose log found no room ends by itself, some time after it refused.
    const countAfterRestart = async (): Promise<number> => {
      if (!server.running) await server.restart().catch(() => undefined);
      return await count(server.url);
    };
    await expect.poll(countAfterRestart, { timeout: 30_000 }).toBeGreaterThanOrEqual(committed);
    await query(server.url, "INSERT INTO kept VALUES (-1, '')");
    await server.stop();
  });

  it('makes nats-server refuse publishes, loses no acknowledged message, and ends when there is room', async () => {
    let server = await startNats({ dir: join(disk, 'nats') });
    let connection = await connect({ servers: server.url });
    await (await jetstreamManager(connection)).streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    fillUpTo(4 * mebibyte);
    const payload = new Uint8Array(256 * 1024).fill(1);
    let acknowledged = 0;
    let refused = false;
    while (!refused && acknowledged < 200) {
      await jetstream(connection)
        .publish('kept.x', payload, { timeout: 3_000 })
        .then(
          () => (acknowledged += 1),
          () => (refused = true),
        );
    }
    expect(refused).toBe(true);
    await connection.close();
    await server.kill();
    makeRoom();
    server = await startNats({ dir: join(disk, 'nats') });
    connection = await connect({ servers: server.url });
    const { state } = await (await jetstreamManager(connection)).streams.info('KEPT');
    expect(state.messages).toBeGreaterThanOrEqual(acknowledged);
    await expect(jetstream(connection).publish('kept.x', payload)).resolves.toMatchObject({ stream: 'KEPT' });
    await connection.close();
    await server.stop();
  });
});

/** A network name space without any interface up. */
const canIsolate = spawnSync('unshare', ['-r', '-n', 'true']).status === 0;

describe.skipIf(!canIsolate)('a machine without a network (skipped where none can be taken away)', () => {
  it('is told within seconds that no nats-server could be brought, which ways were tried, and what to do', () => {
    const flags = [
      '--disable-warning=ExperimentalWarning',
      '--experimental-transform-types',
      '--import',
      join(repository, 'scripts/typescript-imports.mjs'),
    ];
    const program = `import { findNatsServer } from ${JSON.stringify(join(import.meta.dirname, '../src/nats-binary.ts'))};
      await findNatsServer().catch((error) => { console.log(error.code + ' ' + error.message); });`;
    const { stdout } = spawnSync('unshare', ['-r', '-n', process.execPath, ...flags, '--input-type=module', '-e', program], {
      encoding: 'utf8',
      cwd: repository,
      timeout: 50_000,
      env: { ...process.env, TW_CACHE_DIR: join(place, 'empty-cache'), NATS_SERVER_BIN: '' },
    });
    expect(stdout).toMatch(/^NATS_MISSING /);
    expect(stdout).toContain('the official release');
    expect(stdout).toContain("Debian trixie's package");
    expect(stdout).toContain('NATS_SERVER_BIN');
  });
});

async function query(url: string, text: string): Promise<pg.QueryResult<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.query<Record<string, unknown>>(text);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function count(url: string): Promise<number> {
  return await query(url, 'SELECT count(*) AS n FROM kept').then(
    ({ rows }) => Number(rows[0]?.['n']),
    () => -1,
  );
}

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JetStreamClient, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startTestNats, startTestPostgres, type TestNats, type TestPostgres } from '@tradewind/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../src/free-port.js';
import { startNats } from '../src/nats-server.js';
import { startPostgres } from '../src/postgres-server.js';

const kibibyte = 1024;
const storeBytesMax = 512 * kibibyte;

describe('nats-server', () => {
  let server: TestNats;
  beforeAll(async () => {
    server = await startTestNats({ storeBytesMax });
  });
  afterAll(async () => await server.dispose());

  it('keeps every acknowledged message through SIGKILL, on the same port', async () => {
    const { port, pid } = server;
    await withStream(server, 'KEPT', 'kept.>', async (client) => {
      for (let n = 0; n < 50; n += 1) await client.publish(`kept.${n}`, `message ${n}`);
    });
    await server.kill();
    expect(server.running).toBe(false);
    await server.restart();
    expect(server.port).toBe(port);
    expect(server.pid).not.toBe(pid);
    expect(await messagesIn(server, 'KEPT')).toBe(50);
  });

  it('refuses publishes when its store is full, keeps what it had, and goes on when there is room', async () => {
    const payload = new Uint8Array(64 * kibibyte).fill(7);
    let stored = 0;
    let refusal: unknown;
    await withStream(server, 'FULL', 'full.>', async (client) => {
      while (refusal === undefined && stored < 100) {
        await client.publish('full.x', payload).then(
          () => (stored += 1),
          (error: unknown) => (refusal = error),
        );
      }
    });
    expect(String(refusal)).toMatch(/resources|storage|exceeded/i);
    expect(await messagesIn(server, 'FULL')).toBe(stored);
    const connection = await connect({ servers: server.url });
    await (await jetstreamManager(connection)).streams.purge('FULL');
    await expect(jetstream(connection).publish('full.x', payload)).resolves.toMatchObject({ stream: 'FULL' });
    await connection.close();
  });

  it('refuses a second server on the directory of a live one and names its process', async () => {
    await expect(startNats({ dir: (server as unknown as { plan: { dir: string } }).plan.dir })).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
      message: expect.stringContaining(String(server.pid)) as string,
    });
  });

  it('says which port is taken', async () => {
    await using directory = await temporary();
    await using holder = await holdPort();
    await expect(startNats({ dir: directory.path, port: holder.port })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringContaining(String(holder.port)) as string,
    });
  });

  it('takes over a pid file whose process is another program by now', async () => {
    await using directory = await temporary();
    await writeFile(join(directory.path, 'nats.pid'), String(process.pid));
    const second = await startNats({ dir: directory.path });
    expect(second.running).toBe(true);
    await second.stop();
  });

  it("shows the server's own words when it ends at once", async () => {
    await using directory = await temporary();
    const program = join(directory.path, 'broken');
    await writeFile(program, '#!/bin/sh\necho "the store is on fire" >&2\nexit 3\n', { mode: 0o755 });
    await expect(startNats({ dir: directory.path, binary: program })).rejects.toMatchObject({
      code: 'NATS_FAILED',
      message: expect.stringContaining('the store is on fire') as string,
    });
  });

  it("reports a binary that can't be executed", async () => {
    await using directory = await temporary();
    const program = join(directory.path, 'not-executable');
    await writeFile(program, 'text', { mode: 0o644 });
    await expect(startNats({ dir: directory.path, binary: program })).rejects.toMatchObject({ code: 'NATS_BROKEN' });
  });
});

describe('Postgres', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres();
  });
  afterAll(async () => await server.dispose());

  it('keeps every committed row through SIGKILL with clients at work, on the same port', async () => {
    const { port, pid } = server;
    await query(server.url, 'CREATE TABLE kept (n int)');
    const writers = Array.from({ length: 4 }, async () => await insertUntilCutOff(server.url));
    await new Promise((settle) => setTimeout(settle, 300));
    await server.kill();
    const committed = (await Promise.all(writers)).reduce((sum, count) => sum + count, 0);
    await server.restart();
    expect(server.port).toBe(port);
    expect(server.pid).not.toBe(pid);
    const rows = Number((await query(server.url, 'SELECT count(*) AS n FROM kept'))[0]?.['n']);
    expect(committed).toBeGreaterThan(0);
    // A commit whose answer was cut off may be there as well: one per writer at most.
    expect(rows).toBeGreaterThanOrEqual(committed);
    expect(rows).toBeLessThanOrEqual(committed + writers.length);
  });

  it('starts again and again after SIGKILL', async () => {
    for (let round = 0; round < 3; round += 1) {
      await server.kill();
      await server.restart();
    }
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('commits to disk before it answers', async () => {
    const rows = await query(
      server.url,
      "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')",
    );
    expect(rows.map((row) => row['setting'])).toEqual(['on', 'on', 'on']);
  });

  it('asks for a password', async () => {
    await expect(query(server.url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password/);
  });

  it('creates further empty databases, the same one once', async () => {
    const url = await server.createDatabase('second');
    expect(await server.createDatabase('second')).toBe(url);
    expect(await query(url, 'SELECT current_database() AS name')).toEqual([{ name: 'second' }]);
  });

  it('refuses a second server on the directory of a live one and names its process', async () => {
    await expect(startPostgres({ dir: join(server.dataDir, '..') })).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
      message: expect.stringContaining(String(server.pid)) as string,
    });
  });

  it('says which port is taken, and takes over a lock file whose process is another program by now', async () => {
    await using directory = await temporary();
    await using holder = await holdPort();
    await expect(startPostgres({ dir: directory.path, port: holder.port, throwAway: true })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
    const stale = `${process.pid}\n${directory.path}/data\n0\n${await freePort()}\n\n127.0.0.1\n0 0\nready\n`;
    await writeFile(join(directory.path, 'data/postmaster.pid'), stale);
    const second = await startPostgres({ dir: directory.path, throwAway: true });
    expect(second.running).toBe(true);
    await second.stop();
  });
});

async function withStream(
  server: TestNats,
  name: string,
  subject: string,
  work: (client: JetStreamClient) => Promise<void>,
): Promise<void> {
  const connection: NatsConnection = await connect({ servers: server.url });
  await (await jetstreamManager(connection)).streams.add({ name, subjects: [subject] });
  await work(jetstream(connection));
  await connection.close();
}

async function messagesIn(server: TestNats, stream: string): Promise<number> {
  const connection = await connect({ servers: server.url });
  const { state } = await (await jetstreamManager(connection)).streams.info(stream);
  await connection.close();
  return state.messages;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function insertUntilCutOff(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  let committed = 0;
  try {
    for (;;) {
      await client.query('INSERT INTO kept VALUES ($1)', [committed]);
      committed += 1;
    }
  } catch {
    return committed;
  }
}

async function temporary(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'tradewind-test-local-'));
  await chmod(path, 0o711);
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }) };
}

async function holdPort(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer();
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('no port');
  return { port: address.port, [Symbol.asyncDispose]: async () => await new Promise<void>((settle) => server.close(() => settle())) };
}

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NatsOptions, type PostgresHandle, type ServerHandle, startNats, startPostgres } from '@tradewind/local';

/** A server for one test file: on a free port, with its own data, gone without a trace after `dispose` (or the end of the process). */
export interface TestNats extends ServerHandle, AsyncDisposable {
  dispose(): Promise<void>;
}

export interface TestPostgres extends PostgresHandle, AsyncDisposable {
  dispose(): Promise<void>;
}

/** A real nats-server with JetStream. `kill()` and `restart()` keep port and data. */
export async function startTestNats(options: Pick<NatsOptions, 'storeBytesMax' | 'port'> = {}): Promise<TestNats> {
  const dir = await temporaryDirectory('nats');
  return disposable(await startNats({ ...options, dir }), dir);
}

/**
 * A real Postgres with an empty database. `kill()` and `restart()` keep port and data; `createDatabase(name)` makes a further empty one,
 * some thirty times quicker than another server.
 */
export async function startTestPostgres(): Promise<TestPostgres> {
  const dir = await temporaryDirectory('postgres');
  return disposable(await startPostgres({ dir, throwAway: true }), dir);
}

async function temporaryDirectory(what: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), `tradewind-test-${what}-`));
  // As root, Postgres runs as another user, which has to get in.
  await chmod(dir, 0o711);
  return dir;
}

/** The handle stays one live object, so that its getters tell the present process after a restart. */
function disposable<Handle extends ServerHandle>(handle: Handle, dir: string): Handle & AsyncDisposable & { dispose(): Promise<void> } {
  const dispose = async (): Promise<void> => {
    await handle.kill();
    // The children of a killed Postgres may still be writing their last.
    await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  return Object.assign(handle, { dispose, [Symbol.asyncDispose]: dispose });
}

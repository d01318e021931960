import { Client } from 'pg';
import { checkedSchemaName } from './pool.js';
import type { DatabaseLog, LockSession } from './types.js';

const CONNECT_TIMEOUT_MS = 5_000;
const BEAT_MS = 500;
const BEAT_TIMEOUT_MS = 1_500;
/** The server ends the session, and with it the locks, of a process that has hung for so long. */
const SERVER_IDLE_MS = 4_000;
/** After a beat was sent, this process trusts in its locks for so long: less than the server waits, so it stops first. */
const TRUST_MS = 3_000;

export interface LockSessionOptions {
  readonly url: string;
  readonly schema: string;
  readonly applicationName: string;
  readonly log: DatabaseLog;
}

/**
 * Advisory locks on a connection of their own, which beats. Whoever hangs is thrown out by the server (`idle_session_timeout`); whoever wakes up from
 * that, or has lost the connection, knows it by the clock before the server's word arrives: `isAlive` is then false, and stays so.
 */
export class PostgresLockSession implements LockSession {
  readonly #client: Client;
  readonly #lost = Promise.withResolvers<void>();
  #trustedUntil = 0;
  #isOver = false;
  #beats: NodeJS.Timeout | undefined;

  private constructor(private readonly options: LockSessionOptions) {
    this.#client = new Client({
      connectionString: options.url,
      application_name: `${options.applicationName}-locks`,
      options: `-c search_path=${checkedSchemaName(options.schema)} -c idle_session_timeout=${SERVER_IDLE_MS} -c statement_timeout=${BEAT_TIMEOUT_MS}`,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: BEAT_TIMEOUT_MS,
      keepAlive: true,
    });
  }

  /** Rejects with what the database throws. */
  static async open(options: LockSessionOptions): Promise<PostgresLockSession> {
    const session = new PostgresLockSession(options);
    session.#client.on('error', (error) => session.#end(error.message));
    session.#client.on('end', () => session.#end('the connection ended'));
    try {
      await session.#client.connect();
      await session.#beat();
    } catch (error) {
      session.#end();
      throw error;
    }
    session.#beats = setInterval(() => void session.#beat().catch((error: Error) => session.#end(error.message)), BEAT_MS);
    return session;
  }

  isAlive(): boolean {
    return !this.#isOver && performance.now() < this.#trustedUntil;
  }

  get lost(): Promise<void> {
    return this.#lost.promise;
  }

  async tryLock(name: string): Promise<boolean> {
    const { rows } = await this.#client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [
      name,
    ]);
    return rows[0]?.locked === true && this.isAlive();
  }

  close(): void {
    this.#end();
  }

  async #beat(): Promise<void> {
    const sentAt = performance.now();
    // A process that stood still must not go on as if nothing had been: others may have acted meanwhile.
    if (this.#trustedUntil > 0 && sentAt >= this.#trustedUntil) throw new Error('this process stood still for too long');
    await this.#client.query('SELECT 1');
    this.#trustedUntil = sentAt + TRUST_MS;
  }

  #end(reason?: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#beats);
    if (reason !== undefined)
      this.options.log.warn({ schema: this.options.schema, error: reason }, 'the session that held the locks is lost');
    // The socket, not the farewell: it works whatever state the connection is in.
    this.#client.end().catch(() => undefined);
    this.#client.connection.stream.destroy();
    this.#lost.resolve();
  }
}

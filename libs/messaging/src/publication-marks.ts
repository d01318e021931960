import { backoffMs, pause } from './backoff.js';
import { errorFields, type Log } from './log.js';

interface MarkStore {
  markPublished(positions: readonly bigint[]): Promise<void>;
}

const RETRY = { firstMs: 50, maxMs: 2_000 };
const STOP_ATTEMPTS_MAX = 3;
/** Marks wait for company: one statement for the rows of many steps. */
const GATHER_MS = 100;

/**
 * Marks published rows in the database behind the relay's back, many in one statement. A crash before the mark means the row is
 * published again; its message id makes that harmless.
 */
export class PublicationMarks {
  readonly #store: MarkStore;
  readonly #log: Log;
  readonly #pending = new Set<bigint>();
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(store: MarkStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  add(position: bigint): void {
    this.#pending.add(position);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** True for a row that is published and not yet marked: the table still shows it. */
  isPublished(position: bigint): boolean {
    return this.#pending.has(position);
  }

  /** Resolves when nothing is left to be marked (or the database stays away while we stop). */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Writes the last marks; gives up after a few attempts when the database is away. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let failures = 0; this.#pending.size > 0;) {
      await pause(GATHER_MS, this.#stopping.signal);
      const positions = [...this.#pending];
      try {
        await this.#store.markPublished(positions);
        for (const position of positions) this.#pending.delete(position);
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#log.warn({ rows: positions.length, failures, ...errorFields(error) }, 'published outbox rows could not be marked');
        if (this.#stopping.signal.aborted && failures >= STOP_ATTEMPTS_MAX) return;
        await pause(backoffMs(failures, RETRY), this.#stopping.signal);
      }
    }
  }
}

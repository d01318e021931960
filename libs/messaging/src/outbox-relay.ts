import type { Registry } from 'prom-client';

import { backoffMs, pause } from './backoff.js';
import type { Bus } from './bus.js';
import { BusStoppedError } from './errors.js';
import { errorFields, type Log } from './log.js';
import type { OutgoingMessage } from './messages.js';
import { messagingMetrics, type MessagingMetrics } from './metrics.js';
import { PublicationMarks } from './publication-marks.js';

export interface OutboxRow extends OutgoingMessage {
  /** Order of the rows; grows, with gaps where a transaction was rolled back. */
  readonly position: bigint;
}

export interface OutboxStore {
  /** Committed rows that are not marked yet, in position order. */
  unpublished(limit: number): Promise<OutboxRow[]>;
  markPublished(positions: readonly bigint[]): Promise<void>;
  /** True while this process is the only one that relays (advisory lock). */
  tryLead(): Promise<boolean>;
}

export interface OutboxRelayOptions {
  readonly store: OutboxStore;
  readonly bus: Pick<Bus, 'publish'>;
  readonly log: Log;
  readonly registry: Registry;
}

const SWEEP_ROWS_MAX = 500;
/** How often the table is looked at for rows that nobody offered: a commit whose answer was lost, or another instance's. */
const SWEEP_EVERY_MS = 500;
/** How long `stop()` waits for a bus that is away. */
const STOP_MAX_MS = 3_000;
const RETRY = { firstMs: 50, maxMs: 2_000 };

interface Queued {
  readonly row: OutboxRow;
  readonly since: number;
}

/**
 * Publishes committed outbox rows in position order, at least once, under the row's message id. A row is published as soon as it is
 * offered; marking it in the database happens behind. One process relays at a time; another takes over when the lock is free.
 */
export class OutboxRelay {
  readonly #store: OutboxStore;
  readonly #bus: Pick<Bus, 'publish'>;
  readonly #log: Log;
  readonly #metrics: MessagingMetrics;
  readonly #marks: PublicationMarks;
  readonly #stopping = new AbortController();
  #queue: Queued[] = [];
  #isLeader = false;
  #isSweepDue = true;
  #lastPosition: bigint | undefined;
  #wake = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;

  constructor({ store, bus, log, registry }: OutboxRelayOptions) {
    this.#store = store;
    this.#bus = bus;
    this.#log = log;
    this.#metrics = messagingMetrics(registry);
    this.#marks = new PublicationMarks(store, log);
  }

  /** Publishes what an earlier process left behind, if this process leads; resolves when that is done or another process leads. */
  async start(): Promise<void> {
    const ready = Promise.withResolvers<void>();
    this.#running ??= this.#run(ready.resolve);
    await ready.promise;
  }

  /** Rows that were just committed, in order. Ignored while another process leads: it finds them in the table. */
  offer(rows: readonly OutboxRow[]): void {
    if (!this.#isLeader) return;
    for (const row of rows) {
      // A gap may be a row that was committed without our learning of it; the table knows, and has the order.
      if (this.#isSweepDue || this.#lastPosition === undefined || row.position !== this.#lastPosition + 1n) this.#isSweepDue = true;
      else this.#enqueue(row);
    }
    this.#wake.resolve();
  }

  /** Publishes what is queued, marks it, and stops. What can't be published now stays in the table. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.resolve();
    const limit = new AbortController();
    await Promise.race([this.#running, pause(STOP_MAX_MS, limit.signal)]);
    limit.abort();
    await this.#marks.stop();
  }

  async #run(ready: () => void): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#lead();
        if (this.#isLeader && this.#isSweepDue) await this.#sweep();
        await this.#publishQueue();
        failures = 0;
        if (!this.#isSweepDue || !this.#isLeader) {
          ready();
          await this.#idle();
        }
      } catch (error) {
        if (error instanceof BusStoppedError) break;
        this.#log.warn({ failures, ...errorFields(error) }, 'outbox relay waits');
        this.#isSweepDue = true;
        await pause(backoffMs(failures, RETRY), this.#stopping.signal);
        failures += 1;
      }
    }
    if (this.#isLeader)
      await this.#publishQueue().catch((error: unknown) => this.#log.warn(errorFields(error), 'outbox rows stay for the next start'));
    ready();
  }

  async #lead(): Promise<void> {
    const leads = await this.#leadership();
    if (leads && !this.#isLeader) {
      this.#isSweepDue = true;
      this.#log.info({}, 'outbox relay leads');
    }
    if (!leads) this.#queue = [];
    this.#isLeader = leads;
  }

  /** Asked only where the relay looks at the table anyway, so that the hot path costs no query. */
  async #leadership(): Promise<boolean> {
    return this.#isLeader && !this.#isSweepDue ? true : this.#store.tryLead();
  }

  async #sweep(): Promise<void> {
    // Before the query: what is committed and offered while it runs may not be in its answer.
    this.#isSweepDue = false;
    const rows = await this.#store.unpublished(SWEEP_ROWS_MAX);
    const queued = new Set(this.#queue.map(({ row }) => row.position));
    for (const row of rows) {
      if (!this.#marks.isPublished(row.position) && !queued.has(row.position)) this.#enqueue(row);
    }
    this.#queue.sort((left, right) => (left.row.position < right.row.position ? -1 : 1));
    if (rows.length < SWEEP_ROWS_MAX) return;
    this.#isSweepDue = true;
    if (this.#queue.length === 0) await this.#marks.settled();
  }

  #enqueue(row: OutboxRow): void {
    this.#queue.push({ row, since: performance.now() });
    if (this.#lastPosition === undefined || row.position > this.#lastPosition) this.#lastPosition = row.position;
    this.#measure();
  }

  async #publishQueue(): Promise<void> {
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      await this.#bus.publish(next.row);
      this.#queue.shift();
      this.#marks.add(next.row.position);
      this.#measure();
    }
  }

  /** Until rows are offered, the next sweep is due, or we stop. */
  async #idle(): Promise<void> {
    if (this.#queue.length > 0) return;
    const timer = setTimeout(() => {
      this.#isSweepDue = true;
      this.#wake.resolve();
    }, SWEEP_EVERY_MS);
    if (!this.#stopping.signal.aborted) await this.#wake.promise;
    clearTimeout(timer);
    this.#wake = Promise.withResolvers<void>();
  }

  #measure(): void {
    const oldest = this.#queue[0];
    this.#metrics.outboxDepth.set(this.#queue.length);
    this.#metrics.outboxOldestSeconds.set(oldest === undefined ? 0 : (performance.now() - oldest.since) / 1000);
  }
}

import { join } from 'node:path';

import type { PointInTimeRecord } from '@tradewind/market';
import type { Logger } from '@tradewind/service-kit';
import { type Collector, CollectorSchedule, type MarketSource, SourceError, type SourceEnvironment } from '@tradewind/sources';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { LiveMetrics } from './live-metrics.js';
import type { RecordSupply } from './live-outlet.js';
import { RecordJournal } from './record-journal.js';
import { type DueRecords, RecordQueue } from './record-queue.js';

/** One message of the bus holds a mebibyte: as many characters of four bytes, and what goes with each record, fit in it. */
const LIMITS = { recordsMax: 2_000, charactersMax: 100_000 };
/** After a collection that could not be written down, e.g. to a full disk. */
const AGAIN_MS = 30_000;

export interface LiveRecordsParts {
  readonly collectors: readonly Collector[];
  readonly sources: readonly MarketSource[];
  readonly symbols: readonly Symbol[];
  readonly partitions: number;
  readonly run: string;
  /** `directory`: where runs keep what they collected. */
  readonly environment: SourceEnvironment;
  readonly metrics: LiveMetrics;
  readonly log: Logger;
}

/**
 * Gathers records at the collectors' times and holds them until their step. Each is on disk before its collector is told that it was delivered, and the stream says
 * how far it was told: so each goes out once in a run, whatever is killed.
 */
export class LiveRecords implements RecordSupply {
  readonly #directory: string;
  readonly #stopping = new AbortController();
  #journal: RecordJournal | undefined;
  #queue: RecordQueue | undefined;
  #running: Promise<void> = Promise.resolve();
  #saving: Promise<void> = Promise.resolve();

  constructor(private readonly parts: LiveRecordsParts) {
    // The prefix keeps a run named `..` in its place.
    this.#directory = join(parts.environment.directory, `run-${encodeURIComponent(parts.run)}`);
  }

  async resume(told: readonly (readonly PointInTimeRecord[])[] | 'NEW_RUN'): Promise<void> {
    const { partitions, metrics, log, run } = this.parts;
    if (told === 'NEW_RUN') await RecordJournal.forget(this.#directory);
    const journal = await RecordJournal.open(this.#directory, partitions);
    const toldBelow = journal.toldBelow.map((saved, partition) => {
      const last = told === 'NEW_RUN' ? [] : told[partition]!;
      return last.reduce((below, { id }) => Math.max(below, (journal.numberOf(id) ?? -1) + 1), saved);
    });
    this.#journal = journal;
    this.#queue = new RecordQueue(toldBelow, LIMITS);
    this.#queue.add(journal.records);
    metrics.recordsWaiting.set(this.#queue.waiting);
    log.info({ run, waiting: this.#queue.waiting }, 'records that wait for their step');
  }

  due(partition: number, at: UnixNanos): DueRecords {
    return this.#opened.queue.due(partition, at);
  }

  told(partition: number, { records, toldBelow }: DueRecords): void {
    const { queue } = this.#opened;
    const { metrics } = this.parts;
    if (toldBelow === queue.toldBelow[partition]) return;
    queue.told(partition, toldBelow);
    metrics.records.inc(records.length);
    metrics.recordsWaiting.set(queue.waiting);
    this.#save([...queue.toldBelow]);
  }

  /** Begins to collect. Call after `resume`. */
  start(): void {
    this.#running = this.#collect();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#saving;
    await this.#journal?.close();
  }

  async #collect(): Promise<void> {
    const { collectors, sources, symbols, environment, log } = this.parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const schedule = new CollectorSchedule(collectors, sources, { ...environment, directory: this.#directory });
        await schedule.run(symbols, (records) => this.#take(records), signal);
        // It ends by itself when no source has any of it.
        if (!signal.aborted) log.warn({ sources: sources.map(({ name }) => name) }, 'no source has any of the records that are wanted');
        return;
      } catch (err) {
        log.error({ err }, 'records could not be collected; trying again');
        await environment.pause(AGAIN_MS, signal).catch((error: unknown) => {
          if (!(error instanceof SourceError)) throw error;
        });
      }
    }
  }

  async #take(records: readonly PointInTimeRecord[]): Promise<void> {
    const { journal, queue } = this.#opened;
    queue.add(await journal.add(records));
    this.parts.metrics.recordsWaiting.set(queue.waiting);
  }

  /** The stream knows the last message of each partition; this is for the day when it has forgotten it. */
  #save(toldBelow: readonly number[]): void {
    const { journal } = this.#opened;
    const { log } = this.parts;
    this.#saving = this.#saving
      .then(() => journal.told(toldBelow))
      .catch((err: unknown) => {
        log.warn({ err }, 'how far records were told could not be written down; the stream still says it');
      });
  }

  get #opened(): { readonly journal: RecordJournal; readonly queue: RecordQueue } {
    if (this.#journal === undefined || this.#queue === undefined) throw new RangeError('records were not resumed');
    return { journal: this.#journal, queue: this.#queue };
  }
}

import type { Bar, PointInTimeRecord, Tick } from '@tradewind/market';

import { CatalogueError, catalogueErrorOf } from './catalogue-error.js';
import { Engine } from './engine.js';
import { foldersOf } from './folders.js';
import { dayOf, nameOf, type PartKey, yearOf } from './layout.js';
import { type PartFiles } from './part-files.js';
import { PartWriter, type WriteCounts } from './part-writer.js';
import { barCells, kindOfTick, recordCells, tickRows } from './row-codec.js';
import { makeWritingScratch } from './scratch.js';
import { COLUMNS, TableFiller } from './table.js';
import { lockForWriting, type WriterLock } from './writer-lock.js';

/** One after another, or in batches; as they come. */
export type Batches<T> = Iterable<readonly T[]> | AsyncIterable<readonly T[]>;

export interface WriteSummary extends WriteCounts {
  /** Parts that changed, e.g. `bars/SPY/1m/2013`. */
  readonly changed: readonly string[];
}

export interface TickWriteOptions {
  /** Where the ticks came from, e.g. `alpaca/sip`. */
  readonly source: string;
  /** Snapshots are samples taken at intervals, not part of a book's events. */
  readonly samples?: boolean;
}

/** A part that rows are staged for. */
interface Staged {
  readonly key: PartKey;
  readonly table: string;
  readonly filler: TableFiller;
  /** Snapshots and deltas so far. */
  events: number;
}

/** So many parts are staged at once: each takes some 200 kB before its rows go to DuckDB. */
const STAGED_PARTS_MAX = 256;

/** What one kind of item takes to be staged. */
interface Staging<T> {
  readonly keyOf: (item: T) => PartKey;
  readonly add: (item: T, staged: Staged) => void;
}

interface Done {
  added: number;
  superseded: number;
  duplicates: number;
  readonly changed: Set<string>;
}

/** How long a reader may need from learning a file's name to having opened it. */
const SWEEP_AFTER_MS = 600_000;

/** The one who writes. What the batches throw comes through as it is. Each part changes as a whole or not at all; a write over several parts changes one after the other. */
export class CatalogueWriter {
  readonly #staged = new Map<string, Staged>();
  readonly #parts: PartWriter;
  #tables = 0;
  #busy = false;

  private constructor(
    private readonly engine: Engine,
    private readonly lock: WriterLock,
    private readonly files: PartFiles,
    scratch: string,
  ) {
    this.#parts = new PartWriter(engine, files, scratch);
  }

  /** Rejects with CatalogueError, LOCKED when somebody else writes. */
  static async open(files: PartFiles, limits: { readonly memoryBytesMax: number; readonly threads: number }): Promise<CatalogueWriter> {
    const lock = await lockForWriting(files.directory);
    try {
      const scratch = await makeWritingScratch(files.directory);
      const writer = new CatalogueWriter(await Engine.open({ ...limits, scratch, keepsOrder: true }), lock, files, scratch);
      await writer.sweep(SWEEP_AFTER_MS, Date.now());
      return writer;
    } catch (error) {
      lock.release();
      throw catalogueErrorOf(error, files.directory);
    }
  }

  /** Bars of any symbols and intervals. A bar with the id of another that is there supersedes it; the same bar again changes nothing. */
  writeBars(batches: Batches<Bar>): Promise<WriteSummary> {
    return this.#write(batches, 'split', {
      keyOf: ({ symbol, interval, closeTime }) => ({ kind: 'bars', symbol, interval, period: yearOf(closeTime) }),
      add: (bar, { filler }) => filler.add(...barCells(bar)),
    });
  }

  /**
   * Ticks of any symbols and kinds. What is there already to the last digit changes nothing, so one write should hold all ticks of an instant:
   * two equal trades of one instant are two only when they arrive together.
   */
  writeTicks(batches: Batches<Tick>, { source, samples = false }: TickWriteOptions): Promise<WriteSummary> {
    return this.#write(batches, 'whole', {
      keyOf: (tick) => {
        if (samples && tick.kind !== 'book-snapshot') throw new CatalogueError('UNSTORABLE', `a ${tick.kind} is no sample of a book`);
        return { kind: samples ? 'samples' : kindOfTick(tick), symbol: tick.symbol, period: dayOf(tick.at) };
      },
      add: (tick, staged) => {
        for (const cells of tickRows(tick, staged.events, source)) staged.filler.add(...cells);
        staged.events += 1;
      },
    });
  }

  /** Point-in-time records, corporate actions among them. A record with the id of another supersedes it. */
  writeRecords(batches: Batches<PointInTimeRecord>): Promise<WriteSummary> {
    return this.#write(batches, 'split', {
      keyOf: ({ series, knownAt }) => ({ kind: 'records', series, period: yearOf(knownAt) }),
      add: (record, { filler }) => filler.add(...recordCells(record)),
    });
  }

  /** Deletes files that no manifest names any more, and says how many. Every writer begins with it. */
  async sweep(olderThanMs: number, nowMs: number): Promise<number> {
    let swept = 0;
    for (const folder of await foldersOf(this.files)) swept += await this.files.sweep(folder, olderThanMs, nowMs);
    return swept;
  }

  close(): void {
    this.engine.close();
    this.lock.release();
  }

  async #write<T>(batches: Batches<T>, when: 'split' | 'whole', { keyOf, add }: Staging<T>): Promise<WriteSummary> {
    if (this.#busy) throw new CatalogueError('INVALID_REQUEST', 'a writer writes one thing at a time');
    this.#busy = true;
    const done: Done = { added: 0, superseded: 0, duplicates: 0, changed: new Set() };
    try {
      for await (const batch of batches) {
        for (const item of batch) {
          const key = keyOf(item);
          const name = nameOf(key);
          let staged = this.#staged.get(name);
          if (staged === undefined) {
            if (this.#staged.size === STAGED_PARTS_MAX) await this.#makeRoom(when, done);
            staged = await this.#stage(key, name);
          }
          add(item, staged);
        }
      }
      await this.#mergeAll(done);
      return { ...done, changed: [...done.changed] };
    } finally {
      await this.#clear();
      this.#busy = false;
    }
  }

  /** Equal ticks of one instant must meet in one merge, so a write of ticks can't be split where we like. */
  async #makeRoom(when: 'split' | 'whole', done: Done): Promise<void> {
    if (when === 'whole')
      throw new CatalogueError('INVALID_REQUEST', `one write of ticks may meet ${STAGED_PARTS_MAX} symbols, kinds and days, not more`);
    await this.#mergeAll(done);
    await this.#clear();
  }

  async #stage(key: PartKey, name: string): Promise<Staged> {
    this.#tables += 1;
    const table = `staged_${this.#tables}`;
    const staged = { key, table, filler: await TableFiller.create(this.engine, table, COLUMNS[key.kind]), events: 0 };
    this.#staged.set(name, staged);
    return staged;
  }

  async #mergeAll(done: Done): Promise<void> {
    for (const [name, { key, table, filler }] of this.#staged) {
      filler.close();
      const counts = await this.#parts.merge(key, table);
      if (counts.added + counts.superseded > 0) done.changed.add(name);
      done.added += counts.added;
      done.superseded += counts.superseded;
      done.duplicates += counts.duplicates;
    }
  }

  async #clear(): Promise<void> {
    for (const { table, filler } of this.#staged.values()) {
      filler.close();
      await this.engine.run('scratch', `DROP TABLE IF EXISTS ${table}`).catch(() => undefined);
    }
    this.#staged.clear();
  }
}

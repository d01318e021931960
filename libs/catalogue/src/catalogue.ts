import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { Bar, BarInterval, PointInTimeRecord, TradingCalendar } from '@tradewind/market';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import { BarReader } from './bar-reader.js';
import { CatalogueError } from './catalogue-error.js';
import { CatalogueWriter } from './catalogue-writer.js';
import { type Coverage, coverageOf } from './coverage.js';
import { Engine, scanOf } from './engine.js';
import { foldersOf } from './folders.js';
import { barFolder, nameOf, periodMeets, tickFolder } from './layout.js';
import { digestOf, markCatalogue, type Part, PartFiles } from './part-files.js';
import { queryForPeople, type QueryResult } from './people-query.js';
import { type InformedBar, RecordReader } from './record-reader.js';
import type { BarColumns, BarSelection, RecordSelection, TickBatch, TickKind, TickSelection } from './selection.js';
import { makeReadingScratch } from './scratch.js';
import { TickReader } from './tick-reader.js';

export interface CatalogueOptions {
  /** Made when it is not there. */
  readonly directory: string;
  /** Most that reading, writing and a person's query may take each; larger work goes to the folder's scratch space. */
  readonly memoryBytesMax: number;
  readonly threads: number;
}

export interface CatalogueEntry {
  /** E.g. `bars/SPY/1m`, `trades/AIG`, `records/macro/DGS10`. */
  readonly name: string;
  readonly kind: Part['key']['kind'];
  readonly symbol: Symbol | undefined;
  readonly interval: BarInterval | undefined;
  readonly series: string | undefined;
  readonly files: number;
  /** Bars, ticks or records. */
  readonly items: number;
  readonly bytes: number;
  /** Versions that corrections replaced, still kept. */
  readonly superseded: number;
  readonly firstAt: UnixNanos;
  readonly lastAt: UnixNanos;
  readonly sources: readonly string[];
}

export interface Damage {
  /** E.g. `bars/SPY/1m/2013`. */
  readonly part: string;
  readonly file: string;
  readonly rule: string;
}

export interface CoverageSelection {
  readonly symbol: Symbol;
  readonly kind: 'bars' | TickKind;
  /** Of bars. */
  readonly interval?: BarInterval;
  readonly from: UnixNanos;
  readonly until: UnixNanos;
}

const QUERY_ROWS_MAX = 10_000;

/** Market history in a folder of Parquet files. Any number of processes read while one writes. */
export class Catalogue {
  readonly #bars: BarReader;
  readonly #ticks: TickReader;
  readonly #records: RecordReader;

  constructor(
    private readonly options: CatalogueOptions,
    private readonly engine: Engine,
    private readonly sorter: Engine,
    private readonly files: PartFiles,
    private readonly scratch: string,
  ) {
    this.#bars = new BarReader(engine, sorter, files);
    this.#ticks = new TickReader(engine, files);
    this.#records = new RecordReader(engine, files, this.#bars);
  }

  /** Batches of bars by close time, then by the symbols' order in the selection. Rejects with CatalogueError. */
  bars(selection: BarSelection): AsyncIterable<readonly Bar[]> {
    return this.#bars.bars(selection);
  }

  /** The same in columns: millions a second. A batch may be kept; its arrays are not used again. */
  barColumns(selection: BarSelection): AsyncIterable<BarColumns> {
    return this.#bars.columns(selection);
  }

  /**
   * All kinds and symbols merged by event time. At one instant the book comes first, then samples, quotes and trades; within a kind the symbols in
   * the selection's order; within a symbol as they arrived.
   */
  ticks(selection: TickSelection): AsyncIterable<TickBatch> {
    return this.#ticks.batches(selection);
  }

  /** What was known at `asOf`, in the order in which it became known. */
  records(selection: RecordSelection): AsyncIterable<readonly PointInTimeRecord[]> {
    return this.#records.records(selection);
  }

  /** Each bar with what was known of some series at its close. */
  informedBars(selection: BarSelection, series: readonly string[]): AsyncIterable<readonly InformedBar[]> {
    return this.#records.informedBars(selection, series);
  }

  /** One SELECT over the views `bars`, `trades`, `quotes`, `book`, `samples`, and, with `asOf`, `records`; at most 10,000 rows. */
  async query(sql: string, { asOf }: { readonly asOf?: UnixNanos } = {}): Promise<QueryResult> {
    const records = asOf === undefined ? undefined : { engine: this.engine, sql: await this.#records.knownSql({ asOf }) };
    return queryForPeople(this.files, records, sql, { ...this.options, rowsMax: QUERY_ROWS_MAX });
  }

  /** What there is, by kind, symbol and interval or series. */
  async ls(): Promise<readonly CatalogueEntry[]> {
    const entries: CatalogueEntry[] = [];
    for (const folder of await foldersOf(this.files)) {
      const parts = await this.#partsIn(folder);
      if (parts.length > 0) entries.push(entryOf(parts));
    }
    return entries;
  }

  /** Which sessions of a calendar have bars or ticks in [from, until). */
  async coverage({ symbol, kind, interval, from, until }: CoverageSelection, calendar: TradingCalendar): Promise<Coverage> {
    if (kind === 'bars' && interval === undefined) throw new CatalogueError('INVALID_REQUEST', 'the coverage of bars needs an interval');
    const folder = kind === 'bars' ? barFolder(symbol, interval!) : tickFolder(kind, symbol);
    const counts = new Map<string, number>();
    const time = kind === 'bars' ? 'close_time' : 'event_time';
    for (const { key, path } of await this.#partsIn(folder)) {
      if (!periodMeets(key.period, from, until)) continue;
      const sql = `SELECT ${time} // 86400000000000 AS day, count(*) FROM ${scanOf([path])} WHERE ${time} >= ${from} AND ${time} < ${until} GROUP BY day`;
      for (const [day, count] of await this.engine.rows(folder, sql)) {
        const date = new Date(Number(day) * 86_400_000).toISOString().slice(0, 10);
        counts.set(date, (counts.get(date) ?? 0) + Number(count));
      }
    }
    return coverageOf(calendar, from, until, counts, kind === 'bars' ? interval : undefined);
  }

  /** Reads every file whole and compares it with its manifest. Yields what is wrong; nothing when all is well. */
  async *verify(onPart: (name: string) => void = () => undefined): AsyncGenerator<Damage, void, undefined> {
    for (const folder of await foldersOf(this.files)) {
      for (const key of await this.files.keysIn(folder)) {
        onPart(nameOf(key));
        try {
          const part = await this.files.find(key);
          if (part !== undefined) yield* damageOf(part);
        } catch (error) {
          if (!(error instanceof CatalogueError)) throw error;
          yield { part: nameOf(key), file: `${key.period}.json`, rule: error.message };
        }
      }
    }
  }

  /** Takes the right to write, which one process has at a time. Rejects with CatalogueError LOCKED when it is taken. */
  writer(): Promise<CatalogueWriter> {
    return CatalogueWriter.open(this.files, this.options);
  }

  async close(): Promise<void> {
    this.engine.close();
    this.sorter.close();
    await rm(this.scratch, { recursive: true, force: true });
  }

  async #partsIn(folder: string): Promise<readonly Part[]> {
    const parts: Part[] = [];
    for (const key of await this.files.keysIn(folder)) {
      const part = await this.files.find(key);
      if (part !== undefined) parts.push(part);
    }
    return parts;
  }
}

const entryOf = (parts: readonly Part[]): CatalogueEntry => {
  const { key } = parts[0]!;
  const manifests = parts.map(({ manifest }) => manifest);
  const sum = (count: (manifest: Part['manifest']) => number): number => manifests.reduce((total, manifest) => total + count(manifest), 0);
  return {
    name: nameOf(key).slice(0, -(key.period.length + 1)),
    kind: key.kind,
    symbol: key.kind === 'records' ? undefined : key.symbol,
    interval: key.kind === 'bars' ? key.interval : undefined,
    series: key.kind === 'records' ? key.series : undefined,
    files: sum(({ superseded }) => (superseded === undefined ? 1 : 2)),
    items: sum(({ items }) => items),
    bytes: sum(({ current, superseded }) => current.bytes + (superseded?.bytes ?? 0)),
    superseded: sum(({ superseded }) => superseded?.rows ?? 0),
    firstAt: manifests.map(({ firstAt }) => firstAt).reduce((left, right) => (left < right ? left : right)) as UnixNanos,
    lastAt: manifests.map(({ lastAt }) => lastAt).reduce((left, right) => (left > right ? left : right)) as UnixNanos,
    sources: [...new Set(manifests.flatMap(({ sources }) => sources))].sort(),
  };
};

async function* damageOf({ key, manifest, path, supersededPath }: Part): AsyncGenerator<Damage, void, undefined> {
  const files = [
    [manifest.current, path] as const,
    ...(manifest.superseded === undefined ? [] : [[manifest.superseded, supersededPath!] as const]),
  ];
  for (const [{ file, digest }, where] of files) {
    let found: string;
    try {
      found = await digestOf(where);
    } catch (error) {
      yield { part: nameOf(key), file, rule: `must be readable: ${error instanceof Error ? error.message : String(error)}` };
      continue;
    }
    if (found !== digest) yield { part: nameOf(key), file, rule: `must have the digest ${digest}, not ${found}` };
  }
}

const MEMORY_BYTES_MIN = 64 * 1_048_576;

/** Opens a catalogue, or makes one of an empty folder. Rejects with CatalogueError. */
export const openCatalogue = async (options: CatalogueOptions): Promise<Catalogue> => {
  if (options.memoryBytesMax < MEMORY_BYTES_MIN)
    throw new CatalogueError('INVALID_REQUEST', `a catalogue needs at least ${MEMORY_BYTES_MIN} bytes of memory`);
  const directory = resolve(options.directory);
  await markCatalogue(directory);
  const scratch = await makeReadingScratch(directory);
  const limits = { threads: options.threads, memoryBytesMax: options.memoryBytesMax / 2 };
  const engine = await Engine.open({ ...limits, scratch: join(scratch, 'scans'), keepsOrder: true });
  const sorter = await Engine.open({ ...limits, scratch: join(scratch, 'sorts'), keepsOrder: false });
  return new Catalogue({ ...options, directory }, engine, sorter, new PartFiles(directory), scratch);
};

import type { DuckDBDataChunk } from '@duckdb/node-api';
import { type Bar, type BarInterval, parseBarInterval } from '@tradewind/market';
import type { Price, Symbol, UnixNanos } from '@tradewind/vocabulary';

import { CatalogueError } from './catalogue-error.js';
import { ChunkRows, numbersOf } from './column-batch.js';
import { type Engine, scanOf } from './engine.js';
import { barFolder, periodMeets } from './layout.js';
import type { Part, PartFiles } from './part-files.js';
import { barIdPrefix, idSuffixOf, quantityOf } from './row-codec.js';
import type { BarColumns, BarSelection } from './selection.js';

const NUMBERS = 'open_time, close_time, open, high, low, close, volume, volume_fraction';
/** Rows that are sorted at once when symbols are merged; they bound the memory. */
const SLAB_ROWS = 400_000;
/** A slab of time with fewer rows of a symbol would read the same group of rows over and over. */
const SLAB_ROWS_A_SYMBOL = 16_384;
const BATCH_ROWS = 16_384;
const SYMBOLS_MAX = 65_535;

interface Slab {
  /** Parts with the index of their symbol. */
  readonly parts: readonly (readonly [number, Part])[];
  readonly from: bigint;
  readonly until: bigint;
}

const earliest = (left: bigint, right: bigint): bigint => (left < right ? left : right);
const latest = (left: bigint, right: bigint): bigint => (left > right ? left : right);

/** Cuts the time of one year's parts so that each cut has about as many rows as may be sorted at once. */
const slabsOf = (parts: readonly (readonly [number, Part])[], { from, until }: BarSelection): readonly Slab[] => {
  const manifests = parts.map(([, part]) => part.manifest);
  const first = manifests.reduce((time, { firstAt }) => earliest(time, firstAt), until as bigint);
  const last = manifests.reduce((time, { lastAt }) => latest(time, lastAt), from as bigint);
  const begin = latest(first, from);
  const end = earliest(last + 1n, until);
  if (begin >= end) return [];
  if (parts.length === 1) return [{ parts, from: begin, until: end }];
  const rows = manifests.reduce((sum, { current }) => sum + current.rows, 0);
  const count = BigInt(Math.max(1, Math.ceil(rows / Math.max(SLAB_ROWS, parts.length * SLAB_ROWS_A_SYMBOL))));
  const edge = (index: bigint): bigint => begin + ((end - begin) * index) / count;
  return Array.from({ length: Number(count) }, (_, index) => ({ parts, from: edge(BigInt(index)), until: edge(BigInt(index) + 1n) }));
};

/** Bars that a count of trades ends can close in one instant. */
const isTimed = (interval: BarInterval): boolean => {
  const rule = parseBarInterval(interval);
  return rule.ok && rule.value.kind === 'time';
};

/** SQL of a slab's rows in order; `around` may join more to them. */
const sqlOf = (
  { parts, from, until }: Slab,
  columns: string,
  timed: boolean,
  around: (rows: string) => string = (rows) => rows,
): string => {
  const scans = parts.map(
    ([symbol, { path }]) =>
      `SELECT ${symbol}::USMALLINT AS symbol, ${columns} FROM ${scanOf([path])} WHERE close_time >= ${from} AND close_time < ${until}`,
  );
  const rows = around(scans.join(' UNION ALL '));
  return rows === scans[0] ? rows : `${rows} ORDER BY close_time, symbol${timed ? '' : ', open_time'}`;
};

const emptyColumns = (symbols: readonly Symbol[]): BarColumns => ({
  length: 0,
  symbols,
  symbol: new Uint16Array(BATCH_ROWS),
  openTime: new BigInt64Array(BATCH_ROWS),
  closeTime: new BigInt64Array(BATCH_ROWS),
  open: new BigInt64Array(BATCH_ROWS),
  high: new BigInt64Array(BATCH_ROWS),
  low: new BigInt64Array(BATCH_ROWS),
  close: new BigInt64Array(BATCH_ROWS),
  volume: new BigInt64Array(BATCH_ROWS),
  volumeFraction: new Int32Array(BATCH_ROWS),
});

const copyChunk = (columns: BarColumns, at: number, chunk: DuckDBDataChunk): void => {
  columns.symbol.set(numbersOf<Uint16Array>(chunk, 0), at);
  columns.openTime.set(numbersOf<BigInt64Array>(chunk, 1), at);
  columns.closeTime.set(numbersOf<BigInt64Array>(chunk, 2), at);
  columns.open.set(numbersOf<BigInt64Array>(chunk, 3), at);
  columns.high.set(numbersOf<BigInt64Array>(chunk, 4), at);
  columns.low.set(numbersOf<BigInt64Array>(chunk, 5), at);
  columns.close.set(numbersOf<BigInt64Array>(chunk, 6), at);
  columns.volume.set(numbersOf<BigInt64Array>(chunk, 7), at);
  columns.volumeFraction.set(numbersOf<Int32Array>(chunk, 8), at);
};

const cut = (columns: BarColumns, length: number): BarColumns => ({
  length,
  symbols: columns.symbols,
  symbol: columns.symbol.subarray(0, length),
  openTime: columns.openTime.subarray(0, length),
  closeTime: columns.closeTime.subarray(0, length),
  open: columns.open.subarray(0, length),
  high: columns.high.subarray(0, length),
  low: columns.low.subarray(0, length),
  close: columns.close.subarray(0, length),
  volume: columns.volume.subarray(0, length),
  volumeFraction: columns.volumeFraction.subarray(0, length),
});

/** Columns that a bar's row has; what is joined comes after. */
export const BAR_COLUMNS = 11;

export const barOf = ({ symbols, interval }: BarSelection, cell: ChunkRows['cell']): Bar => {
  const symbol = symbols[cell(0) as number]!;
  const closeTime = cell(2) as UnixNanos;
  const suffix = cell(10) as string;
  return {
    id: barIdPrefix(symbol, interval) + (suffix === '' ? idSuffixOf(interval, closeTime) : suffix),
    symbol,
    interval,
    openTime: cell(1) as UnixNanos,
    closeTime,
    open: cell(3) as Price,
    high: cell(4) as Price,
    low: cell(5) as Price,
    close: cell(6) as Price,
    volume: quantityOf(cell(7) as bigint, cell(8) as number),
    source: cell(9) as string,
    warmUp: false,
  };
};

/** Reads bars year by year; years in slabs of time. */
export class BarReader {
  constructor(
    private readonly engine: Engine,
    /** For what is sorted. */
    private readonly sorter: Engine,
    private readonly files: PartFiles,
  ) {}

  async *columns(selection: BarSelection): AsyncGenerator<BarColumns, void, undefined> {
    let columns = emptyColumns(selection.symbols);
    let length = 0;
    for await (const chunk of this.#chunks(selection, NUMBERS)) {
      if (length + chunk.rowCount > BATCH_ROWS) {
        yield cut(columns, length);
        columns = emptyColumns(selection.symbols);
        length = 0;
      }
      copyChunk(columns, length, chunk);
      length += chunk.rowCount;
    }
    if (length > 0) yield cut(columns, length);
  }

  async *bars(selection: BarSelection): AsyncGenerator<readonly Bar[], void, undefined> {
    for await (const rows of this.rows(selection)) {
      const bars: Bar[] = [];
      for (let row = 0; row < rows.count; row += 1) {
        rows.at(row);
        bars.push(barOf(selection, rows.cell));
      }
      yield bars;
    }
  }

  /** Rows that `barOf` reads, and after its columns what `around` joins. */
  async *rows(selection: BarSelection, around?: (rows: string) => string): AsyncGenerator<ChunkRows, void, undefined> {
    for await (const chunk of this.#chunks(selection, `${NUMBERS}, source, id_suffix`, around)) yield new ChunkRows(chunk);
  }

  /** The parts of a selection, by year, each with the index of its symbol. */
  async #years({ symbols, interval, from, until }: BarSelection): Promise<ReadonlyMap<string, readonly (readonly [number, Part])[]>> {
    if (symbols.length > SYMBOLS_MAX)
      throw new CatalogueError('INVALID_REQUEST', `a selection may have ${SYMBOLS_MAX} symbols, not ${symbols.length}`);
    if (new Set(symbols).size !== symbols.length) throw new CatalogueError('INVALID_REQUEST', 'a selection names a symbol twice');
    const years = new Map<string, (readonly [number, Part])[]>();
    if (from >= until) return years;
    for (const [index, symbol] of symbols.entries()) {
      for (const key of await this.files.keysIn(barFolder(symbol, interval))) {
        if (!periodMeets(key.period, from, until)) continue;
        const part = await this.files.find(key);
        if (part === undefined) continue;
        const year = years.get(key.period);
        if (year === undefined) years.set(key.period, [[index, part]]);
        else year.push([index, part]);
      }
    }
    return new Map([...years].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  async *#chunks(
    selection: BarSelection,
    columns: string,
    around?: (rows: string) => string,
  ): AsyncGenerator<DuckDBDataChunk, void, undefined> {
    const timed = isTimed(selection.interval);
    for (const parts of (await this.#years(selection)).values()) {
      const engine = parts.length > 1 && around === undefined ? this.sorter : this.engine;
      for (const slab of slabsOf(parts, selection)) yield* engine.stream(`bars ${selection.interval}`, sqlOf(slab, columns, timed, around));
    }
  }
}

import {
  type Bar,
  type BarInterval,
  decodeDbnMbo,
  type LeanResolution,
  parseLobsterBooks,
  type PointInTimeRecord,
  type Tick,
  type TradingCalendar,
} from '@tradewind/market';

import { piecesOf, readBytes, type TextPiece } from './client.js';
import { parseCsvBars, type RowFault, type TableOptions } from './csv-bars.js';
import {
  type Decoded,
  leanBarReader,
  leanQuoteReader,
  leanTradeReader,
  lobsterBookReader,
  lobsterTradeReader,
  mboCsvReader,
  mboReader,
  type TickWish,
} from './decode.js';
import { actionsOf } from './factor-file.js';
import { fileFault, type RecordedFault } from './fault.js';
import { readParquetBars } from './parquet-bars.js';
import type { RecordedFile } from './recorded-file.js';

export interface ReadingOptions extends Pick<TableOptions, 'timeZone' | 'stamps' | 'columns'> {
  /** Undefined for what never closes. */
  readonly calendar: TradingCalendar | undefined;
  /** Of equities that LEAN recorded. */
  readonly exchangeCalendar: TradingCalendar;
}

export interface ReadPiece<T> {
  readonly rows: readonly T[];
  /** Line of each row, of bars. */
  readonly lines?: readonly number[];
  readonly faults: readonly RecordedFault[];
}

const RECORDS_A_PIECE = 20_000;

const LEAN_INTERVALS: Readonly<Record<LeanResolution, BarInterval>> = { daily: '1d', hour: '1h', minute: '1m', second: '1s' };

/** Interval of the bars a file has; undefined when it has none. */
export const barIntervalOf = (file: RecordedFile): BarInterval | undefined => {
  if (file.format === 'lean-bars') return LEAN_INTERVALS[file.resolution];
  return file.format === 'csv' || file.format === 'parquet' ? file.interval : undefined;
};

/** Kinds of ticks a file has. */
export const tickKindsOf = (file: RecordedFile): readonly ('trades' | 'quotes' | 'book')[] => {
  switch (file.format) {
    case 'lean-trades':
      return ['trades'];
    case 'lean-quotes':
      return ['quotes', 'book'];
    case 'lobster':
      return file.bookPath === undefined ? ['trades'] : ['trades', 'book'];
    case 'databento-csv':
    case 'databento-dbn':
      return ['trades', 'book'];
    default:
      return [];
  }
};

const named = (file: RecordedFile, faults: readonly RowFault[]): readonly RecordedFault[] =>
  faults.map((fault) => ({ file: file.path, ...fault }));

/** A file that can't be read is one fault, whatever was read of it before. */
async function* guarded<T>(file: RecordedFile, pieces: () => AsyncGenerator<ReadPiece<T>>): AsyncGenerator<ReadPiece<T>, void, undefined> {
  try {
    yield* pieces();
  } catch (error) {
    yield { rows: [], faults: [fileFault(file.path, error)] };
  }
}

/** The bytes, and a piece without rows for the fault that cut them off. */
const bytesOf = async (file: RecordedFile): Promise<{ readonly bytes: Uint8Array; readonly cut: readonly ReadPiece<never>[] }> => {
  const { bytes, fault } = await readBytes(file.path);
  return { bytes, cut: fault === undefined ? [] : [{ rows: [], faults: [fileFault(file.path, fault)] }] };
};

async function* byPieces<T>(file: RecordedFile, read: (piece: TextPiece) => Decoded<T>): AsyncGenerator<ReadPiece<T>, void, undefined> {
  const { bytes, cut } = await bytesOf(file);
  for (const piece of piecesOf(bytes)) {
    const { faults, ...found } = read(piece);
    yield { ...found, faults: named(file, faults) };
  }
  yield* cut;
}

/** The bars of a file, by close time. */
export const readBars = (file: RecordedFile, options: ReadingOptions): AsyncGenerator<ReadPiece<Bar>, void, undefined> =>
  guarded(file, async function* barsOf() {
    const source = `recorded/${file.name}`;
    const { symbol } = file;
    if (file.format === 'lean-bars') {
      yield* byPieces(file, leanBarReader(file, { symbol, source, calendar: options.exchangeCalendar }));
      return;
    }
    if (file.format !== 'csv' && file.format !== 'parquet') return;
    const table = { ...options, symbol, source, interval: file.interval };
    if (file.format === 'parquet') {
      const { bars, lines, faults } = await readParquetBars(file.path, table);
      yield { rows: bars, lines, faults: named(file, faults) };
      return;
    }
    const { bytes, cut } = await bytesOf(file);
    const found = parseCsvBars(Buffer.from(bytes).toString('utf8'), table);
    yield { rows: found.bars, lines: found.lines, faults: named(file, found.faults) };
    yield* cut;
  });

/** The ticks of a file that are wished for, in their order. */
export const readTicks = (file: RecordedFile, wish: TickWish): AsyncGenerator<ReadPiece<Tick>, void, undefined> =>
  guarded<Tick>(file, async function* ticksOf() {
    switch (file.format) {
      case 'lean-trades':
        if (wish.has('trades')) yield* byPieces(file, leanTradeReader(file.date, file.symbol));
        return;
      case 'lean-quotes':
        yield* byPieces(file, leanQuoteReader(file.date, file.symbol, wish));
        return;
      case 'lobster':
        yield* lobsterTicks(file, wish);
        return;
      case 'databento-csv':
      case 'databento-dbn':
        yield* databentoTicks(file, wish);
        return;
      default:
    }
  });

async function* lobsterTicks(
  file: RecordedFile & { readonly format: 'lobster' },
  wish: TickWish,
): AsyncGenerator<ReadPiece<Tick>, void, undefined> {
  const trades = wish.has('trades') ? lobsterTradeReader(file.date, file.symbol) : undefined;
  const first = wish.has('book') && file.bookPath !== undefined ? await firstBook(file.bookPath) : undefined;
  const book = first === undefined ? undefined : lobsterBookReader(file.date, file.symbol, first);
  const { bytes, cut } = await bytesOf(file);
  for (const piece of piecesOf(bytes)) {
    const [traded, changed] = [trades?.(piece), book?.(piece)];
    const rows: Tick[] = [...(changed?.rows ?? []), ...(traded?.rows ?? [])];
    // Both are in order already; sorting is stable, so the book stays before the trade of its instant.
    if (traded !== undefined && changed !== undefined) rows.sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
    yield { rows, faults: named(file, (changed ?? traded)?.faults ?? []) };
  }
  yield* cut;
}

const firstBook = async (path: string) => {
  for (const { text } of piecesOf((await readBytes(path)).bytes)) return parseLobsterBooks(text.slice(0, text.indexOf('\n') + 1)).rows[0];
  return undefined;
};

async function* databentoTicks(file: RecordedFile, wish: TickWish): AsyncGenerator<ReadPiece<Tick>, void, undefined> {
  const read = mboReader(file.symbol, wish);
  const { bytes, cut } = await bytesOf(file);
  if (file.format === 'databento-csv') {
    const csv = mboCsvReader();
    for (const piece of piecesOf(bytes)) {
      const { records, faults } = csv(piece);
      const found = read(records, faults);
      yield { rows: found.rows, faults: named(file, found.faults) };
    }
    yield* cut;
    return;
  }
  const records = decodeDbnMbo(bytes);
  for (let start = 0; start < records.length; start += RECORDS_A_PIECE) {
    const found = read(records.slice(start, start + RECORDS_A_PIECE), []);
    yield { rows: found.rows, faults: named(file, found.faults) };
  }
}

/** Splits and dividends of a LEAN factor file. */
export const readActions = (file: RecordedFile, options: ReadingOptions): AsyncGenerator<ReadPiece<PointInTimeRecord>, void, undefined> =>
  guarded(file, async function* actions() {
    const text = Buffer.from((await readBytes(file.path)).bytes).toString('utf8');
    const { records, faults } = actionsOf(text, {
      symbol: file.symbol,
      source: `recorded/${file.name}`,
      calendar: options.exchangeCalendar,
    });
    yield { rows: records, faults: named(file, faults) };
  });

import { readFileSync } from 'node:fs';

import {
  type Bar,
  type BarInterval,
  calendarOf,
  nyseCalendar,
  type PointInTimeRecord,
  type Tick,
  type TradingCalendar,
} from '@tradewind/market';
import { isoFromNanos, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import {
  type BarRequest,
  type LiveSession,
  type MarketSource,
  type RecordRequest,
  type SourceCapabilities,
  type SourceEnvironment,
  SourceError,
  type TickRequest,
} from '../source.js';
import { mergedPages } from '../transport/merged-pages.js';
import { checkInterval, checkSpan, refusing, unsupported } from '../wire-values/request-checks.js';
import type { RecordedFault } from './fault.js';
import { barIntervalOf, readActions, readBars, type ReadingOptions, type ReadPiece, readTicks, tickKindsOf } from './reading.js';
import { type RecordedFile, recordedFiles } from './recorded-file.js';
import { parseMapFile, type Renaming, tickerOn } from './renames.js';
import type { Settings } from './settings.js';

const NAME = 'recorded';
const NEVER_CLOSES = '24/7';
/** So many faults of a file are told one by one. */
const FAULTS_TOLD_MAX = 20;
const PAGE_ROWS = 10_000;
const TICK_ORDER = ['trades', 'quotes', 'book'] as const;

/** How the settings say that files are to be read. Throws SourceError INVALID_REQUEST for a calendar that is none. */
export const readingOptions = ({ calendar, timeZone, stamps, columns }: Settings): ReadingOptions => {
  try {
    const exchange: TradingCalendar | undefined = calendar === NEVER_CLOSES ? undefined : calendarOf(calendar);
    return { calendar: exchange, exchangeCalendar: exchange ?? nyseCalendar, timeZone, stamps, columns: columns ?? {} };
  } catch (error) {
    throw new SourceError('INVALID_REQUEST', NAME, `there is no calendar '${calendar}'`, {
      field: 'calendar',
      rule: 'an exchange, or 24/7',
      cause: error,
    });
  }
};

const capabilitiesOf = (files: readonly RecordedFile[]): SourceCapabilities => {
  const intervals = new Set(files.flatMap((file) => barIntervalOf(file) ?? []));
  const kinds = new Set(files.flatMap(tickKindsOf));
  return {
    bars: [...intervals].sort(),
    ticks: TICK_ORDER.filter((kind) => kinds.has(kind)),
    live: [],
    records: files.some(({ format }) => format === 'lean-factors') ? ['action/'] : [],
    simulated: false,
  };
};

const dayText = (at: UnixNanos): string => isoFromNanos(at).slice(0, 10);
const DAY = 86_400_000_000_000n;

/** Market data out of files that somebody recorded. */
export class RecordedSource implements MarketSource {
  readonly name = NAME;
  readonly capabilities: SourceCapabilities;
  readonly #files: readonly RecordedFile[];
  readonly #options: ReadingOptions;
  readonly #symbols: ReadonlySet<Symbol>;

  constructor(
    settings: Settings,
    private readonly environment: SourceEnvironment,
  ) {
    this.#options = readingOptions(settings);
    try {
      this.#files = recordedFiles(settings.path, settings.interval as BarInterval | undefined);
    } catch (error) {
      throw new SourceError('UNAVAILABLE', NAME, `${settings.path} can't be listed`, {
        field: 'path',
        rule: 'a folder or a file',
        cause: error,
      });
    }
    this.capabilities = capabilitiesOf(this.#files);
    this.#symbols = new Set(this.#files.map(({ symbol }) => symbol));
  }

  async *bars(request: BarRequest, signal: AbortSignal): AsyncGenerator<readonly Bar[], void, undefined> {
    checkInterval(NAME, request.interval, this.capabilities.bars);
    this.#check(request.symbol, request, signal);
    let last = request.from - 1n;
    for (const file of this.#filesOf(request, (one) => barIntervalOf(one) === request.interval)) {
      const renamed = file.symbol !== request.symbol;
      for await (const rows of this.#told(readBars(file, this.#options), signal)) {
        // Two files may hold the same bar: the first one in the order of their names is taken.
        const wanted = rows.filter(({ closeTime }) => closeTime > last && closeTime < request.until);
        if (wanted.length === 0) continue;
        last = wanted.at(-1)!.closeTime;
        yield* pagesOf(
          renamed
            ? wanted.map((bar) => ({ ...bar, symbol: request.symbol, id: bar.id.replace(/^bar\/[^/]+/, `bar/${request.symbol}`) }))
            : wanted,
        );
      }
    }
  }

  ticks(request: TickRequest, signal: AbortSignal): AsyncIterable<readonly Tick[]> {
    const missing = request.kinds.find((kind) => !this.capabilities.ticks.includes(kind));
    if (missing !== undefined) return refusing(unsupported(NAME, `history of ${missing}`));
    return this.#days(request, signal);
  }

  async *records(request: RecordRequest, signal: AbortSignal): AsyncGenerator<readonly PointInTimeRecord[], void, undefined> {
    if (!this.capabilities.records.some((prefix) => request.series.startsWith(prefix))) throw unsupported(NAME, `series ${request.series}`);
    checkSpan(NAME, request, signal);
    const { symbol, series, from, until } = request;
    if (symbol !== undefined) this.#check(symbol, request, signal);
    const found: PointInTimeRecord[] = [];
    for (const file of this.#files.filter((one) => one.format === 'lean-factors' && (symbol === undefined || one.symbol === symbol)))
      for await (const rows of this.#told(readActions(file, this.#options), signal))
        found.push(
          ...rows.filter(
            (record) =>
              record.knownAt >= from &&
              record.knownAt < until &&
              (record.series === series || (series.endsWith('/') && record.series.startsWith(series))),
          ),
        );
    yield* pagesOf(found.sort((left, right) => (left.knownAt < right.knownAt ? -1 : left.knownAt > right.knownAt ? 1 : 0)));
  }

  live(): Promise<LiveSession> {
    return Promise.reject(unsupported(NAME, 'live data'));
  }

  async close(): Promise<void> {}

  /** Day by day; the files of one day are merged, the book and quotes before the trades of an instant. */
  async *#days(request: TickRequest, signal: AbortSignal): AsyncGenerator<readonly Tick[], void, undefined> {
    this.#check(request.symbol, request, signal);
    const byDay = new Map<string, RecordedFile[]>();
    for (const file of this.#filesOf(request, (one) => tickKindsOf(one).some((kind) => request.kinds.includes(kind)))) {
      const day = 'date' in file ? file.date : '';
      byDay.set(day, [...(byDay.get(day) ?? []), file]);
    }
    for (const [, files] of [...byDay].sort(([left], [right]) => (left < right ? -1 : 1))) {
      const lanes = filesOfDay(files, request.kinds).map(({ file, wish }) => this.#ticksOf(file, wish, request, signal));
      const first = lanes.shift();
      if (first === undefined) continue;
      for await (const rows of lanes.reduce((merged, lane) => mergedPages(merged, lane), first)) yield* pagesOf(rows);
    }
  }

  async *#ticksOf(
    file: RecordedFile,
    wish: ReadonlySet<'trades' | 'quotes' | 'book'>,
    request: TickRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Tick[], void, undefined> {
    const { symbol, from, until } = request;
    for await (const rows of this.#told(readTicks(file, wish), signal)) {
      const wanted = rows.filter(({ at }) => at >= from && at < until);
      if (wanted.length > 0) yield file.symbol === symbol ? wanted : wanted.map((tick) => ({ ...tick, symbol }));
    }
  }

  #check(symbol: Symbol, span: { readonly from: UnixNanos; readonly until: UnixNanos }, signal: AbortSignal): void {
    checkSpan(NAME, span, signal);
    if (!this.#symbols.has(symbol))
      throw new SourceError('UNKNOWN_SYMBOL', NAME, `no file is about ${symbol}`, { field: 'symbol', rule: 'in the folder' });
  }

  /** Files of a request: those of one day by the ticker the share had on that day. */
  #filesOf(
    { symbol, from, until }: { readonly symbol: Symbol; readonly from: UnixNanos; readonly until: UnixNanos },
    wanted: (file: RecordedFile) => boolean,
  ): readonly RecordedFile[] {
    const map = this.#files.find((file) => file.format === 'lean-map' && file.symbol === symbol);
    const renamings: readonly Renaming[] = map === undefined ? [] : parseMapFile(readFileSync(map.path, 'utf8'));
    // A day of New York can begin and end on another one of UTC.
    const [first, last] = [dayText((from - DAY) as UnixNanos), dayText((until + DAY) as UnixNanos)];
    return this.#files.filter((file) => {
      if (!wanted(file)) return false;
      if (!('date' in file)) return file.symbol === symbol;
      return file.date >= first && file.date <= last && file.symbol === tickerOn(renamings, symbol, file.date);
    });
  }

  /** Rows of the pieces; faults are told to the log, each with file, line, field and rule. */
  async *#told<T>(pieces: AsyncIterable<ReadPiece<T>>, signal: AbortSignal): AsyncGenerator<readonly T[], void, undefined> {
    let faults = 0;
    const tell = (fault: RecordedFault): void => {
      faults += 1;
      if (faults <= FAULTS_TOLD_MAX) this.environment.log.warn({ ...fault }, 'a row of a recorded file was left out');
    };
    for await (const piece of pieces) {
      if (signal.aborted) throw new SourceError('ABORTED', NAME, 'the call was aborted');
      for (const fault of piece.faults) tell(fault);
      yield piece.rows;
    }
    if (faults > FAULTS_TOLD_MAX) this.environment.log.warn({ faults }, 'rows of a recorded file were left out in all');
  }
}

function* pagesOf<T>(rows: readonly T[]): Generator<readonly T[], void, undefined> {
  for (let start = 0; start < rows.length; start += PAGE_ROWS) yield rows.length <= PAGE_ROWS ? rows : rows.slice(start, start + PAGE_ROWS);
}

/** Each kind of ticks of a day comes from one file: the first that has a book, for the rest the first of all. Lanes in the order of an instant. */
const filesOfDay = (
  files: readonly RecordedFile[],
  kinds: TickRequest['kinds'],
): readonly { readonly file: RecordedFile; readonly wish: ReadonlySet<'trades' | 'quotes' | 'book'> }[] => {
  const wishes = new Map<RecordedFile, Set<'trades' | 'quotes' | 'book'>>();
  for (const kind of ['book', 'quotes', 'trades'] as const) {
    const file = kinds.includes(kind) ? files.find((one) => tickKindsOf(one).includes(kind)) : undefined;
    if (file !== undefined) wishes.set(file, (wishes.get(file) ?? new Set()).add(kind));
  }
  return [...wishes].map(([file, wish]) => ({ file, wish }));
};

import { type Bar, nyseCalendar, parseCivilDate, type PointInTimeRecord, type Tick } from '@tradewind/market';
import { NANOS_PER_MILLI, type Symbol, toNumber, type UnixNanos } from '@tradewind/vocabulary';

import { RELEASE_RULES, startOfDay } from '../collectors/known-at.js';
import { isSeries, recordOf, recordPages } from '../collectors/record.js';
import {
  type BarRequest,
  type LiveSession,
  type MarketSource,
  type RecordRequest,
  type SourceCapabilities,
  SourceError,
  type SourceEnvironment,
} from '../source.js';
import { checkInterval, checkSpan, closedWithin, finalUntil, refusing, unsupported } from '../wire-values/request-checks.js';
import { NEW_YORK, zonedDate } from '../wire-values/zoned-time.js';
import { tickerOf, YahooClient } from './client.js';
import { type Chart, INTERVALS, rawBars, SOURCE } from './decode.js';
import { ratioAfter, rawPrice, type Split } from '../wire-values/raw-prices.js';
import type { YahooSettings } from './settings.js';

export const capabilities: SourceCapabilities = {
  bars: ['1d', '1m', '5m', '15m', '30m', '1h'],
  ticks: [],
  live: [],
  records: ['action/', 'macro/'],
  simulated: false,
};

const DAY_NANOS = 86_400_000n * NANOS_PER_MILLI;
/** Days of one answer: the vendor gives minutes by the week, and other parts of a day by two months. */
const WINDOW_DAYS: Readonly<Record<string, bigint>> = { '1m': 7n };
const WINDOW_DAYS_MAX = 59n;
/** Calendars begin here; the vendor's few older rows are left. */
const EARLIEST = BigInt(Date.UTC(1985, 0, 1)) * NANOS_PER_MILLI;
const PAGE_BARS = 1_000;

/** The term structure of implied volatility, 9 days to 6 months, by the vendor's tickers. */
const VOLATILITY: readonly (readonly [series: string, ticker: string])[] = [
  ['macro/VIX9D', '^VIX9D'],
  ['macro/VIX', '^VIX'],
  ['macro/VIX3M', '^VIX3M'],
  ['macro/VIX6M', '^VIX6M'],
];

/** Yahoo's charts: daily and intraday bars, splits and dividends, volatility indexes; prices as they were traded. It has nothing live. */
export class YahooSource implements MarketSource {
  readonly name = SOURCE;
  readonly capabilities: SourceCapabilities;
  private readonly client: YahooClient;
  private readonly splits = new Map<Symbol, { readonly day: string; readonly from: UnixNanos; readonly splits: readonly Split[] }>();

  constructor(
    private readonly settings: YahooSettings,
    private readonly environment: SourceEnvironment,
  ) {
    this.client = new YahooClient(settings, environment);
    this.capabilities = settings.folder === undefined ? capabilities : { ...capabilities, bars: ['1d'], records: ['action/'] };
  }

  async *bars(request: BarRequest, signal: AbortSignal): AsyncGenerator<readonly Bar[]> {
    checkInterval(SOURCE, request.interval, this.capabilities.bars);
    checkSpan(SOURCE, request, signal);
    const now = this.environment.clock.now();
    const charts = request.interval === '1d' ? this.daily(request, now, signal) : this.intraday(request, now, signal);
    for await (const [chart, splits] of charts) {
      const { bars, shutDays } = rawBars(chart, splits, request.symbol, request.interval);
      if (shutDays.length > 0)
        this.environment.log.warn(
          { source: SOURCE, symbol: request.symbol, days: shutDays.slice(0, 10), count: shutDays.length },
          'rows on days without a session were passed over',
        );
      const wanted = closedWithin(bars, request, finalUntil(request.interval, now));
      for (let start = 0; start < wanted.length; start += PAGE_BARS) yield wanted.slice(start, start + PAGE_BARS);
    }
  }

  ticks(): AsyncIterable<readonly Tick[]> {
    return refusing(unsupported(SOURCE, 'history of ticks'));
  }

  async *records(request: RecordRequest, signal: AbortSignal): AsyncGenerator<readonly PointInTimeRecord[]> {
    const macro = this.settings.folder === undefined ? VOLATILITY.filter(([series]) => isSeries(series, request.series)) : [];
    const actions = ['action/split', 'action/dividend'].some((series) => isSeries(series, request.series));
    if (macro.length === 0 && !actions) throw unsupported(SOURCE, `series '${request.series.slice(0, 80)}'`);
    checkSpan(SOURCE, request, signal);
    const now = this.environment.clock.now();
    const found: PointInTimeRecord[] = [];
    for (const [series, ticker] of macro) found.push(...(await this.volatility(series, ticker, request, now, signal)));
    if (actions) found.push(...(await this.actions(request, now, signal)));
    yield* recordPages(found, request, now);
  }

  live(): Promise<LiveSession> {
    return Promise.reject(unsupported(SOURCE, 'live data'));
  }

  close(): Promise<void> {
    this.client.close();
    return Promise.resolve();
  }

  /** Prices are adjusted for every split until today, so that a chart reaches from the first bar wanted to now. */
  private async chartSince(symbol: Symbol, from: UnixNanos, now: UnixNanos, signal: AbortSignal): Promise<Chart> {
    if (this.settings.folder !== undefined) return this.client.file(this.settings.folder, tickerOf(symbol));
    const since = from - 5n * DAY_NANOS > EARLIEST ? from - 5n * DAY_NANOS : EARLIEST;
    return this.client.chart(
      { ticker: tickerOf(symbol), interval: '1d', from: since as UnixNanos, until: (now + DAY_NANOS) as UnixNanos },
      signal,
    );
  }

  /** Splits take effect before a session: what was learnt today holds until tomorrow, so that a poll of a symbol is one call. */
  private async splitsSince(symbol: Symbol, from: UnixNanos, now: UnixNanos, signal: AbortSignal): Promise<readonly Split[]> {
    const day = zonedDate(NEW_YORK, now);
    const known = this.splits.get(symbol);
    if (known !== undefined && known.day === day && known.from <= from) return known.splits;
    const { splits } = await this.chartSince(symbol, from, now, signal);
    this.splits.set(symbol, { day, from, splits });
    return splits;
  }

  private async *daily(
    { symbol, from }: BarRequest,
    now: UnixNanos,
    signal: AbortSignal,
  ): AsyncGenerator<readonly [Chart, readonly Split[]]> {
    const chart = await this.chartSince(symbol, from, now, signal);
    yield [chart, chart.splits];
  }

  private async *intraday(
    { symbol, interval, from, until }: BarRequest,
    now: UnixNanos,
    signal: AbortSignal,
  ): AsyncGenerator<readonly [Chart, readonly Split[]]> {
    const splits = await this.splitsSince(symbol, from, now, signal);
    const window = (WINDOW_DAYS[interval] ?? WINDOW_DAYS_MAX) * DAY_NANOS;
    const { spelled, minutes } = INTERVALS[interval]!;
    // The vendor asks by the start of a bar.
    const end = until < now ? until : now;
    for (let start = from - BigInt(minutes) * 60_000_000_000n; start < end; start += window) {
      const last = start + window < end ? start + window : end;
      const question = { ticker: tickerOf(symbol), interval: spelled, from: start as UnixNanos, until: last as UnixNanos };
      yield [await this.client.chart(question, signal), splits];
    }
  }

  private async volatility(
    series: string,
    ticker: string,
    { from }: RecordRequest,
    now: UnixNanos,
    signal: AbortSignal,
  ): Promise<readonly PointInTimeRecord[]> {
    const chart = await this.client.chart(
      { ticker, interval: '1d', from: (from - 5n * DAY_NANOS) as UnixNanos, until: (now + DAY_NANOS) as UnixNanos },
      signal,
    );
    return chart.rows.flatMap(({ date, close }) => {
      const value = rawPrice(close, { numerator: 1n, denominator: 1n });
      if (value === undefined) return [];
      const knownAt = RELEASE_RULES[series]!(date);
      return [
        recordOf({
          series,
          symbol: undefined,
          eventDate: date,
          eventTime: startOfDay(date),
          knownAt,
          value: toNumber(value),
          text: '',
          source: SOURCE,
        }),
      ];
    });
  }

  private async actions({ symbol, from }: RecordRequest, now: UnixNanos, signal: AbortSignal): Promise<readonly PointInTimeRecord[]> {
    if (symbol === undefined)
      throw new SourceError('INVALID_REQUEST', SOURCE, 'this series is about one symbol', { field: 'symbol', rule: 'given' });
    const chart = await this.chartSince(symbol, from, now, signal);
    const calendar = chart.calendar ?? nyseCalendar;
    const record = (series: string, date: string, value: number): PointInTimeRecord => {
      const eventTime = calendar.sessionOf(parseCivilDate(date)!)?.openTime ?? startOfDay(date);
      return recordOf({ series, symbol, eventDate: date, eventTime, knownAt: startOfDay(date), value, text: '', source: SOURCE });
    };
    return [
      ...chart.splits.map(({ date, numerator, denominator }) => record('action/split', date, numerator / denominator)),
      ...chart.dividends.flatMap(({ date, amount }) => {
        const raw = rawPrice(amount, ratioAfter(date, chart.splits));
        return raw === undefined ? [] : [record('action/dividend', date, toNumber(raw))];
      }),
    ];
  }
}

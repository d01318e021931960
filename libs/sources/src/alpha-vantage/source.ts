import type { Bar, PointInTimeRecord, Tick } from '@tradewind/market';
import { NANOS_PER_MILLI, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { recordPages } from '../collectors/record.js';
import {
  type BarRequest,
  type LiveSession,
  type MarketSource,
  type RecordRequest,
  type SourceCapabilities,
  SourceError,
  type SourceEnvironment,
} from '../source.js';
import { listedSymbol } from '../wire-values/listing-symbol.js';
import { checkInterval, checkSpan, closedWithin, finalUntil, refusing, unsupported } from '../wire-values/request-checks.js';
import { dayAfter, NEW_YORK, zonedDate } from '../wire-values/zoned-time.js';
import { AlphaVantageClient, type Answer, SOURCE } from './client.js';
import { decodeReportDates } from './decode-records.js';
import { decodeDaily, decodeIntraday, vendorInterval } from './decode.js';
import { EARNINGS_FEED, feedsOf, type RecordFeed } from './record-feeds.js';
import type { AlphaVantageSettings } from './settings.js';

export const capabilities: SourceCapabilities = {
  bars: ['1d', '1m', '5m', '15m', '30m', '1h'],
  ticks: [],
  live: [],
  records: ['action/', 'fundamental/', 'insider/', 'macro/', 'news/'],
  simulated: false,
};

/** The compact answer holds the last 100 sessions; as many calendar days are surely inside it. */
const COMPACT_DAYS = 100;
const DAY_NANOS = 86_400_000n * NANOS_PER_MILLI;
const MONTHS_MAX = 12 * 30;

const monthsOf = (from: UnixNanos, until: UnixNanos): readonly string[] => {
  const months: string[] = [];
  const last = zonedDate(NEW_YORK, until).slice(0, 7);
  for (let month = zonedDate(NEW_YORK, from).slice(0, 7); month <= last && months.length < MONTHS_MAX;) {
    months.push(month);
    month = dayAfter(`${month}-28`, 5).slice(0, 7);
  }
  return months;
};

/** Bars, and when their answer was fetched. */
type DatedBars = readonly [bars: readonly Bar[], fetchedAt: UnixNanos];

const SUFFIX = { US: '', TSX: '.TRT', TSXV: '.TRV' } as const;

/** `RY-TO` is the vendor's `RY.TRT`. */
const tickerOf = (symbol: Symbol): string => {
  const { root, market } = listedSymbol(symbol);
  return root + SUFFIX[market];
};

/** Alpha Vantage: raw daily and intraday bars, actions, fundamentals, insiders, macro figures and news. It has nothing live. */
export class AlphaVantageSource implements MarketSource {
  readonly name = SOURCE;
  readonly capabilities = capabilities;
  private readonly client: AlphaVantageClient;

  constructor(
    private readonly settings: AlphaVantageSettings,
    private readonly environment: SourceEnvironment,
  ) {
    this.client = new AlphaVantageClient(settings, environment);
  }

  async *bars(request: BarRequest, signal: AbortSignal): AsyncGenerator<readonly Bar[]> {
    checkInterval(SOURCE, request.interval, capabilities.bars);
    checkSpan(SOURCE, request, signal);
    const now = this.environment.clock.now();
    const pages = request.interval === '1d' ? this.daily(request, now, signal) : this.intraday(request, now, signal);
    for await (const [page, fetchedAt] of pages) {
      // A bar that was running when the answer was fetched is not whole, however late the answer is read again.
      const bars = closedWithin(page, request, finalUntil(request.interval, fetchedAt));
      if (bars.length > 0) yield bars;
    }
  }

  ticks(): AsyncIterable<readonly Tick[]> {
    return refusing(unsupported(SOURCE, 'history of ticks'));
  }

  async *records(request: RecordRequest, signal: AbortSignal): AsyncGenerator<readonly PointInTimeRecord[]> {
    const feeds = feedsOf(request.series);
    if (feeds.length === 0) throw unsupported(SOURCE, `series '${request.series.slice(0, 80)}'`);
    checkSpan(SOURCE, request, signal);
    const found: PointInTimeRecord[] = [];
    for (const feed of feeds) found.push(...(await this.recordsOf(feed, request, signal)));
    yield* recordPages(found, request, this.environment.clock.now());
  }

  live(): Promise<LiveSession> {
    return Promise.reject(unsupported(SOURCE, 'live data'));
  }

  /** How much of each key's day is used. */
  keyReport(): ReturnType<AlphaVantageClient['keyReport']> {
    return this.client.keyReport();
  }

  close(): Promise<void> {
    this.client.close();
    return Promise.resolve();
  }

  private async *daily({ symbol, from }: BarRequest, now: UnixNanos, signal: AbortSignal): AsyncGenerator<DatedBars> {
    const outputsize = from > now - BigInt(COMPACT_DAYS) * DAY_NANOS ? 'compact' : 'full';
    const parameters = { function: 'TIME_SERIES_DAILY', symbol: tickerOf(symbol), outputsize };
    const answer = await this.client.ask({ kind: 'daily-bars', purpose: 'market-data', parameters }, signal);
    const { bars, shutDays } = decodeDaily(answer.json, symbol);
    if (shutDays.length > 0)
      this.environment.log.warn(
        { source: SOURCE, symbol, days: shutDays.slice(0, 10), count: shutDays.length },
        'rows on days without a session were passed over',
      );
    yield [bars, answer.fetchedAt];
  }

  private async *intraday({ symbol, interval, from, until }: BarRequest, now: UnixNanos, signal: AbortSignal): AsyncGenerator<DatedBars> {
    const today = zonedDate(NEW_YORK, now);
    for (const month of monthsOf(from, until < now ? until : now)) {
      const parameters = {
        function: 'TIME_SERIES_INTRADAY',
        symbol: tickerOf(symbol),
        interval: vendorInterval(interval)![0],
        month,
        outputsize: 'full',
        adjusted: 'false',
        extended_hours: String(this.settings.extendedHours),
      };
      const kind = month < today.slice(0, 7) ? 'past-bars' : 'intraday-bars';
      const answer = await this.client.ask({ kind, purpose: 'market-data', parameters }, signal);
      yield [decodeIntraday(answer.json, symbol, interval), answer.fetchedAt];
    }
  }

  private async recordsOf(feed: RecordFeed, request: RecordRequest, signal: AbortSignal): Promise<readonly PointInTimeRecord[]> {
    const { symbol } = request;
    if (feed.ofSymbol && symbol === undefined)
      throw new SourceError('INVALID_REQUEST', SOURCE, 'this series is about one symbol', { field: 'symbol', rule: 'given' });
    const answer = await this.askFeed(feed, symbol, request.from, signal);
    const reported = feed.byReportDate ? await this.askFeed(EARNINGS_FEED, symbol, request.from, signal) : undefined;
    const reportDates = reported === undefined ? new Map<string, string>() : decodeReportDates({ ...reported, symbol });
    return feed.decode({ ...answer, symbol: feed.ofSymbol ? symbol : undefined }, reportDates);
  }

  private askFeed(feed: RecordFeed, symbol: Symbol | undefined, from: UnixNanos, signal: AbortSignal): Promise<Answer> {
    const ticker = symbol === undefined ? '' : tickerOf(symbol);
    const named = feed.purpose === 'sentiment' ? { tickers: ticker } : { symbol: ticker };
    const parameters = { ...feed.parameters(from), ...(feed.ofSymbol ? named : {}) };
    return this.client.ask({ kind: feed.kind, purpose: feed.purpose, parameters }, signal);
  }
}

import type { Bar, PointInTimeRecord, Tick } from '@tradewind/market';
import { NANOS_PER_MILLI, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { startOfDay } from '../collectors/known-at.js';
import { isSeries, recordOf, recordPages } from '../collectors/record.js';
import {
  type BarRequest,
  type LiveRequest,
  type LiveSession,
  type LiveSink,
  type MarketSource,
  type RecordRequest,
  type SourceCapabilities,
  SourceError,
  type SourceEnvironment,
} from '../source.js';
import { LossLedger } from '../transport/loss-ledger.js';
import { listedSymbol } from '../wire-values/listing-symbol.js';
import { guarded } from '../wire-values/fault-guard.js';
import { checkInterval, checkSpan, closedWithin, finalUntil, refusing, unsupported } from '../wire-values/request-checks.js';
import { zonedDate } from '../wire-values/zoned-time.js';
import type { Split } from '../wire-values/raw-prices.js';
import { FinnhubClient } from './client.js';
import {
  decodeCandles,
  decodeInsiders,
  decodeMessage,
  decodeMetrics,
  decodeNews,
  decodeRecommendations,
  decodeSocial,
  decodeSplits,
  decodeTrade,
  METRICS,
  RESOLUTIONS,
  SOURCE,
} from './decode.js';
import type { FinnhubSettings } from './settings.js';

export const capabilities: SourceCapabilities = {
  bars: ['1d', '1m', '5m', '15m', '30m', '1h'],
  ticks: [],
  live: ['trades'],
  records: ['action/', 'analyst/', 'fundamental/', 'insider/', 'news/', 'sentiment/'],
  simulated: false,
};

const SECOND_NANOS = 1_000_000_000n;
const DAY_NANOS = 86_400_000n * NANOS_PER_MILLI;
/** The vendor cuts intraday candles off after a month. */
const WINDOW_DAYS = { daily: 3_650n, intraday: 28n };
/** The trade that a filing or hour tells of lies before it. */
const MARGIN_NANOS = 10n * DAY_NANOS;

interface Feed {
  readonly path: string;
  readonly series: readonly string[];
  readonly dated: boolean;
  decode(json: unknown, symbol: Symbol, now: UnixNanos): readonly PointInTimeRecord[];
}

const splitRecords = (json: unknown, symbol: Symbol): readonly PointInTimeRecord[] =>
  decodeSplits(json).map(({ date, numerator, denominator }) => {
    const at = startOfDay(date);
    return recordOf({
      series: 'action/split',
      symbol,
      eventDate: date,
      eventTime: at,
      knownAt: at,
      value: numerator / denominator,
      text: '',
      source: SOURCE,
    });
  });

const FEEDS: readonly Feed[] = [
  { path: 'company-news', series: ['news/story'], dated: true, decode: decodeNews },
  { path: 'stock/metric', series: METRICS.map(([series]) => series), dated: false, decode: decodeMetrics },
  { path: 'stock/insider-transactions', series: ['insider/net-shares', 'insider/net-value'], dated: true, decode: decodeInsiders },
  { path: 'stock/recommendation', series: ['analyst/recommendation'], dated: false, decode: decodeRecommendations },
  { path: 'stock/social-sentiment', series: ['sentiment/social', 'sentiment/mentions'], dated: true, decode: decodeSocial },
  { path: 'stock/split', series: ['action/split'], dated: true, decode: splitRecords },
];

const secondsOf = (at: bigint): string => String(at / 1_000_000_000n);
const dayOf = (at: bigint): string => zonedDate('UTC', at as UnixNanos);

/** Finnhub: candles, news, figures, insiders, analysts' views and social sentiment of US shares, and their trades live. */
export class FinnhubSource implements MarketSource {
  readonly name = SOURCE;
  readonly capabilities = capabilities;
  private readonly client: FinnhubClient;
  private readonly sessions = new Set<LiveSession>();

  constructor(
    settings: FinnhubSettings,
    private readonly environment: SourceEnvironment,
  ) {
    this.client = new FinnhubClient(settings, environment);
  }

  async *bars(request: BarRequest, signal: AbortSignal): AsyncGenerator<readonly Bar[]> {
    checkInterval(SOURCE, request.interval, capabilities.bars);
    checkSpan(SOURCE, request, signal);
    const { symbol, interval, from, until } = request;
    const now = this.environment.clock.now();
    const daily = interval === '1d';
    const splits = daily ? await this.splits(symbol, from, now, signal) : [];
    const [resolution, minutes] = RESOLUTIONS[interval]!;
    const end = until < now ? until : now;
    const window = (daily ? WINDOW_DAYS.daily : WINDOW_DAYS.intraday) * DAY_NANOS;
    // The vendor asks by the start of a candle, in seconds.
    const first = from - BigInt(minutes) * 60_000_000_000n;
    for (let start = first - (first % SECOND_NANOS); start < end; start += window) {
      const last = start + window - 1n < end ? start + window - 1n : end;
      const parameters = { symbol: this.ticker(symbol), resolution, from: secondsOf(start), to: secondsOf(last) };
      const bars = closedWithin(
        decodeCandles(await this.client.get('stock/candle', parameters, signal), symbol, interval, splits),
        request,
        finalUntil(interval, now),
      );
      if (bars.length > 0) yield bars;
    }
  }

  ticks(): AsyncIterable<readonly Tick[]> {
    return refusing(unsupported(SOURCE, 'history of ticks'));
  }

  async *records(request: RecordRequest, signal: AbortSignal): AsyncGenerator<readonly PointInTimeRecord[]> {
    const feeds = FEEDS.filter(({ series }) => series.some((name) => isSeries(name, request.series)));
    if (feeds.length === 0) throw unsupported(SOURCE, `series '${request.series.slice(0, 80)}'`);
    checkSpan(SOURCE, request, signal);
    const { symbol, from, until } = request;
    if (symbol === undefined)
      throw new SourceError('INVALID_REQUEST', SOURCE, 'these series are about one symbol', { field: 'symbol', rule: 'given' });
    const now = this.environment.clock.now();
    const found: PointInTimeRecord[] = [];
    for (const feed of feeds) {
      const dates: Readonly<Record<string, string>> = feed.dated
        ? { from: dayOf(from - MARGIN_NANOS), to: dayOf(until < now ? until : now) }
        : {};
      const metric: Readonly<Record<string, string>> = feed.path === 'stock/metric' ? { metric: 'all' } : {};
      const json = await this.client.get(feed.path, { symbol: this.ticker(symbol), ...dates, ...metric }, signal);
      found.push(...feed.decode(json, symbol, this.environment.clock.now()));
    }
    yield* recordPages(found, request, this.environment.clock.now());
  }

  async live(request: LiveRequest, sink: LiveSink): Promise<LiveSession> {
    const other = request.kinds.find((kind) => kind !== 'trades');
    if (other !== undefined) throw unsupported(SOURCE, `live ${other}`);
    if (request.symbols.length === 0 || request.kinds.length === 0)
      throw new SourceError('INVALID_REQUEST', SOURCE, 'a subscription needs symbols and kinds', { field: 'symbols', rule: 'not empty' });
    const ledger = new LossLedger(request.symbols, this.environment.clock, sink);
    const symbols = new Map(request.symbols.map((symbol) => [this.ticker(symbol), symbol]));
    const socket = await this.client.stream([...symbols.keys()], {
      message: (text) => {
        ledger.hear();
        this.pass(text, symbols, sink);
      },
      status: (status) => ledger.tell(status),
    });
    const session: LiveSession = {
      close: async () => {
        this.sessions.delete(session);
        await socket.close();
      },
    };
    this.sessions.add(session);
    return session;
  }

  async close(): Promise<void> {
    await Promise.all([...this.sessions].map((session) => session.close()));
    this.client.close();
  }

  /** Daily candles are adjusted for the splits until today. */
  private async splits(symbol: Symbol, from: UnixNanos, now: UnixNanos, signal: AbortSignal): Promise<readonly Split[]> {
    const parameters = { symbol: this.ticker(symbol), from: dayOf(from - 5n * DAY_NANOS), to: dayOf(now) };
    return decodeSplits(await this.client.get('stock/split', parameters, signal));
  }

  /** `BRK-B` is the vendor's `BRK.B`. It has shares of the United States only, by our candles' calendar. */
  private ticker(symbol: Symbol): string {
    const { root, market } = listedSymbol(symbol);
    if (market !== 'US') throw new SourceError('UNKNOWN_SYMBOL', SOURCE, `${symbol} is not listed in the United States`);
    return root.replaceAll('-', '.');
  }

  /** A trade that can't be read spoils neither those beside it nor the session. */
  private pass(text: string, symbols: ReadonlyMap<string, Symbol>, sink: LiveSink): void {
    guarded(sink, text, () => {
      const message = decodeMessage(text);
      if (message.kind === 'error') throw message.error;
      if (message.kind === 'trades') for (const row of message.trades) guarded(sink, text, () => sink.tick(decodeTrade(row, symbols)));
    });
  }
}

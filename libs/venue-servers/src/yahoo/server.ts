import { type Bar, nyseCalendar } from '@tradewind/market';
import { millisFromNanos, toNumber } from '@tradewind/vocabulary';

import type { VendorFault } from '../vendor-http/fault.js';
import { type VendorAnswer, VendorHttpServer } from '../vendor-http/vendor-http-server.js';

export interface YahooSplit {
  /** Session from whose open prices are after it. */
  readonly date: string;
  readonly numerator: number;
  readonly denominator: number;
  /** False: prices are adjusted, but the answer doesn't tell the split. */
  readonly announced: boolean;
}

export interface YahooDividend {
  readonly date: string;
  /** As it was paid. */
  readonly amount: number;
}

interface Listing {
  readonly bars: Bar[];
  readonly splits: YahooSplit[];
  readonly dividends: YahooDividend[];
}

const MINUTES: Readonly<Record<string, readonly [string, number]>> = {
  '1d': ['1d', 0],
  '1m': ['1m', 1],
  '5m': ['5m', 5],
  '15m': ['15m', 15],
  '30m': ['30m', 30],
  '60m': ['1h', 60],
};

const DAY = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York', dateStyle: 'short' });
const OFFSET_SECONDS = -14_400;
const json = (status: number, body: unknown): VendorAnswer => ({ status, body: JSON.stringify(body) });

const failure = (status: number, code: string, description: string): VendorAnswer =>
  json(status, { chart: { result: null, error: { code, description } } });

const secondsOf = (bar: Bar): number => Math.round(millisFromNanos(bar.openTime) / 1000);
/** As the vendor stores an adjusted price: rounded to six digits, in single precision. */
const stored = (raw: number, ratio: number): number => Math.fround(ratio === 1 ? raw : Number((raw / ratio).toFixed(6)));

/**
 * Speaks the wire format of Yahoo's chart service. It holds prices as they were traded and answers, as the vendor does, with prices and volumes adjusted for
 * all later splits, in single precision, by `gmtoffset` of today.
 */
export class YahooServer {
  private readonly http: VendorHttpServer;
  private readonly listings = new Map<string, Listing>();
  /** The zone told in every answer. */
  zone = 'America/New_York';
  exchange = 'NMS';

  constructor() {
    this.http = new VendorHttpServer({
      isData: () => true,
      answer: (url) => this.answer(decodeURIComponent(url.pathname.split('/').at(-1)!), url.searchParams),
      refusal: () => undefined,
      withWrongColumns: (body) => body.replaceAll('"close":', '"last":'),
    });
  }

  static async start(): Promise<YahooServer> {
    const server = new YahooServer();
    await server.http.listen();
    return server;
  }

  get url(): string {
    return this.http.url;
  }

  get seen(): readonly string[] {
    return this.http.seen;
  }

  /** Adds bars as they were traded, splits and dividends of a ticker in the vendor's spelling. */
  load(ticker: string, { bars = [], splits = [], dividends = [] }: Partial<Listing>): void {
    const listing = this.listings.get(ticker) ?? { bars: [], splits: [], dividends: [] };
    listing.bars.push(...bars);
    listing.splits.push(...splits);
    listing.dividends.push(...dividends);
    this.listings.set(ticker, listing);
  }

  fail(fault: VendorFault, times: number): void {
    this.http.fail(fault, times);
  }

  requests(): number {
    return this.http.requests();
  }

  stop(): Promise<void> {
    return this.http.close();
  }

  private answer(ticker: string, query: URLSearchParams): VendorAnswer {
    const listing = this.listings.get(ticker);
    if (listing === undefined) return failure(404, 'Not Found', 'No data found, symbol may be delisted');
    const known = MINUTES[query.get('interval') ?? ''];
    const [from, until] = [Number(query.get('period1')), Number(query.get('period2'))];
    if (known === undefined || !(from < until)) return failure(422, 'Unprocessable Entity', 'Invalid input');
    const bars = listing.bars
      .filter((bar) => bar.interval === known[0] && secondsOf(bar) >= from && secondsOf(bar) < until)
      .sort((left, right) => secondsOf(left) - secondsOf(right));
    return json(200, { chart: { result: [this.result(ticker, listing, bars, query, from, until)], error: null } });
  }

  private result(ticker: string, listing: Listing, bars: readonly Bar[], query: URLSearchParams, from: number, until: number): unknown {
    const ratios = bars.map((bar) => this.ratioAfter(DAY.format(millisFromNanos(bar.openTime)), listing));
    const column = (field: 'open' | 'high' | 'low' | 'close'): number[] =>
      bars.map((bar, index) => stored(toNumber(bar[field]), ratios[index]!));
    const volume = bars.map((bar, index) => Math.round(toNumber(bar.volume) * ratios[index]!));
    const base = {
      meta: this.meta(ticker, query.get('interval')!),
      indicators: {
        quote: [{ open: column('open'), high: column('high'), low: column('low'), close: column('close'), volume }],
        ...(query.get('interval') === '1d' ? { adjclose: [{ adjclose: column('close') }] } : {}),
      },
    };
    if (bars.length === 0) return base;
    return { ...base, timestamp: bars.map(secondsOf), events: this.events(listing, from, until) };
  }

  private events(listing: Listing, from: number, until: number): unknown {
    const within = <T extends { readonly date: string }>(list: readonly T[]): readonly (readonly [number, T])[] =>
      list.map((event) => [this.openOf(event.date), event] as const).filter(([at]) => at >= from && at < until);
    const splits = within(listing.splits.filter(({ announced }) => announced)).map(([at, { numerator, denominator }]) => [
      String(at),
      { date: at, numerator, denominator, splitRatio: `${numerator}:${denominator}` },
    ]);
    const dividends = within(listing.dividends).map(([at, { date, amount }]) => [
      String(at),
      { date: at, amount: stored(amount, this.ratioAfter(date, listing)) },
    ]);
    return { splits: Object.fromEntries(splits) as unknown, dividends: Object.fromEntries(dividends) as unknown };
  }

  private ratioAfter(date: string, { splits }: Listing): number {
    return splits.filter((split) => split.date > date).reduce((ratio, { numerator, denominator }) => (ratio * numerator) / denominator, 1);
  }

  private openOf(date: string): number {
    return Math.round(millisFromNanos(nyseCalendar.sessionOf(date as never)!.openTime) / 1000);
  }

  private meta(ticker: string, interval: string): unknown {
    const regular = { timezone: 'EDT', start: 1_720_013_400, end: 1_720_036_800, gmtoffset: OFFSET_SECONDS };
    return {
      currency: 'USD',
      symbol: ticker,
      exchangeName: this.exchange,
      instrumentType: 'EQUITY',
      gmtoffset: OFFSET_SECONDS,
      timezone: 'EDT',
      exchangeTimezoneName: this.zone,
      priceHint: 2,
      currentTradingPeriod: { regular },
      dataGranularity: interval,
      range: '',
    };
  }
}

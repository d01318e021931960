import { type Bar } from '@tradewind/market';
import { type Clock, formatDecimal, millisFromNanos } from '@tradewind/vocabulary';

import type { VendorFault } from '../vendor-http/fault.js';
import { type VendorAnswer, VendorHttpServer } from '../vendor-http/vendor-http-server.js';
import { KeyBook } from './key-book.js';

export interface AlphaVantageServerOptions {
  readonly clock: Clock;
  /** Calls a day of each key that the server knows; `premium` keys have none but a limit a minute. */
  readonly keys: Readonly<Record<string, { readonly perDay: number } | { readonly perMinute: number }>>;
}

const NEW_YORK = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'medium',
});

const MINUTES: Readonly<Record<string, string>> = { '1min': '1m', '5min': '5m', '15min': '15m', '30min': '30m', '60min': '1h' };
const COMPACT_ROWS = 100;

const rowOf = (bar: Bar): Readonly<Record<string, string>> => ({
  '1. open': Number(formatDecimal(bar.open)).toFixed(4),
  '2. high': Number(formatDecimal(bar.high)).toFixed(4),
  '3. low': Number(formatDecimal(bar.low)).toFixed(4),
  '4. close': Number(formatDecimal(bar.close)).toFixed(4),
  '5. volume': formatDecimal(bar.volume),
});

const json = (body: unknown): VendorAnswer => ({ status: 200, body: JSON.stringify(body, undefined, 4) });

/**
 * Speaks the wire format of Alpha Vantage: one address, a `function`, a key, and status 200 for everything, refusals included. Counts the calls of each
 * key by the day in New York and by the minute, and refuses what is beyond its limits in the vendor's words (with the key in them, as the vendor does).
 */
export class AlphaVantageServer {
  private readonly http: VendorHttpServer;
  private readonly keys: KeyBook;
  private readonly bars = new Map<string, Bar[]>();
  private readonly documents = new Map<string, unknown>();
  /** Told of the zone in every answer with bars; another one is a fault to test. */
  zone = 'US/Eastern';

  constructor(options: AlphaVantageServerOptions) {
    this.keys = new KeyBook(options.keys, options.clock);
    this.http = new VendorHttpServer({
      isData: () => true,
      answer: (url) => this.answer(url.searchParams),
      refusal: (kind, url) => this.keys.worded(kind, url.searchParams.get('apikey') ?? ''),
      withWrongColumns: (body) => body.replaceAll('"4. close"', '"4. last"').replaceAll('"value"', '"figure"'),
    });
  }

  static async start(options: AlphaVantageServerOptions): Promise<AlphaVantageServer> {
    const server = new AlphaVantageServer(options);
    await server.http.listen();
    return server;
  }

  get url(): string {
    return `${this.http.url}/query`;
  }

  /** Adds bars to what the server holds. */
  load(bars: readonly Bar[]): void {
    for (const bar of bars) {
      const name = `${bar.symbol}/${bar.interval}`;
      this.bars.set(name, [...(this.bars.get(name) ?? []), bar]);
    }
  }

  /** The answer of a function (about a symbol or a maturity, when it takes one), as the vendor would send it. */
  publish(name: string, subject: string, document: unknown): void {
    this.documents.set(`${name}/${subject}`, document);
  }

  fail(fault: VendorFault, times: number): void {
    this.http.fail(fault, times);
  }

  requests(): number {
    return this.http.requests();
  }

  /** Queries in order of arrival, keys included. */
  get seen(): readonly string[] {
    return this.http.seen;
  }

  /** Calls that a key has been served today. */
  usedToday(key: string): number {
    return this.keys.usedToday(key);
  }

  stop(): Promise<void> {
    return this.http.close();
  }

  private answer(query: URLSearchParams): VendorAnswer {
    const refused = this.keys.spend(query.get('apikey') ?? '');
    if (refused !== undefined) return refused;
    const name = query.get('function') ?? '';
    const symbol = query.get('symbol') ?? query.get('tickers') ?? query.get('maturity') ?? '';
    if (name === 'TIME_SERIES_DAILY') return this.daily(symbol, query.get('outputsize') ?? 'compact');
    if (name === 'TIME_SERIES_INTRADAY') return this.intraday(symbol, query);
    const document = this.documents.get(`${name}/${symbol}`);
    // An overview of a company that it does not know is an empty object.
    if (document === undefined) return name === 'OVERVIEW' ? json({}) : this.invalid(name);
    return json(document);
  }

  private invalid(name: string): VendorAnswer {
    return json({
      'Error Message': `Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for ${name}.`,
    });
  }

  private daily(symbol: string, size: string): VendorAnswer {
    const held = this.bars.get(`${symbol}/1d`);
    if (held === undefined) return this.invalid('TIME_SERIES_DAILY');
    const bars = held
      .toSorted((left, right) => (left.closeTime < right.closeTime ? 1 : -1))
      .slice(0, size === 'full' ? undefined : COMPACT_ROWS);
    return json({
      'Meta Data': {
        '1. Information': 'Daily Prices (open, high, low, close) and Volumes',
        '2. Symbol': symbol,
        '3. Last Refreshed': bars[0]?.id.slice(-10) ?? '',
        '4. Output Size': size === 'full' ? 'Full size' : 'Compact',
        '5. Time Zone': this.zone,
      },
      'Time Series (Daily)': Object.fromEntries(bars.map((bar) => [bar.id.slice(-10), rowOf(bar)])),
    });
  }

  private intraday(symbol: string, query: URLSearchParams): VendorAnswer {
    const interval = query.get('interval') ?? '';
    const held = this.bars.get(`${symbol}/${MINUTES[interval] ?? ''}`);
    if (held === undefined) return this.invalid('TIME_SERIES_INTRADAY');
    const stamped = held
      .map((bar) => [NEW_YORK.format(millisFromNanos(bar.openTime)), bar] as const)
      .filter(([stamp]) => stamp.startsWith(query.get('month') ?? ''))
      .sort(([left], [right]) => (left < right ? 1 : -1));
    return json({
      'Meta Data': {
        '1. Information': `Intraday (${interval}) open, high, low, close prices and volume`,
        '2. Symbol': symbol,
        '3. Last Refreshed': stamped[0]?.[0] ?? '',
        '4. Interval': interval,
        '5. Output Size': 'Full size',
        '6. Time Zone': this.zone,
      },
      [`Time Series (${interval})`]: Object.fromEntries(stamped.map(([stamp, bar]) => [stamp, rowOf(bar)])),
    });
  }
}

import type { Bar, Trade } from '@tradewind/market';
import { millisFromNanos, toNumber } from '@tradewind/vocabulary';

import type { VendorFault } from '../vendor-http/fault.js';
import { type VendorAnswer, VendorHttpServer } from '../vendor-http/vendor-http-server.js';
import { type VendorSocket, VendorSockets } from '../vendor-http/vendor-sockets.js';

export interface FinnhubSplit {
  readonly date: string;
  readonly fromFactor: number;
  readonly toFactor: number;
}

const RESOLUTIONS: Readonly<Record<string, string>> = { D: '1d', '1': '1m', '5': '5m', '15': '15m', '30': '30m', '60': '1h' };
const DAY = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York', dateStyle: 'short' });
const SYMBOLS_MAX = 50;

const json = (status: number, body: unknown): VendorAnswer => ({ status, body: JSON.stringify(body) });
const secondsOf = (bar: Bar): number => Math.round(millisFromNanos(bar.openTime) / 1000);
const dateOf = (bar: Bar): string => DAY.format(millisFromNanos(bar.openTime));

/**
 * Speaks the wire format of Finnhub: GETs with a token in the header or query, and a stream of trades in batches. It holds bars as they were traded and
 * adjusts daily ones for the splits, as the vendor does.
 */
export class FinnhubServer {
  private readonly http: VendorHttpServer;
  private readonly sockets: VendorSockets;
  private readonly bars: Bar[] = [];
  private readonly splits = new Map<string, readonly FinnhubSplit[]>();
  private readonly documents = new Map<string, unknown>();

  constructor(private readonly token: string) {
    this.http = new VendorHttpServer({
      isData: (url) => url.pathname !== '/api/v1/stock/split',
      answer: (url, request) => {
        const given = request.headers['x-finnhub-token'] ?? url.searchParams.get('token');
        return given === this.token ? this.answer(url) : json(401, { error: 'Invalid API key' });
      },
      refusal: (kind) => {
        if (kind === 'refused-key') return json(401, { error: 'Invalid API key' });
        return kind === 'too-fast' ? json(429, { error: 'API limit reached. Please try again later. Remaining Limit: 0' }) : undefined;
      },
      withWrongColumns: (body) => body.replaceAll('"c":', '"last":').replaceAll('"change":', '"delta":'),
    });
    this.sockets = new VendorSockets(this.http.server, {
      refusal: (request) => (new URL(request.url ?? '/', 'http://local').searchParams.get('token') === this.token ? undefined : 401),
      message: (client, text) => this.receive(client, text),
    });
  }

  static async start(token: string): Promise<FinnhubServer> {
    const server = new FinnhubServer(token);
    await server.http.listen();
    return server;
  }

  get url(): string {
    return this.http.url;
  }

  get streamUrl(): string {
    return this.http.url.replace('http', 'ws');
  }

  get seen(): readonly string[] {
    return this.http.seen;
  }

  load(bars: readonly Bar[], splits: Readonly<Record<string, readonly FinnhubSplit[]>> = {}): void {
    this.bars.push(...bars);
    for (const [symbol, list] of Object.entries(splits)) this.splits.set(symbol, list);
  }

  /** The answer about a symbol at a path such as `company-news`, as the vendor would send it. */
  publishDocument(path: string, symbol: string, document: unknown): void {
    this.documents.set(`${path}/${symbol}`, document);
  }

  /** Sends trades of one batch to those who are subscribed. */
  publish(...trades: readonly Trade[]): void {
    for (const client of this.sockets.clients()) {
      const data = trades
        .filter(({ symbol }) => client.subscribed.has(symbol))
        .map((trade) => ({
          c: trade.conditions,
          p: toNumber(trade.price),
          s: trade.symbol,
          t: millisFromNanos(trade.at),
          v: toNumber(trade.quantity),
        }));
      if (data.length > 0) client.send({ data, type: 'trade' });
    }
  }

  /** The vendor's own sign of life. */
  ping(): void {
    for (const client of this.sockets.clients()) client.send({ type: 'ping' });
  }

  fail(fault: VendorFault, times: number): void {
    this.http.fail(fault, times);
  }

  requests(): number {
    return this.http.requests();
  }

  get stream(): VendorSockets {
    return this.sockets;
  }

  async stop(): Promise<void> {
    this.sockets.close();
    await this.http.close();
  }

  private answer(url: URL): VendorAnswer {
    const path = url.pathname.replace('/api/v1/', '');
    const symbol = url.searchParams.get('symbol') ?? '';
    if (path === 'stock/candle') return this.candles(symbol, url.searchParams);
    if (path === 'stock/split') {
      const [from, to] = [url.searchParams.get('from') ?? '', url.searchParams.get('to') ?? ''];
      const splits = (this.splits.get(symbol) ?? []).filter(({ date }) => date >= from && date <= to);
      return json(
        200,
        splits.map((split) => ({ symbol, ...split })),
      );
    }
    const document = this.documents.get(`${path}/${symbol}`);
    return document === undefined ? json(403, { error: "You don't have access to this resource." }) : json(200, document);
  }

  private candles(symbol: string, query: URLSearchParams): VendorAnswer {
    const interval = RESOLUTIONS[query.get('resolution') ?? ''];
    const [from, to] = [Number(query.get('from')), Number(query.get('to'))];
    if (interval === undefined || !(from <= to)) return json(422, { error: 'Wrong parameters.' });
    const stampOf = (bar: Bar): number => (interval === '1d' ? Date.parse(`${dateOf(bar)}T00:00:00Z`) / 1000 : secondsOf(bar));
    const bars = this.bars
      .filter((bar) => bar.symbol === symbol && bar.interval === interval && stampOf(bar) >= from && stampOf(bar) <= to)
      .sort((left, right) => secondsOf(left) - secondsOf(right));
    if (bars.length === 0) return json(200, { s: 'no_data' });
    const ratios = bars.map((bar) => (interval === '1d' ? this.ratioAfter(symbol, dateOf(bar)) : 1));
    const column = (field: 'open' | 'high' | 'low' | 'close'): number[] =>
      bars.map((bar, index) => (ratios[index] === 1 ? toNumber(bar[field]) : Number((toNumber(bar[field]) / ratios[index]!).toFixed(6))));
    return json(200, {
      c: column('close'),
      h: column('high'),
      l: column('low'),
      o: column('open'),
      s: 'ok',
      t: bars.map(stampOf),
      v: bars.map((bar, index) => Math.round(toNumber(bar.volume) * ratios[index]!)),
    });
  }

  private ratioAfter(symbol: string, date: string): number {
    const later = (this.splits.get(symbol) ?? []).filter((split) => split.date > date);
    return later.reduce((ratio, { fromFactor, toFactor }) => (ratio * toFactor) / fromFactor, 1);
  }

  private receive(client: VendorSocket, text: string): void {
    const message = JSON.parse(text) as { readonly type?: unknown; readonly symbol?: unknown };
    if (typeof message.symbol !== 'string') {
      client.send({ type: 'error', msg: 'Invalid symbol' });
      return;
    }
    if (message.type === 'unsubscribe') client.subscribed.delete(message.symbol);
    else if (client.subscribed.size >= SYMBOLS_MAX) client.send({ type: 'error', msg: 'Subscribing to too many symbols' });
    else client.subscribed.add(message.symbol);
  }
}

import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { Bar, Quote } from '@tradewind/market';
import { type Clock, millisFromNanos, toNumber } from '@tradewind/vocabulary';

import type { VendorFault } from '../vendor-http/fault.js';
import { type VendorAnswer, VendorHttpServer } from '../vendor-http/vendor-http-server.js';
import { type VendorSocket, VendorSockets } from '../vendor-http/vendor-sockets.js';

export interface QuestradeListing {
  /** The vendor's spelling, `RY.TO`. */
  readonly symbol: string;
  readonly symbolId: number;
  /** `TSX`, `TSXV`, `NYSE` … */
  readonly listingExchange: string;
  /** Of the bars and quotes that are loaded. */
  readonly ourSymbol: string;
}

export interface QuestradeServerOptions {
  readonly clock: Clock;
  readonly refreshToken: string;
  readonly listings: readonly QuestradeListing[];
}

const INTERVALS: Readonly<Record<string, string>> = {
  OneDay: '1d',
  OneMinute: '1m',
  FiveMinutes: '5m',
  FifteenMinutes: '15m',
  HalfHour: '30m',
  OneHour: '1h',
};
const CANDLES_MAX = 2_000;
const EXPIRES_IN_SECONDS = 1_800;
const json = (status: number, body: unknown): VendorAnswer => ({ status, body: JSON.stringify(body) });
const invalidToken = json(401, { code: 1017, message: 'Access token is invalid' });

const WALL = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Toronto', dateStyle: 'short', timeStyle: 'medium' });

/** The vendor's spelling: microseconds and the offset of Toronto. */
const stamp = (millis: number): string => {
  const wall = WALL.format(millis);
  const offset = Math.round((Date.parse(`${wall.replace(' ', 'T')}Z`) - millis) / 60_000);
  const hours = String(Math.abs(offset) / 60).padStart(2, '0');
  return `${wall.replace(' ', 'T')}.000000${offset < 0 ? '-' : '+'}${hours}:00`;
};

/**
 * Speaks the wire format of Questrade: refresh tokens that serve once and turn into the next, access tokens of half an hour, symbols, candles, and the stream
 * of quotes on a port that is asked for.
 */
export class QuestradeServer {
  private readonly http: VendorHttpServer;
  private readonly sockets: VendorSockets;
  private readonly bars: Bar[] = [];
  private refreshToken: string;
  private accessTokens = new Map<string, number>();
  private redeemed = 0;
  /** The server for data that it sends its clients to; itself, unless it is set. */
  apiServer: string | undefined;

  constructor(private readonly options: QuestradeServerOptions) {
    this.refreshToken = options.refreshToken;
    this.http = new VendorHttpServer({
      isData: (url) => url.pathname.startsWith('/v1/markets/candles/'),
      answer: (url, request) => this.answer(url, request),
      refusal: (kind) => (kind === 'refused-key' ? invalidToken : undefined),
      withWrongColumns: (body) => body.replaceAll('"close":', '"last":'),
    });
    this.sockets = new VendorSockets(this.http.server, {
      refusal: () => undefined,
      message: (client, text) => this.receive(client, text),
    });
  }

  static async start(options: QuestradeServerOptions): Promise<QuestradeServer> {
    const server = new QuestradeServer(options);
    await server.http.listen();
    return server;
  }

  get url(): string {
    return this.http.url;
  }

  get seen(): readonly string[] {
    return this.http.seen;
  }

  get stream(): VendorSockets {
    return this.sockets;
  }

  /** Refresh tokens that were redeemed so far. */
  redemptions(): number {
    return this.redeemed;
  }

  /** Every access token is refused from now on. */
  revokeAccess(): void {
    this.accessTokens.clear();
  }

  /** Every token that it has given or takes. */
  tokens(): readonly string[] {
    return [this.refreshToken, ...this.accessTokens.keys()];
  }

  load(bars: readonly Bar[]): void {
    this.bars.push(...bars);
  }

  fail(fault: VendorFault, times: number): void {
    this.http.fail(fault, times);
  }

  requests(): number {
    return this.http.requests();
  }

  publish(quote: Quote, delay = 0): void {
    const listing = this.options.listings.find(({ ourSymbol }) => ourSymbol === quote.symbol)!;
    const none = (price: bigint): number | null => (price === 0n ? null : 1);
    const row = {
      symbol: listing.symbol,
      symbolId: listing.symbolId,
      tier: '',
      bidPrice: none(quote.bidPrice) && toNumber(quote.bidPrice),
      bidSize: toNumber(quote.bidQuantity),
      askPrice: none(quote.askPrice) && toNumber(quote.askPrice),
      askSize: toNumber(quote.askQuantity),
      lastTradePrice: 100,
      lastTradeSize: 100,
      lastTradeTick: 'Equal',
      lastTradeTime: stamp(millisFromNanos(quote.at)),
      volume: 1_000,
      delay,
      isHalted: false,
    };
    for (const client of this.sockets.clients()) {
      if (client.authenticated && client.subscribed.has(`quotes ${quote.symbol}`)) client.send({ quotes: [row] });
    }
  }

  async stop(): Promise<void> {
    this.sockets.close();
    await this.http.close();
  }

  private answer(url: URL, request: IncomingMessage): VendorAnswer {
    if (url.pathname === '/oauth2/token') return this.redeem(url.searchParams.get('refresh_token') ?? '');
    if (!this.isGood(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '')) return invalidToken;
    if (url.pathname === '/v1/time') return json(200, { time: stamp(millisFromNanos(this.options.clock.now())) });
    if (url.pathname === '/v1/symbols') {
      const names = (url.searchParams.get('names') ?? '').split(',');
      return json(200, {
        symbols: this.options.listings
          .filter(({ symbol }) => names.includes(symbol))
          .map(({ symbol, symbolId, listingExchange }) => ({ symbol, symbolId, listingExchange, currency: 'CAD', isQuotable: true })),
      });
    }
    if (url.pathname === '/v1/markets/quotes' && url.searchParams.get('stream') === 'true')
      return json(200, { streamPort: this.http.port });
    if (url.pathname.startsWith('/v1/markets/candles/')) return this.candles(Number(url.pathname.split('/').at(-1)), url.searchParams);
    return json(404, { code: 1001, message: 'Invalid endpoint' });
  }

  private redeem(token: string): VendorAnswer {
    if (token !== this.refreshToken) return { status: 400, body: 'Bad Request' };
    this.redeemed += 1;
    const made = (kind: string): string => createHash('sha256').update(`${kind}/${token}/${this.redeemed}`).digest('base64url');
    this.refreshToken = made('refresh');
    const accessToken = made('access');
    this.accessTokens.set(accessToken, millisFromNanos(this.options.clock.now()) + EXPIRES_IN_SECONDS * 1_000);
    return json(200, {
      access_token: accessToken,
      api_server: this.apiServer ?? `${this.url}/`,
      expires_in: EXPIRES_IN_SECONDS,
      refresh_token: this.refreshToken,
      token_type: 'Bearer',
    });
  }

  private isGood(accessToken: string): boolean {
    return (this.accessTokens.get(accessToken) ?? 0) > millisFromNanos(this.options.clock.now());
  }

  private candles(id: number, query: URLSearchParams): VendorAnswer {
    const listing = this.options.listings.find(({ symbolId }) => symbolId === id);
    if (listing === undefined) return json(404, { code: 1019, message: 'Symbol not found' });
    const interval = INTERVALS[query.get('interval') ?? ''];
    const [from, to] = [Date.parse(query.get('startTime') ?? ''), Date.parse(query.get('endTime') ?? '')];
    if (interval === undefined || !(from <= to)) return json(400, { code: 1004, message: 'Argument is invalid' });
    const candles = this.bars
      .filter((bar) => bar.symbol === listing.ourSymbol && bar.interval === interval)
      .map((bar) => ({ bar, ...this.spanOf(bar) }))
      .filter(({ start }) => start >= from && start <= to)
      .sort((left, right) => left.start - right.start);
    if (candles.length > CANDLES_MAX) return json(400, { code: 1003, message: 'Too many candles' });
    return json(200, {
      candles: candles.map(({ bar, start, end }) => ({
        start: stamp(start),
        end: stamp(end),
        low: toNumber(bar.low),
        high: toNumber(bar.high),
        open: toNumber(bar.open),
        close: toNumber(bar.close),
        volume: toNumber(bar.volume),
        VWAP: toNumber(bar.close),
      })),
    });
  }

  /** A daily candle is the day's, from midnight to midnight in Toronto. */
  private spanOf(bar: Bar): { start: number; end: number } {
    const [open, close] = [millisFromNanos(bar.openTime), millisFromNanos(bar.closeTime)];
    if (bar.interval !== '1d') return { start: open, end: close };
    const wall = Date.parse(`${WALL.format(open).slice(0, 10)}T00:00:00Z`);
    const start = wall + (open - Date.parse(`${WALL.format(open).replace(' ', 'T')}Z`));
    return { start, end: start + 86_400_000 };
  }

  /** The first message is the access token. The ids were told when the port was asked for, in the address of the socket. */
  private receive(client: VendorSocket, text: string): void {
    if (client.authenticated) return;
    if (!this.isGood(text)) {
      client.send({ success: false });
      client.close();
      return;
    }
    client.authenticated = true;
    const ids = new URL(client.path, 'http://local').searchParams.get('ids')?.split(',') ?? [];
    for (const { symbolId, ourSymbol } of this.options.listings)
      if (ids.includes(String(symbolId))) client.subscribed.add(`quotes ${ourSymbol}`);
    client.send({ success: true });
  }
}

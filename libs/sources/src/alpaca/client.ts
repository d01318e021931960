import { instantText } from '@tradewind/connectors';
import { type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { type LiveKind, SourceError, type SourceEnvironment, type SourceErrorCode } from '../source.js';
import { HttpClient } from '../transport/http-client.js';
import {
  type LiveSocket,
  type LiveSocketOptions,
  openSocket,
  type SocketConversation,
  type SocketMessage,
} from '../transport/live-socket.js';
import { decodeFrames, decodePage, NAME, type Page, wireSymbol } from './decode.js';
import type { AlpacaSettings } from './settings.js';

const RESPONSE_BYTES_MAX = 32 * 2 ** 20;
const MESSAGE_BYTES_MAX = 4 * 2 ** 20;

/** Codes of the stream's error messages (docs.alpaca.markets, real-time data). What is not listed is a fault of the venue. */
const STREAM_ERRORS: Readonly<Record<number, SourceErrorCode>> = {
  400: 'INVALID_REQUEST',
  401: 'AUTHENTICATION',
  402: 'AUTHENTICATION',
  403: 'INVALID_REQUEST',
  404: 'UNAVAILABLE',
  405: 'INVALID_REQUEST',
  406: 'UNAVAILABLE',
  407: 'UNAVAILABLE',
  409: 'AUTHENTICATION',
  410: 'INVALID_REQUEST',
};

/** The error that a stream's error message tells. */
export const streamError = (frame: Readonly<Record<string, unknown>>): SourceError => {
  const code = typeof frame['code'] === 'number' ? frame['code'] : 0;
  return new SourceError(STREAM_ERRORS[code] ?? 'UNAVAILABLE', NAME, `the stream says ${code}: ${String(frame['msg']).slice(0, 200)}`);
};

const textOf = (message: SocketMessage): string => (typeof message === 'string' ? message : message.toString('utf8'));

const expectFrame = async (conversation: SocketConversation, type: string, text?: string): Promise<Readonly<Record<string, unknown>>> => {
  const [first] = decodeFrames(textOf(await conversation.next()));
  if (first?.type === 'error') throw streamError(first.frame);
  if (first?.type !== type || (text !== undefined && first.frame['msg'] !== text)) {
    throw new SourceError('BAD_RESPONSE', NAME, `expected '${text ?? type}' during the handshake`, { field: 'T', rule: type });
  }
  return first.frame;
};

/** The venue's channels of a kind: corrections of bars come on one of their own. */
const CHANNELS: Readonly<Partial<Record<LiveKind, readonly string[]>>> = {
  trades: ['trades'],
  quotes: ['quotes'],
  bars: ['bars', 'updatedBars'],
};

export interface StreamRequest {
  readonly symbols: readonly Symbol[];
  readonly kinds: readonly LiveKind[];
}

/** The wire of Alpaca's market data: paged GETs and the stream. */
export class AlpacaClient {
  private readonly http: HttpClient;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly secrets: readonly string[];

  constructor(
    private readonly settings: AlpacaSettings,
    private readonly environment: SourceEnvironment,
  ) {
    this.secrets = [settings.keyId, settings.secret];
    this.headers = { 'APCA-API-KEY-ID': settings.keyId, 'APCA-API-SECRET-KEY': settings.secret, accept: 'application/json' };
    this.http = new HttpClient(
      {
        source: NAME,
        timeoutMs: settings.requestTimeoutMs,
        responseBytesMax: RESPONSE_BYTES_MAX,
        retriesMax: settings.retriesMax,
        backoff: { baseMs: settings.backoffBaseMs, maxMs: settings.backoffMaxMs },
        retryAfterMsMax: settings.retryAfterMsMax,
        rate: {
          requestsMax: settings.requestsPerMinute,
          periodMs: 60_000,
          burst: Math.max(1, Math.floor(settings.requestsPerMinute / 10)),
        },
        quota: { remaining: 'x-ratelimit-remaining', reset: 'x-ratelimit-reset' },
        secrets: this.secrets,
        refusal: (_status, body) => (body.includes('invalid symbol') ? 'UNKNOWN_SYMBOL' : undefined),
      },
      environment,
    );
  }

  /** Pages of one symbol's bars, trades or quotes whose stamps lie in [start, end]. */
  async *pages(
    kind: 'bars' | 'trades' | 'quotes',
    symbol: Symbol,
    span: { readonly start: UnixNanos; readonly end: UnixNanos; readonly timeframe?: string },
    signal: AbortSignal,
  ): AsyncGenerator<Page> {
    const url = new URL(`/v2/stocks/${kind}`, this.settings.restUrl);
    const query = {
      symbols: wireSymbol(symbol),
      start: instantText(span.start),
      end: instantText(span.end),
      feed: this.settings.feed,
      sort: 'asc',
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    url.searchParams.set('limit', String(this.settings.pageRows));
    if (kind === 'bars') {
      url.searchParams.set('timeframe', span.timeframe!);
      url.searchParams.set('adjustment', 'raw');
    }
    yield* this.follow(url, signal, (body) => decodePage(body, kind, symbol));
  }

  /** Follows `next_page_token` from page to page. A token that comes twice would go round for ever. */
  async *follow<P extends { readonly nextToken: string | undefined }>(
    url: URL,
    signal: AbortSignal,
    decode: (body: unknown) => P,
  ): AsyncGenerator<P> {
    const seen = new Set<string>();
    for (;;) {
      const page = decode(await this.http.json({ url, headers: this.headers, signal }));
      yield page;
      if (page.nextToken === undefined) return;
      if (seen.has(page.nextToken)) {
        throw new SourceError('BAD_RESPONSE', NAME, 'a page token came twice', { field: 'next_page_token', rule: 'new on each page' });
      }
      seen.add(page.nextToken);
      url.searchParams.set('page_token', page.nextToken);
    }
  }

  actionsUrl(query: Readonly<Record<string, string>>): URL {
    const url = new URL('/v1/corporate-actions', this.settings.restUrl);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  /** Connects, authenticates and subscribes, on this and every later connection. */
  stream(request: StreamRequest, handlers: Pick<LiveSocketOptions, 'status'> & { message(text: string): void }): Promise<LiveSocket> {
    const { settings } = this;
    const symbols = request.symbols.map(wireSymbol);
    const subscription = Object.fromEntries(request.kinds.flatMap((kind) => (CHANNELS[kind] ?? []).map((channel) => [channel, symbols])));
    return openSocket(
      {
        source: NAME,
        url: new URL(`/v2/${settings.feed}`, settings.streamUrl).href,
        handshakeMs: settings.handshakeMs,
        pingMs: settings.pingMs,
        silenceMs: settings.silenceMs,
        backoff: { baseMs: settings.backoffBaseMs, maxMs: settings.backoffMaxMs },
        messageBytesMax: MESSAGE_BYTES_MAX,
        secrets: this.secrets,
        handshake: async (conversation) => {
          await expectFrame(conversation, 'success', 'connected');
          conversation.send(JSON.stringify({ action: 'auth', key: settings.keyId, secret: settings.secret }));
          await expectFrame(conversation, 'success', 'authenticated');
          conversation.send(JSON.stringify({ action: 'subscribe', ...subscription }));
          await expectFrame(conversation, 'subscription');
        },
        message: (message) => handlers.message(textOf(message)),
        status: handlers.status,
      },
      this.environment,
    );
  }

  close(): void {
    this.http.close();
  }
}

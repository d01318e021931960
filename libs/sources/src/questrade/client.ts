import { type Symbol } from '@tradewind/vocabulary';

import { type LiveStatus, SourceError, type SourceEnvironment } from '../source.js';
import { HttpClient } from '../transport/http-client.js';
import { type LiveSocket, type LiveSocketOptions, openSocket } from '../transport/live-socket.js';
import { listedSymbol } from '../wire-values/listing-symbol.js';
import { Authorization } from './authorization.js';
import { decodeListing, decodeStreamPort, decodeWelcome, type Listing, SOURCE } from './decode.js';
import type { QuestradeSettings } from './settings.js';

const BODY_BYTES_MAX = 16 * 1024 * 1024;
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;
/** Market data: 20 a second and 15,000 an hour (questrade.com/api/documentation/rate-limiting). */
const RATE = { requestsMax: 15_000, periodMs: 3_600_000, burst: 20 };
/** A socket does not keep a session alive; a request at least every half an hour does. */
const KEEP_ALIVE_MS = 600_000;

const SUFFIX = { US: '', TSX: '.TO', TSXV: '.VN' } as const;

/** `RCI-B-TO` is the vendor's `RCI.B.TO`, `BRK-B` its `BRK.B`. */
const tickerOf = (symbol: Symbol): string => {
  const { root, market } = listedSymbol(symbol);
  return root.replaceAll('-', '.') + SUFFIX[market];
};

interface Handlers {
  message(text: string): void;
  status(status: Extract<LiveStatus, { kind: 'UP' | 'DOWN' }>): void;
}

/** The wire of Questrade: GETs with an access token, and the stream of best bids and offers. */
export class QuestradeClient {
  private readonly secrets: string[] = [];
  private readonly http: HttpClient;
  private readonly authorization: Authorization;
  private readonly listings = new Map<Symbol, Listing>();
  private readonly stopped = new AbortController();

  constructor(
    private readonly settings: QuestradeSettings,
    private readonly environment: SourceEnvironment,
  ) {
    this.authorization = new Authorization(settings, environment, this.secrets);
    this.http = new HttpClient(
      {
        source: SOURCE,
        timeoutMs: settings.requestTimeoutMs,
        responseBytesMax: BODY_BYTES_MAX,
        retriesMax: settings.retriesMax,
        backoff: { baseMs: settings.backoffBaseMs, maxMs: settings.backoffMaxMs },
        retryAfterMsMax: settings.retryAfterMsMax,
        rate: RATE,
        secrets: this.secrets,
        refusal: (status) => (status === 404 ? 'UNKNOWN_SYMBOL' : undefined),
      },
      environment,
    );
  }

  /** A GET; an access token that the vendor turns down is renewed once. */
  async get(path: string, parameters: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    if (signal.aborted) throw new SourceError('ABORTED', SOURCE, 'the call was aborted');
    const { accessToken } = await this.authorization.current();
    try {
      return await this.getWith(path, parameters, signal);
    } catch (error) {
      if (!(error instanceof SourceError) || error.code !== 'AUTHENTICATION') throw error;
      await this.authorization.current(accessToken);
      return this.getWith(path, parameters, signal);
    }
  }

  /** The vendor's id and exchange of a symbol. Rejects with UNKNOWN_SYMBOL. */
  async listing(symbol: Symbol, signal: AbortSignal): Promise<Listing> {
    const known = this.listings.get(symbol);
    if (known !== undefined) return known;
    const ticker = tickerOf(symbol);
    const listing = decodeListing(await this.get('v1/symbols', { names: ticker }, signal), ticker);
    if (listing === undefined) throw new SourceError('UNKNOWN_SYMBOL', SOURCE, `there is no symbol ${ticker}`);
    this.listings.set(symbol, listing);
    return listing;
  }

  /** Subscribes to the quotes of some ids. The port is asked for at the start and after each loss: it changes from day to day. */
  async stream(ids: readonly number[], handlers: Handlers): Promise<LiveSocket> {
    const { settings } = this;
    let url = await this.streamUrl(ids);
    const options: LiveSocketOptions = {
      source: SOURCE,
      get url() {
        return url;
      },
      handshakeMs: settings.handshakeMs,
      pingMs: settings.pingMs,
      silenceMs: settings.silenceMs,
      backoff: { baseMs: settings.backoffBaseMs, maxMs: settings.backoffMaxMs },
      messageBytesMax: MESSAGE_BYTES_MAX,
      secrets: this.secrets,
      handshake: async (conversation) => {
        const { accessToken } = await this.authorization.current();
        conversation.send(accessToken);
        if (!decodeWelcome((await conversation.next()).toString()))
          throw new SourceError('AUTHENTICATION', SOURCE, 'the stream does not take the access token');
      },
      message: (message) => handlers.message(message.toString()),
      status: (status) => {
        if (status.kind === 'DOWN') {
          this.streamUrl(ids).then(
            (next) => {
              url = next;
            },
            // The next connection tries the port of before.
            () => undefined,
          );
        }
        handlers.status(status);
      },
    };
    return openSocket(options, this.environment);
  }

  /** Until the signal is aborted, asks often enough for the session to live. */
  async keepAlive(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.environment.pause(KEEP_ALIVE_MS, signal);
        await this.get('v1/time', {}, signal);
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        if (error.code !== 'ABORTED')
          this.environment.log.warn({ source: SOURCE, code: error.code }, 'the session could not be kept alive');
      }
    }
  }

  close(): void {
    this.stopped.abort();
    this.http.close();
    this.authorization.close();
  }

  private async getWith(path: string, parameters: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    const { accessToken, apiServer } = await this.authorization.current();
    const url = new URL(path, apiServer);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return this.http.json({ url, headers: { authorization: `Bearer ${accessToken}` }, signal });
  }

  private async streamUrl(ids: readonly number[]): Promise<string> {
    const parameters = { ids: ids.join(','), stream: 'true', mode: 'WebSocket' };
    const port = decodeStreamPort(await this.get('v1/markets/quotes', parameters, this.stopped.signal));
    const url = new URL('v1/markets/quotes', (await this.authorization.current()).apiServer);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.port = String(port);
    return url.href;
  }
}

import { SourceError, type SourceEnvironment } from '../source.js';
import { HttpClient } from '../transport/http-client.js';
import { type LiveSocket, type LiveSocketOptions, openSocket, type SocketConversation } from '../transport/live-socket.js';
import { RateLimit } from '../transport/rate-limit.js';
import { decodeMessage, SOURCE } from './decode.js';
import type { FinnhubSettings } from './settings.js';

const BODY_BYTES_MAX = 32 * 1024 * 1024;
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;
const MINUTE_MS = 60_000;
/** For all accounts, beside the limit a minute (finnhub.io/docs/api/rate-limit). */
const PER_SECOND = { requestsMax: 30, periodMs: 1_000, burst: 30 };

/** The wire of Finnhub: GETs with a token in a header, and the stream of trades. */
export class FinnhubClient {
  private readonly http: HttpClient;
  private readonly perSecond: RateLimit;
  private readonly secrets: readonly string[];

  constructor(
    private readonly settings: FinnhubSettings,
    private readonly environment: SourceEnvironment,
  ) {
    this.secrets = [settings.token];
    this.perSecond = new RateLimit(PER_SECOND, environment.clock, (ms, signal) => environment.pause(ms, signal));
    this.http = new HttpClient(
      {
        source: SOURCE,
        timeoutMs: settings.requestTimeoutMs,
        responseBytesMax: BODY_BYTES_MAX,
        retriesMax: settings.retriesMax,
        backoff: { baseMs: settings.backoffBaseMs, maxMs: settings.backoffMaxMs },
        retryAfterMsMax: settings.retryAfterMsMax,
        rate: { requestsMax: settings.requestsPerMinute, periodMs: MINUTE_MS, burst: settings.requestsPerMinute },
        secrets: this.secrets,
      },
      environment,
    );
  }

  async get(path: string, parameters: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    const url = new URL(`/api/v1/${path}`, this.settings.restUrl);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    if (signal.aborted) throw new SourceError('ABORTED', SOURCE, 'the call was aborted');
    await this.perSecond.take(signal);
    return this.http.json({ url, headers: { 'x-finnhub-token': this.settings.token }, signal });
  }

  /** Connects and subscribes, on this and every later connection. */
  stream(tickers: readonly string[], handlers: Pick<LiveSocketOptions, 'status'> & { message(text: string): void }): Promise<LiveSocket> {
    const { settings } = this;
    const url = new URL(settings.streamUrl);
    url.searchParams.set('token', settings.token);
    return openSocket(
      {
        source: SOURCE,
        url: url.href,
        handshakeMs: settings.handshakeMs,
        pingMs: settings.pingMs,
        silenceMs: settings.silenceMs,
        backoff: { baseMs: settings.backoffBaseMs, maxMs: settings.backoffMaxMs },
        messageBytesMax: MESSAGE_BYTES_MAX,
        secrets: this.secrets,
        handshake: async (conversation) => {
          for (const symbol of tickers) conversation.send(JSON.stringify({ type: 'subscribe', symbol }));
          await this.settle(conversation, (text) => handlers.message(text));
        },
        message: (message) => handlers.message(message.toString()),
        status: handlers.status,
      },
      this.environment,
    );
  }

  close(): void {
    this.http.close();
  }

  /** Looks for an error for a while: a subscription that the vendor takes is not answered. What else comes meanwhile is passed on. */
  private async settle(conversation: SocketConversation, pass: (text: string) => void): Promise<void> {
    const { promise: settled, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => resolve(undefined), this.settings.settleMs);
    try {
      for (;;) {
        const next = conversation.next();
        const message = await Promise.race([next, settled]);
        if (message === undefined) {
          // The wait goes on behind our back: what it gets is nobody else's.
          next.then((late) => pass(late.toString())).catch(() => undefined);
          return;
        }
        this.admit(message.toString(), pass);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private admit(text: string, pass: (text: string) => void): void {
    let refusal: SourceError | undefined;
    try {
      const message = decodeMessage(text);
      refusal = message.kind === 'error' ? message.error : undefined;
    } catch (error) {
      // Unreadable: told as such, like any other of the session.
      if (!(error instanceof SourceError)) throw error;
    }
    if (refusal !== undefined) throw refusal;
    pass(text);
  }
}

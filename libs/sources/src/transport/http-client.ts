import { Backoff, type BackoffOptions, headerOf, HttpExchange, HttpFault, type HttpReply, redact } from '@tradewind/connectors';

import { SourceError, type SourceEnvironment, type SourceErrorCode } from '../source.js';
import { RateLimit, type RateLimitOptions } from './rate-limit.js';

export interface HttpClientOptions {
  readonly source: string;
  /** From the start of a request to the end of its body. */
  readonly timeoutMs: number;
  /** After decompression. */
  readonly responseBytesMax: number;
  readonly retriesMax: number;
  readonly backoff: BackoffOptions;
  /** A longer Retry-After is not waited for: the caller is told. */
  readonly retryAfterMsMax: number;
  readonly rate: RateLimitOptions | undefined;
  /** Headers in which the venue tells how many requests are left, and the second since 1970 at which there are more again. */
  readonly quota?: { readonly remaining: string; readonly reset: string };
  /** Masked in every message. */
  readonly secrets: readonly string[];
  /** What a refusal (status 4xx other than 401, 403, 408, 425 and 429) means to this venue; undefined: INVALID_REQUEST. */
  readonly refusal?: (status: number, body: string) => SourceErrorCode | undefined;
}

export interface HttpGet {
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

const EXCERPT = 200;
const TRANSIENT = new Set([408, 425, 500, 502, 503, 504]);

const retryAfterMsOf = (text: string | undefined, nowMs: number): number | undefined => {
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
};

interface Attempt {
  readonly error: SourceError;
  /** Undefined: trying again would not help. */
  readonly waitMs: number | 'backoff' | undefined;
}

/**
 * GET with a rate limit, a timeout, a size limit and retries with exponential backoff; Retry-After is obeyed. Rejects with SourceError and nothing else:
 * AUTHENTICATION (401, 403), RATE_LIMITED (429), UNAVAILABLE (5xx, connection lost, timeout), BAD_RESPONSE (too large, not JSON), ABORTED.
 */
export class HttpClient {
  private readonly http: HttpExchange;
  private readonly rate: RateLimit | undefined;
  private readonly stopped = new AbortController();
  private emptyUntilMs = 0;

  constructor(
    private readonly options: HttpClientOptions,
    private readonly environment: SourceEnvironment,
  ) {
    this.http = new HttpExchange(options.responseBytesMax);
    this.rate = options.rate && new RateLimit(options.rate, environment.clock, (ms, signal) => environment.pause(ms, signal));
  }

  /** The body of a successful reply. */
  async text(get: HttpGet): Promise<string> {
    return (await this.reply(get)).body;
  }

  /** The parsed body of a successful reply. */
  async json(get: HttpGet): Promise<unknown> {
    const { body } = await this.reply(get);
    try {
      return JSON.parse(body) as unknown;
    } catch {
      throw this.error('BAD_RESPONSE', `the body is not JSON: ${body.slice(0, EXCERPT)}`, { field: 'body', rule: 'JSON' });
    }
  }

  /** A successful reply (status 2xx), after as many retries as are allowed. */
  async reply(get: HttpGet): Promise<HttpReply> {
    const url = new URL(get.url);
    const signal = get.signal === undefined ? this.stopped.signal : AbortSignal.any([get.signal, this.stopped.signal]);
    const backoff = new Backoff(`${this.options.source}${url.pathname}`, this.options.backoff);
    for (let attempt = 0; ; attempt += 1) {
      this.checkRunning(signal);
      await this.rate?.take(signal);
      await this.refill(signal);
      const outcome = await this.attempt(url, get.headers ?? {}, signal);
      if ('status' in outcome) {
        this.noteQuota(outcome);
        return outcome;
      }
      if (outcome.waitMs === undefined || attempt >= this.options.retriesMax) throw outcome.error;
      const waitMs = outcome.waitMs === 'backoff' ? backoff.next() : outcome.waitMs;
      this.environment.log.warn(
        { source: this.options.source, code: outcome.error.code, waitMs, attempt: attempt + 1 },
        outcome.error.message,
      );
      await this.environment.pause(waitMs, signal);
    }
  }

  /** Ends what is under way with ABORTED and closes the kept connections. */
  close(): void {
    this.stopped.abort();
    this.http.close();
  }

  private async attempt(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpReply | Attempt> {
    try {
      const reply = await this.http.exchange({ method: 'GET', url, headers, timeoutMs: this.options.timeoutMs, signal });
      return reply.status >= 200 && reply.status < 300 ? reply : this.refused(reply);
    } catch (cause) {
      const { kind, message } = cause as HttpFault;
      if (kind === 'TOO_LARGE') {
        return { error: this.error('BAD_RESPONSE', message, { field: 'body', rule: 'small enough' }), waitMs: undefined };
      }
      this.checkRunning(signal);
      return { error: this.error('UNAVAILABLE', message, { cause }), waitMs: 'backoff' };
    }
  }

  private refused(reply: HttpReply): Attempt {
    const { status } = reply;
    const said = `status ${status}: ${reply.body.slice(0, EXCERPT).trim()}`;
    const retryAfterMs =
      retryAfterMsOf(headerOf(reply, 'retry-after'), this.nowMs()) ?? (status === 429 ? this.resetMsOf(reply) : undefined);
    const waitMs = retryAfterMs === undefined ? 'backoff' : retryAfterMs <= this.options.retryAfterMsMax ? retryAfterMs : undefined;
    const hint = retryAfterMs === undefined ? {} : { retryAfterMs };
    if (status === 429) return { error: this.error('RATE_LIMITED', said, hint), waitMs };
    if (TRANSIENT.has(status) || status > 504) return { error: this.error('UNAVAILABLE', said, hint), waitMs };
    if (status === 401 || status === 403) return { error: this.error('AUTHENTICATION', said), waitMs: undefined };
    return { error: this.error(this.options.refusal?.(status, reply.body) ?? 'INVALID_REQUEST', said), waitMs: undefined };
  }

  private nowMs(): number {
    return Number(this.environment.clock.now() / 1_000_000n);
  }

  /** Milliseconds until the venue's quota is filled up, as it tells; undefined when it doesn't. */
  private resetMsOf(reply: HttpReply): number | undefined {
    const second = Number(this.options.quota === undefined ? Number.NaN : (headerOf(reply, this.options.quota.reset) ?? Number.NaN));
    return Number.isFinite(second) ? Math.max(0, second * 1000 - this.nowMs()) : undefined;
  }

  /** The last request of the quota: the next one waits rather than be refused. */
  private noteQuota(reply: HttpReply): void {
    const { quota } = this.options;
    const resetMs = quota !== undefined && headerOf(reply, quota.remaining) === '0' ? this.resetMsOf(reply) : undefined;
    if (resetMs !== undefined) this.emptyUntilMs = this.nowMs() + Math.min(resetMs, this.options.retryAfterMsMax);
  }

  private async refill(signal: AbortSignal): Promise<void> {
    const waitMs = this.emptyUntilMs - this.nowMs();
    if (waitMs > 0) await this.environment.pause(waitMs, signal);
  }

  private checkRunning(signal: AbortSignal): void {
    if (signal.aborted) throw this.error('ABORTED', 'the call was aborted');
  }

  private error(code: SourceErrorCode, message: string, details: SourceError['details'] = {}): SourceError {
    return new SourceError(code, this.options.source, redact(message, this.options.secrets), details);
  }
}

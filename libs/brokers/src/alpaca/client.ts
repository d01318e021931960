import { Backoff, headerOf, HttpExchange, HttpFault, type HttpReply, redact } from '@tradewind/connectors';

import { BrokerError, type BrokerEnvironment, type BrokerErrorCode } from '../broker.js';
import { pause } from '../transport/pause.js';
import { type Lane, RequestLanes } from '../transport/request-lanes.js';
import { NAME, parsed, refusalText, saysAbsent } from './decode.js';
import { addressOf, type AlpacaBrokerSettings } from './settings.js';

const RESPONSE_BYTES_MAX = 32 * 2 ** 20;
const MINUTE_MS = 60_000;
const TRANSIENT = new Set([408, 425]);

/** What became of a request that changes something. */
export type Outcome =
  | { readonly kind: 'REPLY'; readonly status: number; readonly body: string }
  | { readonly kind: 'NOT_SENT' | 'UNKNOWN' | 'LIMITED'; readonly message: string };

/** The REST side of one account. Commands are sent once, whatever happens; questions are asked again. */
export class AlpacaClient {
  private readonly http = new HttpExchange(RESPONSE_BYTES_MAX);
  private readonly lanes: RequestLanes;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly secrets: readonly string[];
  private readonly stopped = new AbortController();
  private readonly rest: string;

  constructor(
    private readonly settings: AlpacaBrokerSettings,
    private readonly environment: BrokerEnvironment,
  ) {
    this.rest = addressOf(settings).rest;
    this.secrets = [settings.keyId, settings.secret];
    this.headers = {
      'APCA-API-KEY-ID': settings.keyId,
      'APCA-API-SECRET-KEY': settings.secret,
      accept: 'application/json',
      'content-type': 'application/json',
    };
    this.lanes = new RequestLanes({
      requestsMax: settings.requestsPerMinute,
      windowMs: MINUTE_MS,
      reserved: Math.min(settings.cancelsReserved, settings.requestsPerMinute - 1),
    });
  }

  /** Sends it once. Being turned away for the number of requests (429) is no answer to the order: it waits and goes again, while there is patience. */
  async command(lane: Exclude<Lane, 'QUESTION'>, method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: string): Promise<Outcome> {
    const patience = AbortSignal.any([this.stopped.signal, AbortSignal.timeout(this.settings.patienceMs)]);
    const backoff = new Backoff(path, { baseMs: this.settings.backoffBaseMs, maxMs: this.settings.backoffMaxMs });
    for (let turned = 0; ; turned += 1) {
      const limited = turned === 0 ? 'NOT_SENT' : 'LIMITED';
      if (!(await this.lanes.take(lane, patience))) {
        return { kind: limited, message: this.stopped.signal.aborted ? 'the session is closed' : 'no room within the limit of requests' };
      }
      try {
        const reply = await this.exchange(method, path, body);
        if (reply.status !== 429) return { kind: 'REPLY', status: reply.status, body: reply.body };
        this.lanes.hold(this.waitMsOf(reply) ?? backoff.next());
      } catch (error) {
        const { sent, message } = error as HttpFault;
        return { kind: sent ? 'UNKNOWN' : 'NOT_SENT', message: redact(message, this.secrets) };
      }
    }
  }

  /**
   * Asks and gives the parsed answer; undefined for 404 when `absent` says that it may be. Asks again after what passes by itself. Rejects with BrokerError:
   * UNREACHABLE, UNAUTHORISED, RATE_LIMITED, BAD_RESPONSE, REFUSED, CLOSED.
   */
  async ask(path: string, query: Readonly<Record<string, string>> = {}, absent?: 'ABSENT'): Promise<unknown> {
    const search = new URLSearchParams(query).toString();
    const target = search === '' ? path : `${path}?${search}`;
    const backoff = new Backoff(path, { baseMs: this.settings.backoffBaseMs, maxMs: this.settings.backoffMaxMs });
    for (let attempt = 0; ; attempt += 1) {
      if (!(await this.lanes.take('QUESTION', this.stopped.signal))) throw this.error('CLOSED', 'the session is closed');
      const told = await this.askOnce(target, absent === 'ABSENT');
      if (!(told instanceof BrokerError)) return told.answer;
      const passing = told.code === 'UNREACHABLE' || told.code === 'RATE_LIMITED';
      if (!passing || attempt >= this.settings.retriesMax) throw told;
      const waitMs = told.details.retryAfterMs ?? backoff.next();
      this.environment.log.warn({ broker: NAME, code: told.code, waitMs, attempt: attempt + 1 }, told.message);
      await pause(waitMs, this.stopped.signal).catch(() => {
        throw this.error('CLOSED', 'the session is closed');
      });
    }
  }

  /** Ends what is under way and closes the kept connections. */
  close(): void {
    this.stopped.abort();
    this.lanes.close();
    this.http.close();
  }

  private async askOnce(target: string, absent: boolean): Promise<{ readonly answer: unknown } | BrokerError> {
    try {
      const reply = await this.exchange('GET', target);
      const { status, body } = reply;
      if (status >= 200 && status < 300) return { answer: parsed(body, 'body') };
      if (status === 404 && absent && saysAbsent(body)) return { answer: undefined };
      const said = `status ${status}: ${refusalText(body)}`;
      if (status === 429) {
        const retryAfterMs = this.waitMsOf(reply);
        return this.error('RATE_LIMITED', said, retryAfterMs === undefined ? {} : { retryAfterMs });
      }
      if (status >= 500 || TRANSIENT.has(status)) return this.error('UNREACHABLE', said);
      return this.error(status === 401 || status === 403 ? 'UNAUTHORISED' : 'REFUSED', said);
    } catch (error) {
      if (error instanceof BrokerError) return error;
      const { kind, message } = error as HttpFault;
      if (this.stopped.signal.aborted) return this.error('CLOSED', 'the session is closed');
      return this.error(
        kind === 'TOO_LARGE' ? 'BAD_RESPONSE' : 'UNREACHABLE',
        message,
        kind === 'TOO_LARGE' ? { field: 'body', rule: 'small enough' } : {},
      );
    }
  }

  private exchange(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: string): Promise<HttpReply> {
    return this.http.exchange({
      method,
      url: new URL(path, this.rest),
      headers: this.headers,
      ...(body === undefined ? {} : { body }),
      timeoutMs: this.settings.requestTimeoutMs,
      signal: this.stopped.signal,
    });
  }

  /** How long the venue asks to wait. */
  private waitMsOf(reply: HttpReply): number | undefined {
    const after = Number(headerOf(reply, 'retry-after') ?? Number.NaN);
    if (Number.isFinite(after) && after >= 0) return Math.min(after * 1000, MINUTE_MS);
    const reset = Number(headerOf(reply, 'x-ratelimit-reset') ?? Number.NaN);
    const waitMs = reset * 1000 - Number(this.environment.clock.now() / 1_000_000n);
    return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 1), MINUTE_MS) : undefined;
  }

  private error(code: BrokerErrorCode, message: string, details: BrokerError['details'] = {}): BrokerError {
    return new BrokerError(code, redact(`${NAME}: ${message}`, this.secrets), details);
  }
}

import { createHash } from 'node:crypto';
import { join } from 'node:path';

import type { DataKind } from '../cache/freshness.js';
import { type CachedAnswer, ResponseCache } from '../cache/response-cache.js';
import { ALPHA_VANTAGE_LIMITS, type CallPurpose, type KeyPurpose } from '../keys/key-ledger.js';
import { type ApiKey, type KeyGrant, KeyManager } from '../keys/key-manager.js';
import { SourceError, type SourceEnvironment, type SourceErrorCode } from '../source.js';
import { Backoff } from '@tradewind/connectors';
import { HttpClient } from '../transport/http-client.js';
import { parseWireJson } from '../wire-values/wire-object.js';
import { type Notice, noticeOf } from './notice.js';
import type { AlphaVantageSettings } from './settings.js';

export const SOURCE = 'alpha-vantage';
const ATTEMPTS_MAX = 6;
const BODY_BYTES_MAX = 64 * 1024 * 1024;
const RETRY_AFTER_MS_MAX = 120_000;
const BACKOFF = { baseMs: 1_000, maxMs: 30_000 };

/** One question to the vendor. */
export interface AlphaVantageCall {
  readonly kind: DataKind;
  readonly purpose: CallPurpose;
  /** With `function`; without the key. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Answer extends CachedAnswer {
  readonly json: unknown;
}

/** A key is counted under a digest of it, so that neither a new key nor another order of the keys takes up the count of an old one. */
const keysOf = (settings: AlphaVantageSettings): readonly ApiKey[] => {
  const named = (purpose: KeyPurpose, secrets: readonly string[]): ApiKey[] =>
    secrets.map((secret) => ({ id: `${purpose}-${createHash('sha256').update(secret).digest('hex').slice(0, 6)}`, purpose, secret }));
  return [
    ...named('premium', settings.premiumKeys),
    ...named('market-data', settings.marketDataKeys),
    ...named('backup', settings.backupKeys),
    ...named('sentiment', settings.sentimentKeys),
  ];
};

/** What a notice means to the caller, once it is not the key's matter. */
const MEANING: Readonly<Record<Exclude<Notice, 'TOO_FAST' | 'DAY_USED_UP' | 'INVALID_KEY'>, readonly [SourceErrorCode, string]>> = {
  PREMIUM_ONLY: ['UNSUPPORTED', 'the vendor serves this with a premium key only'],
  INVALID_CALL: ['UNKNOWN_SYMBOL', 'the vendor does not know this symbol or call'],
  UNKNOWN: ['BAD_RESPONSE', 'the vendor sent a notice instead of data'],
};

/** Asks Alpha Vantage as seldom as can be: from the cache first, once for equal questions at a time, and with the key that costs least. */
export class AlphaVantageClient {
  private readonly keys: KeyManager;
  private readonly cache: ResponseCache;
  private readonly http: HttpClient;
  private readonly underWay = new Map<string, Promise<Answer>>();
  private readonly stopped = new AbortController();
  private swept: Promise<number> | undefined;

  constructor(
    private readonly settings: AlphaVantageSettings,
    private readonly environment: SourceEnvironment,
  ) {
    const keys = keysOf(settings);
    const limits = { ...ALPHA_VANTAGE_LIMITS, premiumPerMinute: settings.premiumPerMinute, freePerDay: settings.freePerDay };
    this.keys = new KeyManager(SOURCE, keys, limits, join(environment.directory, 'keys'), environment);
    this.cache = new ResponseCache(join(environment.directory, 'answers'), environment.clock);
    this.http = new HttpClient(
      {
        source: SOURCE,
        timeoutMs: settings.timeoutMs,
        responseBytesMax: BODY_BYTES_MAX,
        // Each try is a call that a key pays for, so that tries are made here.
        retriesMax: 0,
        backoff: BACKOFF,
        retryAfterMsMax: 0,
        rate: undefined,
        secrets: keys.map(({ secret }) => secret),
      },
      environment,
    );
  }

  /** The answer as parsed JSON, and when it was fetched. Rejects with SourceError. */
  async ask(call: AlphaVantageCall, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted || this.stopped.signal.aborted) throw this.error('ABORTED', 'the call was aborted');
    const request = { source: SOURCE, kind: call.kind, parameters: call.parameters };
    const cached = await this.cache.get(request);
    if (cached !== undefined) return { ...cached, json: parseWireJson(SOURCE, cached.body) };
    const name = JSON.stringify(call.parameters);
    let fetching = this.underWay.get(name);
    if (fetching === undefined) {
      fetching = this.fetch(call)
        .catch((error: unknown) => {
          if (error instanceof SourceError) throw error;
          // A call that can't be counted must not be made.
          throw new SourceError('UNAVAILABLE', SOURCE, "the usage of the keys can not be written to the source's folder", { cause: error });
        })
        .finally(() => this.underWay.delete(name));
      this.underWay.set(name, fetching);
    }
    return this.unlessAborted(fetching, signal);
  }

  /** Usage of the keys today, without their secrets. */
  keyReport(): ReturnType<KeyManager['report']> {
    return this.keys.report();
  }

  close(): void {
    this.stopped.abort();
    this.http.close();
  }

  private async fetch(call: AlphaVantageCall): Promise<Answer> {
    const backoff = new Backoff(SOURCE, BACKOFF);
    const unknown = new Set<string>();
    let last: SourceError | undefined;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const grant = await this.keys.acquire(call.purpose, unknown, this.stopped.signal);
      const outcome = await this.attempt(call, grant);
      if (!(outcome instanceof SourceError)) return outcome;
      last = outcome;
      if (outcome.code === 'AUTHENTICATION') unknown.add(grant.id);
      if (attempt + 1 === ATTEMPTS_MAX) break;
      const { retryAfterMs } = outcome.details;
      if (retryAfterMs !== undefined && retryAfterMs > RETRY_AFTER_MS_MAX) break;
      // After a notice the keys themselves say how long to wait.
      if (outcome.code === 'UNAVAILABLE' || retryAfterMs !== undefined)
        await this.environment.pause(retryAfterMs ?? backoff.next(), this.stopped.signal);
    }
    throw last!;
  }

  /** An answer, or an error after which another try makes sense; throws the others. */
  private async attempt(call: AlphaVantageCall, grant: KeyGrant): Promise<Answer | SourceError> {
    let body: string;
    try {
      const url = new URL(this.settings.url);
      for (const [name, value] of Object.entries({ ...call.parameters, apikey: grant.secret })) url.searchParams.set(name, value);
      body = await this.http.text({ url, signal: this.stopped.signal });
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (error.code === 'RATE_LIMITED') {
        if (error.details.retryAfterMs === undefined) await this.keys.refused(grant, 'TOO_FAST');
      } else if (error.code === 'AUTHENTICATION') await this.keys.refused(grant, 'INVALID');
      else if (error.code !== 'UNAVAILABLE') throw error;
      return error;
    }
    const json = parseWireJson(SOURCE, body);
    const notice = noticeOf(json);
    switch (notice) {
      case undefined:
        break;
      case 'TOO_FAST':
        await this.keys.refused(grant, 'TOO_FAST');
        return this.error('RATE_LIMITED', 'the vendor asks for fewer calls');
      case 'DAY_USED_UP':
        await this.keys.refused(grant, 'DAY_USED_UP');
        return this.error('KEY_EXHAUSTED', `the calls of ${grant.id} are used up for today`);
      case 'INVALID_KEY':
        await this.keys.refused(grant, 'INVALID');
        return this.error('AUTHENTICATION', `the vendor does not know ${grant.id}`);
      default:
        throw this.error(...MEANING[notice]);
    }
    await this.keys.served(grant);
    await this.keep(call, body, grant);
    return { body, json, fetchedAt: this.environment.clock.now() };
  }

  /** An answer that repeats the key, or says nothing at all, is not kept. */
  private async keep(call: AlphaVantageCall, body: string, grant: KeyGrant): Promise<void> {
    if (body.includes(grant.secret) || body.trim() === '{}') return;
    try {
      await this.cache.put({ source: SOURCE, kind: call.kind, parameters: call.parameters }, body);
      // Once a start is often enough for a folder that grows by some hundred files a day.
      await (this.swept ??= this.cache.sweep());
    } catch (error) {
      // An answer that can't be kept is still an answer.
      this.environment.log.warn({ source: SOURCE, reason: (error as NodeJS.ErrnoException).code }, 'an answer could not be kept');
    }
  }

  /** Callers share a fetch; one that is aborted leaves the others theirs. */
  private async unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) throw this.error('ABORTED', 'the call was aborted');
    const { promise, reject } = Promise.withResolvers<never>();
    const stop = (): void => reject(this.error('ABORTED', 'the call was aborted'));
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([work, promise]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  private error(code: SourceErrorCode, message: string): SourceError {
    return new SourceError(code, SOURCE, message);
  }
}

import { millisFromNanos } from '@tradewind/vocabulary';

import { SourceError, type SourceEnvironment } from '../source.js';
import { HttpClient } from '../transport/http-client.js';
import { WireObject } from '../wire-values/wire-object.js';
import { SOURCE } from './decode.js';
import { type QuestradeSession, SessionFile } from './session-file.js';
import type { QuestradeSettings } from './settings.js';

const TOKEN_LENGTH_MAX = 2_000;
const BODY_BYTES_MAX = 64 * 1024;
/** A token is renewed this long before it ends. */
const MARGIN_MS = 60_000;
const LOCK_WAIT_MS = 250;
const LOCK_TRIES = 300;

/** The vendor sends us to a server of its own; a token must never go to another's. */
const checkServer = (server: string, loginUrl: string, answer: WireObject): string => {
  const login = new URL(loginUrl);
  const url = URL.canParse(server) ? new URL(server) : answer.fail('api_server', 'an address');
  const domain = login.hostname.split('.').slice(1).join('.');
  const ours = url.hostname === login.hostname || (domain.includes('.') && url.hostname.endsWith(`.${domain}`));
  if (!ours || url.protocol !== login.protocol) answer.fail('api_server', `a server of ${login.hostname}`);
  return url.href;
};

/** Keeps an access token at hand. Refresh tokens serve once; the next one is on the disk before anything is asked with its access token. */
export class Authorization {
  private readonly file: SessionFile;
  private readonly http: HttpClient;
  private session: QuestradeSession | undefined;
  private renewing: Promise<QuestradeSession> | undefined;

  /** `secrets` is what clients mask in their messages; every token is added to it. */
  constructor(
    private readonly settings: QuestradeSettings,
    private readonly environment: SourceEnvironment,
    private readonly secrets: string[],
  ) {
    this.file = new SessionFile(environment.directory, settings.refreshToken);
    this.hide(settings.refreshToken);
    this.http = new HttpClient(
      {
        source: SOURCE,
        timeoutMs: settings.requestTimeoutMs,
        responseBytesMax: BODY_BYTES_MAX,
        // A token that was redeemed by a call whose answer was lost is used up: asking again can not help.
        retriesMax: 0,
        backoff: { baseMs: settings.backoffBaseMs, maxMs: settings.backoffMaxMs },
        retryAfterMsMax: 0,
        rate: undefined,
        secrets,
        refusal: () => 'AUTHENTICATION',
      },
      environment,
    );
  }

  /** A session that is good for another minute. `refused` is an access token that the vendor turned down: it is not given again. */
  async current(refused?: string): Promise<QuestradeSession> {
    this.session ??= this.remember(await this.file.read());
    if (this.isGood(this.session, refused)) return this.session!;
    this.renewing ??= this.renew(refused)
      .catch((error: unknown) => {
        if (error instanceof SourceError) throw error;
        throw new SourceError('UNAVAILABLE', SOURCE, "the session can not be kept in the source's folder", { cause: error });
      })
      .finally(() => {
        this.renewing = undefined;
      });
    return this.renewing;
  }

  close(): void {
    this.http.close();
  }

  private isGood(session: QuestradeSession | undefined, refused?: string): boolean {
    const now = millisFromNanos(this.environment.clock.now());
    return session !== undefined && session.accessToken !== refused && session.expiresAtMs - MARGIN_MS > now;
  }

  private async renew(refused: string | undefined): Promise<QuestradeSession> {
    for (let attempt = 0; attempt < LOCK_TRIES; attempt += 1) {
      if (await this.file.acquire()) {
        try {
          return await this.redeemNewest(refused);
        } finally {
          await this.file.release();
        }
      }
      await this.environment.pause(LOCK_WAIT_MS);
      const stored = this.remember(await this.file.read());
      if (this.isGood(stored, refused)) return (this.session = stored!);
    }
    throw new SourceError('UNAVAILABLE', SOURCE, 'another process holds the session');
  }

  /** Under the lock: another process may have renewed meanwhile. */
  private async redeemNewest(refused: string | undefined): Promise<QuestradeSession> {
    const stored = this.remember(await this.file.read());
    if (this.isGood(stored, refused)) return (this.session = stored!);
    const session = await this.redeem(stored?.refreshToken ?? this.settings.refreshToken);
    await this.file.write(session);
    return (this.session = session);
  }

  private async redeem(refreshToken: string): Promise<QuestradeSession> {
    const url = new URL('/oauth2/token', this.settings.loginUrl);
    url.searchParams.set('grant_type', 'refresh_token');
    url.searchParams.set('refresh_token', refreshToken);
    const answer = new WireObject(SOURCE, await this.http.json({ url }), 'token');
    const expiresIn = answer.integer('expires_in');
    const session = {
      accessToken: answer.text('access_token', TOKEN_LENGTH_MAX),
      refreshToken: answer.text('refresh_token', TOKEN_LENGTH_MAX),
      apiServer: checkServer(answer.text('api_server', 200), this.settings.loginUrl, answer),
      expiresAtMs: millisFromNanos(this.environment.clock.now()) + expiresIn * 1_000,
    };
    return this.remember(session);
  }

  private remember<S extends QuestradeSession | undefined>(session: S): S {
    if (session !== undefined) {
      this.hide(session.accessToken);
      this.hide(session.refreshToken);
    }
    return session;
  }

  private hide(secret: string): void {
    if (!this.secrets.includes(secret)) this.secrets.push(secret);
  }
}

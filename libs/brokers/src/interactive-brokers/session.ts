import { setTimeout as sleep } from 'node:timers/promises';

import { Backoff } from '@tradewind/connectors';
import { type AccountMessage, autoOpenOrders, CONNECTIVITY, type ErrorMessage, TwsClient, TwsError } from '@tradewind/tws';

import { BrokerError, type BrokerEnvironment, type BrokerLink } from '../broker.js';
import { brokerErrorOf } from './errors.js';
import { BROKER } from './name.js';
import { type InteractiveBrokersSettings, isLive, portOf } from './settings.js';

/** Orders made by hand are told to this client alone. */
const MASTER_CLIENT = 0;
/** Errors tell requests and orders by the same number: requests are numbered where no order ever is. */
const FIRST_REQUEST_ID = 1_000_000_000;
/** The version whose layouts of orders are read; TWS 10.25 or later. */
const VERSION = 178;

export interface SessionEvents {
  message(message: AccountMessage | ErrorMessage): void;
  fault(error: BrokerError, raw: string): void;
  /** The account of the login is right; resolves when all that was missed has been told. */
  synchronise(client: TwsClient): Promise<void>;
  link(link: BrokerLink): void;
  /** Nobody will answer what was asked on the connection. */
  gone(reason: string): void;
}

/** The connection to TWS and how it stands: it comes back by itself, says when only a person can bring it back, and is in step before it counts as up. */
export class TwsSession {
  readonly #ended = new AbortController();
  readonly #backoff: Backoff;
  #client: TwsClient | undefined;
  #account = '';
  #up = false;
  readonly #waiting = new Set<() => void>();
  #down = false;
  #loginTimer: NodeJS.Timeout | undefined;
  #returning: Promise<void> | undefined;

  constructor(
    private readonly settings: InteractiveBrokersSettings,
    private readonly environment: BrokerEnvironment,
    private readonly events: SessionEvents,
  ) {
    this.#backoff = new Backoff(BROKER, { baseMs: settings.backoffBaseMs, maxMs: settings.backoffMaxMs });
  }

  /** The connection while it is up. */
  get client(): TwsClient | undefined {
    return this.#up ? this.#client : undefined;
  }

  /** The connection as soon as it is up; undefined when it is not within the time, or never will be again. */
  whenUp(withinMs: number): Promise<TwsClient | undefined> {
    if (this.client !== undefined || withinMs <= 0 || this.#ended.signal.aborted) return Promise.resolve(this.client);
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(settle);
        resolve(this.client);
      };
      const timer = setTimeout(settle, withinMs);
      this.#waiting.add(settle);
    });
  }

  get account(): string {
    return this.#account;
  }

  /** Resolves when it is up for the first time. Rejects with BrokerError; a client id that is still in use is waited for as long as a connection may take. */
  async connect(signal: AbortSignal): Promise<void> {
    const until = performance.now() + this.settings.connectTimeoutMs;
    for (;;) {
      try {
        await this.#open(AbortSignal.any([signal, this.#ended.signal]));
        return;
      } catch (error) {
        const inUse = error instanceof TwsError && error.code === 'CLIENT_ID_IN_USE';
        if (!inUse || performance.now() >= until || signal.aborted || this.#ended.signal.aborted) throw brokerErrorOf(error);
        await sleep(this.#backoff.next(), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async close(): Promise<void> {
    this.#ended.abort();
    clearTimeout(this.#loginTimer);
    this.#up = false;
    this.#wake();
    await this.#client?.close();
    await this.#returning;
  }

  async #open(signal: AbortSignal): Promise<void> {
    const { host, connectTimeoutMs, heartbeatMs, messagesPerSecond, clientId } = this.settings;
    const client = await TwsClient.open(
      {
        host,
        port: portOf(this.settings),
        live: isLive(this.settings),
        connectTimeoutMs,
        heartbeatMs,
        messagesPerSecond,
        versionMin: VERSION,
        firstRequestId: FIRST_REQUEST_ID,
      },
      clientId,
      { clock: this.environment.clock, pause: (ms, stop) => sleep(ms, undefined, { signal: stop }) },
      signal,
    );
    try {
      this.#account = this.#accountOf(client);
      this.#client = client;
      client.listen({
        notice: (code, text) => this.#notice(client, code, text),
        message: (message) => this.events.message(message),
        fault: (error, raw) => this.events.fault(brokerErrorOf(error), raw),
        settled: () => undefined,
        closed: (error) => this.#closed(client, error),
      });
      if (clientId === MASTER_CLIENT) void client.send(autoOpenOrders());
      await this.events.synchronise(client);
      signal.throwIfAborted();
      this.#nowUp(client);
    } catch (error) {
      if (this.#client === client) this.#client = undefined;
      await client.close();
      throw error;
    }
  }

  /** Throws BrokerError UNAUTHORISED when the login does not have the account, or has several and none was named. */
  #accountOf({ accounts }: TwsClient): string {
    const { account } = this.settings;
    const found = account === undefined ? (accounts.length === 1 ? accounts[0] : undefined) : accounts.find((one) => one === account);
    if (found !== undefined) return found;
    const rule = account === undefined ? 'one account, or the setting account' : `the account ${account} among those of the login`;
    throw new BrokerError('UNAUTHORISED', `TWS is logged in to ${accounts.length} accounts; it takes ${rule}`, { field: 'account', rule });
  }

  #notice(client: TwsClient, code: number, text: string): void {
    if (code === CONNECTIVITY.lost) this.#nowDown(`TWS has lost IB: ${text}`);
    else if (code === CONNECTIVITY.restoredDataLost || code === CONNECTIVITY.restoredDataKept) {
      this.events.synchronise(client).then(
        () => this.#nowUp(client),
        () => client.close(),
      );
    } else if (code >= 2100 && code < 2200) this.environment.log.info({ code, text }, 'a notice of TWS');
    else this.environment.log.warn({ code, text }, 'a notice of TWS');
  }

  #closed(client: TwsClient, error: TwsError): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.events.gone(error.message);
    if (this.#ended.signal.aborted) return;
    const known = this.#up || this.#down;
    this.#nowDown(error.message);
    if (known) this.#returning ??= this.#return().finally(() => (this.#returning = undefined));
  }

  #nowUp(client: TwsClient): void {
    if (this.#ended.signal.aborted || this.#client !== client || !client.open) return;
    clearTimeout(this.#loginTimer);
    this.#loginTimer = undefined;
    this.#backoff.reset();
    this.#down = false;
    this.#up = true;
    this.events.link({ kind: 'UP' });
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  #nowDown(reason: string): void {
    if (this.#ended.signal.aborted || !this.#up) return;
    this.#up = false;
    this.#down = true;
    this.events.link({ kind: 'DOWN', reason });
    const { loginAfterMs } = this.settings;
    this.#loginTimer = setTimeout(() => this.#loginNeeded(`TWS has not been back for ${loginAfterMs} ms: ${reason}`), loginAfterMs);
  }

  #loginNeeded(reason: string): void {
    clearTimeout(this.#loginTimer);
    if (!this.#ended.signal.aborted) this.events.link({ kind: 'LOGIN_NEEDED', reason });
  }

  async #return(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      try {
        await sleep(this.#backoff.next(), undefined, { signal: this.#ended.signal });
        await this.#open(this.#ended.signal);
        return;
      } catch (error) {
        if (this.#ended.signal.aborted) return;
        const broken = brokerErrorOf(error);
        if (broken.code === 'UNAUTHORISED') this.#loginNeeded(broken.message);
        this.environment.log.warn({ code: broken.code, cause: broken.message }, 'TWS is not back yet');
      }
    }
  }
}

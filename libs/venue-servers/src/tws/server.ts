import { type AddressInfo, createServer, type Server } from 'node:net';
import { type Clock, nanosFromMillis } from '@tradewind/vocabulary';

import type { TwsContract } from './contract.js';
import { REQUEST_KINDS } from './families/index.js';
import { frameOf } from './framing.js';
import { TwsMarket } from './market.js';
import { REQUEST, RESPONSE } from './message-ids.js';
import type { WireFaults } from './outgoing.js';
import { PacingRules } from './pacing.js';
import { TwsTrading, type TwsTradingOptions } from './trading/tws-trading.js';
import { type ScriptedAnswer, Session, type SessionHost, type SessionLimits } from './session.js';

export interface TwsServerOptions {
  readonly contracts: readonly TwsContract[];
  /** 0 for a free one. */
  readonly port?: number;
  readonly clock?: Clock;
  /** The highest version it speaks, at most 193. */
  readonly serverVersionMax?: number;
  readonly accounts?: readonly string[];
  readonly limits?: Partial<SessionLimits>;
  /** True refuses historical requests that break IB's pacing rules. */
  readonly paced?: boolean;
  /** Closes the bars of five seconds by the clock; without it `market.advanceRealTime` does. */
  readonly realTime?: boolean;
  /** Takes orders, against an exchange of its own; without it the API is read-only. */
  readonly trading?: TwsTradingOptions;
}

/** Requests that a scripted error can meet. */
export type TwsRequestName =
  | 'contractDetails'
  | 'historicalData'
  | 'historicalTicks'
  | 'headTimestamp'
  | 'marketData'
  | 'tickByTick'
  | 'marketDepth'
  | 'realTimeBars'
  | 'placeOrder'
  | 'cancelOrder'
  | 'allOpenOrders'
  | 'completedOrders'
  | 'executions'
  | 'positions'
  | 'accountUpdates';

/** Messages that a scripted change can meet. */
export type TwsMessageName = keyof typeof RESPONSE;
type Rewrite = (fields: readonly (string | number)[]) => readonly (string | number)[];

const taken = <T>(list: T[], fits: (one: T) => boolean): T | undefined => {
  const index = list.findIndex((one) => fits(one));
  return index < 0 ? undefined : list.splice(index, 1)[0];
};

const VERSION_MAX = 193;
const DEFAULT_ACCOUNTS: readonly string[] = ['DU1234567'];
const LIMITS: SessionLimits = { marketDataMax: 100, tickByTickMax: 3, marketDepthMax: 3, messagesPerSecondMax: 50 };
const REAL_TIME_TICK_MS = 250;
const SYSTEM_CLOCK: Clock = { now: () => nanosFromMillis(Date.now()) };

/** A TWS (or IB Gateway) that speaks the socket protocol on localhost, with a market that its owner moves and faults to script. */
export class TwsServer {
  readonly market: TwsMarket;
  readonly #sessions = new Set<Session>();
  readonly #held = new Set<number>();
  readonly #wireFaults: WireFaults = { bytesPerWrite: undefined, dropMidMessage: false };
  readonly #scripted: { readonly requests: readonly number[]; readonly answer: ScriptedAnswer }[] = [];
  readonly #rewrites: { readonly message: number; readonly rewrite: Rewrite }[] = [];
  readonly #counts = new Map<number, number>();
  #refusals = 0;
  #loginExpired = false;
  readonly #trading: TwsTrading | undefined;
  readonly #host: SessionHost;
  #connectivityLost = false;
  #connections = 0;
  #listener: Server | undefined;
  #timer: NodeJS.Timeout | undefined;
  #port: number;

  constructor(options: TwsServerOptions) {
    this.market = new TwsMarket(options.contracts);
    this.#port = options.port ?? 0;
    const clock = options.clock ?? SYSTEM_CLOCK;
    this.#trading = this.#tradingOf(options, clock);
    this.#host = this.#hostOf(options, clock);
    if (options.realTime === true) this.#timer = setInterval(() => this.market.advanceRealTime(clock.now()), REAL_TIME_TICK_MS).unref();
  }

  get port(): number {
    return this.#port;
  }
  /** Connections there ever were. */
  get connections(): number {
    return this.#connections;
  }
  /** Clients that are connected and started. */
  get clientIds(): readonly number[] {
    return [...this.#sessions].filter(({ started }) => started).map(({ clientId }) => clientId);
  }

  /** What clients are subscribed to, e.g. `tickByTick AAPL`, sorted. */
  get subscriptions(): readonly string[] {
    return [...this.#sessions].flatMap((session) => session.subscriptions).toSorted();
  }
  /** Clients that are connected, started or not. */
  get connected(): number {
    return this.#sessions.size;
  }
  /** How many requests of a kind there ever were. */
  countOf(request: TwsRequestName): number {
    return this.#counts.get(REQUEST[request]) ?? 0;
  }

  /** Its exchange, orders and account. Throws RangeError when it takes no orders. */
  get trading(): TwsTrading {
    if (this.#trading === undefined) throw new RangeError('this server takes no orders');
    return this.#trading;
  }

  /** Listens on localhost; resolves when it does. */
  async listen(): Promise<void> {
    const listener = createServer({ noDelay: true }, (socket) => {
      this.#connections += 1;
      if (this.#refusals > 0 || this.#loginExpired) {
        if (this.#refusals > 0) this.#refusals -= 1;
        socket.destroy();
        return;
      }
      this.#sessions.add(new Session(this.#host, socket));
    });
    this.#listener = listener;
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (listener.address() as AddressInfo).port;
  }

  /** Ends all connections and stops listening; `listen` brings it back on the same port, as after the daily restart. */
  async stop(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    this.dropConnections();
    if (listener !== undefined) await new Promise((resolve) => listener.close(resolve));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.stop();
  }

  dropConnections(): void {
    for (const session of this.#sessions) session.drop();
  }

  /** The next message is cut in half and its connection dropped. */
  dropInMidMessage(): void {
    this.#wireFaults.dropMidMessage = true;
  }

  /** Nothing more is sent on the connections that there are; new ones work. */
  silenceConnections(): void {
    for (const session of this.#sessions) session.silence();
  }

  /** The next connections are closed as soon as they are made. */
  refuseConnections(times: number): void {
    this.#refusals = times;
  }

  /** The login has expired: every connection ends, and new ones are closed at once until somebody logs in. */
  expireLogin(): void {
    this.#loginExpired = true;
    this.dropConnections();
  }
  login(): void {
    this.#loginExpired = false;
  }

  /** Sends at most so many bytes a write; undefined for no limit. */
  setBytesPerWrite(bytes: number | undefined): void {
    this.#wireFaults.bytesPerWrite = bytes;
  }

  /** Bytes that are no message, to every client. */
  sendGarbage(bytes: Buffer): void {
    for (const session of this.#sessions) session.sendRaw(bytes);
  }

  /** Any message, to every client; the first field is its number. */
  sendFields(...fields: readonly (string | number)[]): void {
    this.sendGarbage(frameOf(fields));
  }

  /** Answers the next request of a kind with an error, e.g. 162, 200, 354, 10197. */
  failNext(request: TwsRequestName, code: number, message: string): void {
    this.#script([request], { kind: 'error', code, message });
  }

  /** Never answers the next request of one of the kinds, nor carries it out. */
  ignoreNext(...requests: readonly TwsRequestName[]): void {
    this.#script(requests, { kind: 'no answer' });
  }

  /** Carries the next request of one of the kinds out, and tells nobody what came of it at once. */
  muteNext(...requests: readonly TwsRequestName[]): void {
    this.#script(requests, { kind: 'done, no answer' });
  }

  /** Carries the next request of one of the kinds out so much later. */
  delayNext(ms: number, ...requests: readonly TwsRequestName[]): void {
    this.#script(requests, { kind: 'later', ms });
  }

  /** Changes the fields (without the number) of the next message of a kind. */
  rewriteNext(message: TwsMessageName, rewrite: Rewrite): void {
    this.#rewrites.push({ message: RESPONSE[message], rewrite });
  }

  /** Takes back every scripted error and change that hasn't happened yet. */
  forgetScript(): void {
    this.#scripted.length = 0;
    this.#rewrites.length = 0;
  }

  /** As though another application had connected with the id. */
  holdClientId(clientId: number): void {
    this.#held.add(clientId);
  }
  releaseClientId(clientId: number): void {
    this.#held.delete(clientId);
  }

  /** TWS loses IB (1100): connections stand, nothing is published. */
  loseConnectivity(): void {
    this.#connectivityLost = true;
    this.#tellAll(1100, 'Connectivity between IBKR and Trader Workstation has been lost.');
  }

  /** TWS finds IB again: data lost (1101) ends every subscription, data maintained (1102) keeps them. */
  restoreConnectivity(data: 'lost' | 'maintained'): void {
    this.#connectivityLost = false;
    if (data === 'lost') for (const session of this.#sessions) session.endSubscriptions();
    const [code, what] = data === 'lost' ? [1101, 'data lost'] : [1102, 'data maintained'];
    this.#tellAll(code, `Connectivity between IBKR and Trader Workstation has been restored - ${what}.`);
  }

  /** A message about the system, such as 2103 or 2104, to every client. */
  notice(code: number, message: string): void {
    this.#tellAll(code, message);
  }

  #script(requests: readonly TwsRequestName[], answer: ScriptedAnswer): void {
    this.#scripted.push({ requests: requests.map((request) => REQUEST[request]), answer });
  }

  #tellAll(code: number, message: string): void {
    for (const session of this.#sessions) if (session.started) session.error(-1, code, message);
  }

  #tradingOf({ trading, accounts }: TwsServerOptions, clock: Clock): TwsTrading | undefined {
    if (trading === undefined) return undefined;
    const needs = { clock, market: this.market, accounts: accounts ?? DEFAULT_ACCOUNTS, sessions: () => this.#sessions };
    return new TwsTrading(trading, needs, this.market.all());
  }

  #hostOf(options: TwsServerOptions, clock: Clock): SessionHost {
    const lost = (): boolean => this.#connectivityLost;
    return {
      clock,
      market: this.market,
      limits: { ...LIMITS, ...options.limits },
      families: REQUEST_KINDS,
      serverVersionMax: Math.min(options.serverVersionMax ?? VERSION_MAX, VERSION_MAX),
      accounts: options.accounts ?? DEFAULT_ACCOUNTS,
      trading: this.#trading,
      pacing: options.paced === true ? new PacingRules() : undefined,
      wireFaults: this.#wireFaults,
      get connectivityLost() {
        return lost();
      },
      takeScripted: (request) => taken(this.#scripted, ({ requests }) => requests.includes(request))?.answer,
      rewritten: (id, fields) => taken(this.#rewrites, ({ message }) => message === id)?.rewrite(fields) ?? fields,
      counted: (request) => void this.#counts.set(request, (this.#counts.get(request) ?? 0) + 1),
      register: (session) =>
        !this.#held.has(session.clientId) &&
        ![...this.#sessions].some((other) => other !== session && other.started && other.clientId === session.clientId),
      leave: (session) => this.#sessions.delete(session),
    };
  }
}

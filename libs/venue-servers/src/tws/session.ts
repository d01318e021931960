import type { Socket } from 'node:net';
import type { Clock, UnixNanos } from '@tradewind/vocabulary';

import type { ContractRequest } from './contract.js';
import { frameOf, RequestFrames } from './framing.js';
import type { InstrumentListener } from './market-events.js';
import type { TwsInstrument } from './instrument.js';
import type { TwsMarket } from './market.js';
import { REQUEST, RESPONSE, SINCE } from './message-ids.js';
import { Outgoing, type WireFaults } from './outgoing.js';
import type { PacingRules } from './pacing.js';
import type { TradingClient } from './trading/trading-client.js';
import type { TwsTrading } from './trading/tws-trading.js';
import { RequestFields, RequestRefused } from './request-fields.js';

export type SubscriptionKind = 'marketData' | 'tickByTick' | 'marketDepth' | 'realTimeBars' | 'historicalData' | 'headTimestamp';

/** One kind of request: how it begins and what is done with it. */
export interface RequestKind {
  readonly id: number;
  /** Begins with a version of its own, which nobody needs any more. */
  readonly versioned: boolean;
  /** Has a number by which answers and refusals name it. */
  readonly numbered: boolean;
  /** May throw RequestRefused, which is answered with its code. */
  handle(session: Session, fields: RequestFields, requestId: number): void;
}

/** Requests that belong together. Adding a family (orders, executions, accounts) is one file and one line in `families/index.ts`. */
export type MessageFamily = readonly RequestKind[];

/** How many subscriptions of a kind a client may have: IB's allowance for an account without boosters. */
export interface SessionLimits {
  readonly marketDataMax: number;
  readonly tickByTickMax: number;
  readonly marketDepthMax: number;
  readonly messagesPerSecondMax: number;
}

/** What a request meets: an error or nothing at all instead of being carried out; carried out and not answered; carried out later. */
export type ScriptedAnswer =
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  | { readonly kind: 'no answer' }
  | { readonly kind: 'done, no answer' }
  | { readonly kind: 'later'; readonly ms: number };

/** What sessions share: the server they belong to. */
export interface SessionHost {
  readonly clock: Clock;
  readonly market: TwsMarket;
  readonly limits: SessionLimits;
  readonly families: ReadonlyMap<number, RequestKind>;
  readonly serverVersionMax: number;
  readonly accounts: readonly string[];
  /** Undefined when pacing isn't enforced. */
  readonly pacing: PacingRules | undefined;
  readonly wireFaults: WireFaults;
  /** True between 1100 and 1101 or 1102. */
  readonly connectivityLost: boolean;
  /** Undefined when the server takes no orders. */
  readonly trading: TwsTrading | undefined;
  /** What the next request of a number meets instead of an answer, taken out once used. */
  takeScripted(request: number): ScriptedAnswer | undefined;
  /** The fields of a message as they go out: scripted faults change them. */
  rewritten(id: number, fields: readonly (string | number)[]): readonly (string | number)[];
  /** Hears of every request that was understood. */
  counted(request: number): void;
  /** False when another session has the client id. */
  register(session: Session): boolean;
  leave(session: Session): void;
}

/** From here on every message has its present shape but for the fields in SINCE. */
const SERVER_VERSION_MIN = 140;
const SECOND = 1_000_000_000n;

/** One client's connection: handshake, requests in order, subscriptions. */
export class Session implements TradingClient {
  version = 0;
  clientId = -1;
  /** 1 live, 2 frozen, 3 delayed, 4 delayed and frozen. */
  marketDataType = 1;
  /** Wants orders made by hand as its own. */
  bindsOrders = false;
  /** Hears of every change of money and positions. */
  followsAccount = false;
  #started = false;
  readonly #frames = new RequestFrames();
  readonly #outgoing: Outgoing;
  readonly #subscriptions = new Map<string, { readonly what: string; readonly end: () => void }>();
  #recent: UnixNanos[] = [];

  constructor(
    readonly host: SessionHost,
    private readonly socket: Socket,
  ) {
    this.#outgoing = new Outgoing(socket, host.wireFaults);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('end', () => this.#end());
    socket.on('close', () => this.#end());
  }

  get started(): boolean {
    return this.#started;
  }

  send(id: number, ...fields: readonly (string | number)[]): void {
    this.#outgoing.write(frameOf([id, ...this.host.rewritten(id, fields)]));
  }

  /** Data of a subscription: it stops while TWS has lost IB. */
  publish(id: number, ...fields: readonly (string | number)[]): void {
    if (!this.host.connectivityLost) this.send(id, ...fields);
  }

  error(requestId: number, code: number, message: string): void {
    this.send(RESPONSE.error, 2, requestId, code, message, ...(this.version >= SINCE.advancedReject ? [''] : []));
  }

  /** Bytes as they are, for faults. */
  sendRaw(bytes: Buffer): void {
    this.#outgoing.write(bytes);
  }

  /** From now on nothing is sent, though the connection stands. */
  silence(): void {
    this.#outgoing.silent = true;
  }

  /** Ends the connection at once. */
  drop(): void {
    this.socket.destroy();
  }

  /** The instrument of a request, refused while IB can't be reached. */
  instrumentOf(request: ContractRequest): TwsInstrument {
    if (this.host.connectivityLost) throw new RequestRefused(504, 'Not connected');
    return this.host.market.only(request);
  }

  /** Listens for a request until it is cancelled. Throws RequestRefused (322) when the number is in use. */
  subscribe(kind: SubscriptionKind, requestId: number, instrument: TwsInstrument, listener: InstrumentListener): void {
    const key = `${kind}/${requestId}`;
    if (this.#subscriptions.has(key)) throw new RequestRefused(kind === 'marketData' ? 102 : 322, `Duplicate ticker id ${requestId}`);
    instrument.listeners.add(listener);
    const what = `${kind} ${instrument.contract.symbol}`;
    this.#subscriptions.set(key, { what, end: () => void instrument.listeners.delete(listener) });
  }

  /** False when there was nothing to cancel. */
  cancel(kind: SubscriptionKind, requestId: number): boolean {
    const key = `${kind}/${requestId}`;
    this.#subscriptions.get(key)?.end();
    return this.#subscriptions.delete(key);
  }

  /** What the client is subscribed to, e.g. `tickByTick AAPL`. */
  get subscriptions(): readonly string[] {
    return [...this.#subscriptions.values()].map(({ what }) => what);
  }

  countOf(kind: SubscriptionKind): number {
    return [...this.#subscriptions.keys()].filter((key) => key.startsWith(`${kind}/`)).length;
  }

  /** Forgets everything the client subscribed to, as TWS does when data was lost (1101). */
  endSubscriptions(): void {
    for (const { end } of this.#subscriptions.values()) end();
    this.#subscriptions.clear();
  }

  /** Lets the client start, or sends it away when its id is in use (326). */
  start(clientId: number): void {
    this.clientId = clientId;
    if (!this.host.register(this)) {
      this.error(-1, 326, 'Unable to connect as the client id is already in use. Retry with a unique client id.');
      this.socket.end();
      return;
    }
    this.#started = true;
    this.send(RESPONSE.managedAccounts, 1, this.host.accounts.join(','));
    this.sendNextId();
    for (const farm of ['usfarm', 'cashfarm']) this.error(-1, 2104, `Market data farm connection is OK:${farm}`);
    this.error(-1, 2106, 'HMDS data farm connection is OK:ushmds');
    this.error(-1, 2158, 'Sec-def data farm connection is OK:secdefnj');
    this.host.trading?.desk.welcome(this);
  }

  /** The lowest number that the client's next order may have. */
  sendNextId(): void {
    this.send(RESPONSE.nextValidId, 1, (this.host.trading?.desk.book.lastIdOf(this.clientId) ?? 0) + 1);
  }

  #receive(chunk: Buffer): void {
    try {
      for (const body of this.#frames.push(chunk)) {
        if (this.version === 0) this.#greet(body);
        else this.#handle(new RequestFields(body.split('\0').slice(0, -1)));
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.socket.destroy();
    }
  }

  #greet(range: string): void {
    const match = /^v(\d{1,5})(?:\.\.(\d{1,5}))?(?: .*)?$/.exec(range);
    if (match === null) throw new RangeError(`'${range}' is not a range of versions`);
    const version = Math.min(Number(match[2] ?? match[1]), this.host.serverVersionMax);
    if (version < Math.max(SERVER_VERSION_MIN, Number(match[1]))) throw new RangeError(`no common version in ${range}`);
    this.version = version;
    const at = new Date(Number(this.host.clock.now() / 1_000_000n)).toISOString();
    this.#outgoing.write(frameOf([version, `${at.slice(0, 10).replaceAll('-', '')} ${at.slice(11, 19)} UTC`]));
  }

  #handle(fields: RequestFields): void {
    let requestId = -1;
    try {
      this.#checkRate();
      const id = fields.integer('message id');
      const request = this.host.families.get(id);
      if (request === undefined) throw new RequestRefused(320, `Error reading request. Unknown message id ${id}.`);
      if (request.versioned) fields.integer('version');
      if (request.numbered) requestId = fields.integer('request id');
      if (!this.#started && id !== REQUEST.startApi) throw new RequestRefused(504, 'Not connected');
      this.host.counted(id);
      const scripted = this.host.takeScripted(id);
      if (scripted?.kind === 'no answer') return;
      if (scripted?.kind === 'error') throw new RequestRefused(scripted.code, scripted.message);
      if (scripted?.kind === 'later') setTimeout(() => this.#carryOut(request, fields, requestId), scripted.ms);
      else if (scripted?.kind === 'done, no answer') this.host.trading?.desk.announcer.mute(() => request.handle(this, fields, requestId));
      else request.handle(this, fields, requestId);
    } catch (error) {
      this.#refuse(requestId, error);
    }
  }

  #carryOut(request: RequestKind, fields: RequestFields, requestId: number): void {
    try {
      request.handle(this, fields, requestId);
    } catch (error) {
      this.#refuse(requestId, error);
    }
  }

  #refuse(requestId: number, error: unknown): void {
    if (!(error instanceof RequestRefused)) throw error;
    this.error(requestId, error.code, error.message);
  }

  #checkRate(): void {
    const now = this.host.clock.now();
    this.#recent = this.#recent.filter((at) => at > now - SECOND);
    this.#recent.push(now);
    if (this.#recent.length > this.host.limits.messagesPerSecondMax) {
      throw new RequestRefused(100, `Max rate of messages per second has been exceeded:max=${this.host.limits.messagesPerSecondMax}`);
    }
  }

  #end(): void {
    this.endSubscriptions();
    this.host.leave(this);
  }
}

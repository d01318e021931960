import { connect, type Socket } from 'node:net';

import type { Clock, UnixNanos } from '@tradewind/vocabulary';

import { decodeMessage } from './decode.js';
import { abortedError, TwsError, unavailable } from './error.js';
import { frameOf, FrameReader, greeting } from './framing.js';
import { MessagePace } from './message-pace.js';
import type { AccountMessage, ErrorMessage, RequestMessage, TwsMessage } from './messages.js';
import { CLIENT_ID_IN_USE } from './notices.js';
import { currentTime, startApi } from './requests.js';

/** From 176 on every size is in shares (before, those of US shares are in lots); to 178 no message of market data changes. */
const VERSION_MIN = 176;
const VERSION_MAX = 178;
/** TWS takes 50 messages a second and drops who sends more; two may come closer together than they were sent. */
const MESSAGES_PER_SECOND = 48;
const PACE_WINDOW_MS = 1050;
/** One in so many is kept for what is urgent. */
const URGENT_SHARE = 6;
const NO_REQUEST = -1;
/** How often within the heartbeat's time it is looked whether anything has come. */
const BEATS = 2;
const PAPER_ACCOUNT = /^D/;
const RAW_SHOWN_MAX = 500;
const CLOSE_WAIT_MS = 1000;

export interface ClientSettings {
  readonly host: string;
  readonly port: number;
  readonly live: boolean;
  readonly connectTimeoutMs: number;
  readonly heartbeatMs: number;
  /** The lowest version that will do; 176 unless told otherwise. */
  readonly versionMin?: number;
  /** 48 unless the account has more lines of market data: TWS takes half as many messages a second as there are lines. */
  readonly messagesPerSecond?: number;
  /** Requests are numbered from here on; 1 unless told otherwise. Who places orders keeps clear of their numbers: errors tell them by the same field. */
  readonly firstRequestId?: number;
}

/** What a connection takes from outside. */
export interface TwsEnvironment {
  readonly clock: Clock;
  /** Resolves after the time, rejects when the signal is aborted. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Who gets the messages of one request. */
export interface RequestListener {
  message(message: RequestMessage): void;
  /** A message of the request could not be read (TwsError BAD_RESPONSE). */
  fault(error: TwsError, raw: string): void;
}

/** What concerns no single request. */
export interface ConnectionListener {
  /** An error or notice of TWS itself, such as 1100. */
  notice(code: number, text: string): void;
  /** What is told of orders, executions and the account without a request of its own, and errors whose number is no open request's: an order's. */
  message?(message: AccountMessage | ErrorMessage): void;
  fault(error: TwsError, raw: string): void;
  /** All messages that had arrived together have been handed on. */
  settled(): void;
  closed(error: TwsError): void;
}

/** One connection to TWS that has been started: requests go out, messages come in and to whom they belong. It never connects again. */
export class TwsClient {
  readonly #listeners = new Set<ConnectionListener>();
  readonly #requests = new Map<number, RequestListener>();
  readonly #frames = new FrameReader();
  readonly #pace: MessagePace;
  readonly #ended = new AbortController();
  readonly #times: ((at: UnixNanos) => void)[] = [];
  #outbox: Promise<unknown> = Promise.resolve();
  #nextRequestId: number;
  #lastHeard: UnixNanos;
  #heartbeat: NodeJS.Timeout | undefined;
  #asked = false;
  #closed: TwsError | undefined;
  #version = 0;
  #accounts: readonly string[] = [];
  #nextOrderId = 0;
  /** Takes the messages of the handshake until it is over. */
  #starting: ((fields: readonly string[]) => void) | undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly settings: ClientSettings,
    private readonly environment: TwsEnvironment,
  ) {
    const messagesMax = settings.messagesPerSecond ?? MESSAGES_PER_SECOND;
    const limit = { messagesMax, windowMs: PACE_WINDOW_MS, reserved: Math.floor(messagesMax / URGENT_SHARE) };
    this.#pace = new MessagePace(limit, environment.clock, (ms, signal) => environment.pause(ms, signal));
    this.#nextRequestId = settings.firstRequestId ?? 1;
    this.#lastHeard = environment.clock.now();
  }

  /**
   * Connects, shakes hands and starts. Rejects with TwsError: CLIENT_ID_IN_USE, UNAVAILABLE (no connection, no answer), UNSUPPORTED (a TWS too old),
   * REAL_MONEY (an account of real money without `live`) or ABORTED.
   */
  static async open(settings: ClientSettings, clientId: number, environment: TwsEnvironment, signal: AbortSignal): Promise<TwsClient> {
    if (signal.aborted) throw abortedError();
    const socket = connect({ host: settings.host, port: settings.port, noDelay: true });
    const client = new TwsClient(socket, settings, environment);
    const giveUp = (): void => client.#end(abortedError());
    const timer = setTimeout(
      () => client.#end(unavailable(`no handshake within ${settings.connectTimeoutMs} ms`)),
      settings.connectTimeoutMs,
    );
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await client.#start(clientId);
    } catch (error) {
      client.#end(error instanceof TwsError ? error : unavailable('the handshake failed'));
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    }
    return client;
  }

  get open(): boolean {
    return this.#closed === undefined;
  }

  /** The accounts that TWS is logged in to, as the handshake told them. */
  get accounts(): readonly string[] {
    return this.#accounts;
  }

  /** The lowest number that a new order may have, as last told. */
  get nextOrderId(): number {
    return this.#nextOrderId;
  }

  /** When the last message came. */
  get lastHeard(): UnixNanos {
    return this.#lastHeard;
  }

  listen(listener: ConnectionListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Sends a request under a number of its own; its messages go to the listener until it is forgotten. */
  request(fields: (requestId: number) => readonly (string | number | boolean)[], listener: RequestListener): number {
    const requestId = this.#nextRequestId;
    this.#nextRequestId += 1;
    this.#requests.set(requestId, listener);
    void this.send(fields(requestId));
    return requestId;
  }

  /** What still comes for the request is passed over. */
  forget(requestId: number): void {
    this.#requests.delete(requestId);
  }

  /**
   * Sends in order and no faster than TWS allows. Resolves with true once the message was handed to the connection, with false when it never will be: not a
   * byte of it has left.
   */
  send(fields: readonly (string | number | boolean)[]): Promise<boolean> {
    const sent = this.#outbox.then(() => this.#write(fields, false));
    this.#outbox = sent;
    return sent;
  }

  /** As `send`, but before everything that waits for its turn: for what may not wait, and follows from nothing that does. */
  sendFirst(fields: readonly (string | number | boolean)[]): Promise<boolean> {
    return this.#write(fields, true);
  }

  /** Resolves with TWS's clock, in seconds, when TWS has read all that was sent before: it answers in order. Rejects when the connection ends first. */
  barrier(): Promise<UnixNanos> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) {
        reject(this.#closed);
        return;
      }
      const stop = this.listen({ notice: () => undefined, fault: () => undefined, settled: () => undefined, closed: reject });
      this.#times.push((at) => {
        stop();
        resolve(at);
      });
      void this.send(currentTime());
    });
  }

  /** Sends what was asked for and closes; resolves when the connection is gone. */
  async close(): Promise<void> {
    this.#end(abortedError(), 'gently');
    if (this.socket.closed) return;
    await new Promise<void>((resolve) => {
      // A peer that never closes its side doesn't hold us.
      const timer = setTimeout(() => this.socket.destroy(), CLOSE_WAIT_MS);
      this.socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #write(fields: readonly (string | number | boolean)[], urgent: boolean): Promise<boolean> {
    try {
      await this.#pace.take(urgent, this.#ended.signal);
    } catch {
      return false;
    }
    if (!this.socket.writable) return false;
    this.socket.write(frameOf(fields));
    return true;
  }

  #start(clientId: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#listeners.add({ notice: () => undefined, fault: () => undefined, settled: () => undefined, closed: reject });
      this.socket.on('connect', () => this.socket.write(greeting(this.#versionMin, VERSION_MAX)));
      this.socket.on('data', (chunk: Buffer) => this.#receive(chunk));
      this.socket.on('error', (error) => this.#end(unavailable(`the connection failed: ${error.message}`, error)));
      this.socket.on('close', () => this.#end(unavailable('TWS closed the connection')));
      let [hasAccounts, hasId] = [false, false];
      this.#starting = (fields) => {
        try {
          if (!this.#greeted(fields, clientId)) return;
          const { message } = decodeMessage(fields);
          if (message?.kind === 'error' && message.code === CLIENT_ID_IN_USE)
            throw new TwsError('CLIENT_ID_IN_USE', `client id ${clientId} is in use`);
          if (message?.kind === 'accounts') hasAccounts = this.#checkAccounts(message.accounts);
          if (message?.kind === 'next-valid-id') hasId = this.#setNextOrderId(message.orderId);
          if (!hasAccounts || !hasId) return;
        } catch (error) {
          reject(error);
          return;
        }
        this.#starting = undefined;
        this.#listeners.clear();
        this.#heartbeat = setInterval(() => this.#beat(), this.settings.heartbeatMs / BEATS);
        resolve();
      };
    });
  }

  /** False for the first message of all, which is the server's version; the start follows it. */
  #greeted(fields: readonly string[], clientId: number): boolean {
    if (this.#version > 0) return true;
    this.#version = Number(fields[0]);
    if (!(this.#version >= this.#versionMin && this.#version <= VERSION_MAX)) {
      const rule = `${this.#versionMin} to ${VERSION_MAX}`;
      throw new TwsError('UNSUPPORTED', `TWS speaks version ${fields[0]?.slice(0, 20)}; it must be ${rule}`, {
        field: 'version',
        rule,
      });
    }
    this.socket.write(frameOf(startApi(clientId)));
    return false;
  }

  get #versionMin(): number {
    return this.settings.versionMin ?? VERSION_MIN;
  }

  #setNextOrderId(orderId: number): true {
    this.#nextOrderId = orderId;
    return true;
  }

  #checkAccounts(accounts: readonly string[]): boolean {
    this.#accounts = accounts;
    if (this.settings.live || accounts.every((account) => PAPER_ACCOUNT.test(account))) return true;
    const rule = 'paper accounts begin with D; real ones take live=true';
    throw new TwsError('REAL_MONEY', 'TWS is logged in to an account of real money', { field: 'accounts', rule });
  }

  #receive(chunk: Buffer): void {
    this.#lastHeard = this.environment.clock.now();
    try {
      for (const fields of this.#frames.push(chunk)) {
        if (this.#closed !== undefined) return;
        if (this.#starting === undefined) this.#dispatch(fields);
        else this.#starting(fields);
      }
    } catch (error) {
      if (!(error instanceof TwsError)) throw error;
      for (const listener of this.#listeners) listener.fault(error, chunk.toString('latin1', 0, RAW_SHOWN_MAX));
      this.#end(unavailable('the stream can not be read any further', error));
      return;
    }
    for (const listener of this.#listeners) listener.settled();
  }

  #dispatch(fields: readonly string[]): void {
    const { requestId, message, fault } = decodeMessage(fields, this.#version);
    if (message === undefined) this.#fault(fault, fields, requestId);
    else this.#hand(message);
  }

  #hand(message: TwsMessage): void {
    switch (message.kind) {
      case 'current-time':
        this.#times.shift()?.(message.at);
        return;
      case 'next-valid-id':
        this.#nextOrderId = message.orderId;
        return;
      case 'accounts':
      case 'other':
        return;
      case 'error':
        this.#error(message);
        return;
      case 'execution':
        if (message.requestId === NO_REQUEST) this.#tell(message);
        else this.#requests.get(message.requestId)?.message(message);
        return;
      case 'open-order':
      case 'order-status':
      case 'open-orders-end':
      case 'completed-order':
      case 'completed-orders-end':
      case 'commission':
      case 'account-value':
      case 'portfolio':
      case 'account-end':
      case 'position':
      case 'positions-end':
        this.#tell(message);
        return;
      default:
        this.#requests.get(message.requestId)?.message(message);
    }
  }

  #error(message: ErrorMessage): void {
    if (message.requestId === NO_REQUEST) for (const listener of this.#listeners) listener.notice(message.code, message.text);
    else {
      const request = this.#requests.get(message.requestId);
      if (request === undefined) this.#tell(message);
      else request.message(message);
    }
  }

  #tell(message: AccountMessage | ErrorMessage): void {
    for (const listener of this.#listeners) listener.message?.(message);
  }

  #fault(fault: unknown, fields: readonly string[], requestId: number | undefined): void {
    if (!(fault instanceof TwsError)) throw fault;
    const raw = fields.join('|').slice(0, RAW_SHOWN_MAX);
    const request = requestId === undefined ? undefined : this.#requests.get(requestId);
    if (request !== undefined) request.fault(fault, raw);
    else for (const listener of this.#listeners) listener.fault(fault, raw);
  }

  /** Asks after a silence, and takes silence for a loss only once it has asked and waited as long again. */
  #beat(): void {
    const { heartbeatMs } = this.settings;
    const silentMs = Number((this.environment.clock.now() - this.#lastHeard) / 1_000_000n);
    if (silentMs < heartbeatMs) this.#asked = false;
    else if (!this.#asked) {
      this.#asked = true;
      // Its answer is nobody's barrier.
      this.#times.push(() => undefined);
      void this.send(currentTime());
    } else if (silentMs >= 2 * heartbeatMs) this.#end(unavailable(`TWS has been silent for ${silentMs} ms`));
  }

  #end(error: TwsError, how: 'gently' | 'at once' = 'at once'): void {
    if (this.#closed !== undefined) return;
    this.#closed = error;
    clearInterval(this.#heartbeat);
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    this.#requests.clear();
    for (const listener of listeners) listener.closed(error);
    if (how === 'at once') this.socket.destroy();
    else void this.#outbox.then(() => this.socket.end());
    if (how === 'at once') this.#ended.abort();
  }
}

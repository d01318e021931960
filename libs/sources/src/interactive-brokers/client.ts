import { connect, type Socket } from 'node:net';

import type { UnixNanos } from '@tradewind/vocabulary';

import { SourceError, type SourceEnvironment } from '../source.js';
import { RateLimit } from '../transport/rate-limit.js';
import { decodeMessage } from './decode.js';
import { abortedError, CLIENT_ID_IN_USE, unavailable } from './errors.js';
import { frameOf, FrameReader, greeting } from './framing.js';
import type { RequestMessage, TwsMessage } from './messages.js';
import { SOURCE } from './name.js';
import { currentTime, startApi } from './requests.js';

/** From 176 on every size is in shares (before, those of US shares are in lots); to 178 no message that is read changes. */
const VERSION_MIN = 176;
const VERSION_MAX = 178;
/** TWS takes 50 messages a second and drops who sends more. */
const MESSAGE_RATE = { requestsMax: 40, periodMs: 1000, burst: 20 };
const NO_REQUEST = -1;
const PAPER_ACCOUNT = /^D/;
const RAW_SHOWN_MAX = 500;
const CLOSE_WAIT_MS = 1000;

export interface ClientSettings {
  readonly host: string;
  readonly port: number;
  readonly live: boolean;
  readonly connectTimeoutMs: number;
  readonly heartbeatMs: number;
}

/** Who gets the messages of one request. */
export interface RequestListener {
  message(message: RequestMessage): void;
  /** A message of the request could not be read (SourceError BAD_RESPONSE). */
  fault(error: SourceError, raw: string): void;
}

/** What concerns no single request. */
export interface ConnectionListener {
  /** An error or notice of TWS itself, such as 1100. */
  notice(code: number, text: string): void;
  fault(error: SourceError, raw: string): void;
  /** All messages that had arrived together have been handed on. */
  settled(): void;
  closed(error: SourceError): void;
}

export class ClientIdInUse extends Error {
  override readonly name = 'ClientIdInUse';
}

/** One connection to TWS that has been started: requests go out, messages come in and to whom they belong. It never connects again. */
export class TwsClient {
  readonly #listeners = new Set<ConnectionListener>();
  readonly #requests = new Map<number, RequestListener>();
  readonly #frames = new FrameReader();
  readonly #limit: RateLimit;
  readonly #ended = new AbortController();
  readonly #times: (() => void)[] = [];
  #outbox: Promise<void> = Promise.resolve();
  #nextRequestId = 1;
  #lastHeard: UnixNanos;
  #heartbeat: NodeJS.Timeout | undefined;
  #closed: SourceError | undefined;
  #version = 0;
  /** Takes the messages of the handshake until it is over. */
  #starting: ((fields: readonly string[]) => void) | undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly settings: ClientSettings,
    private readonly environment: SourceEnvironment,
  ) {
    this.#limit = new RateLimit(MESSAGE_RATE, environment.clock, (ms, signal) => environment.pause(ms, signal));
    this.#lastHeard = environment.clock.now();
  }

  /**
   * Connects, shakes hands and starts. Rejects with ClientIdInUse, or SourceError UNAVAILABLE (no connection, no answer), UNSUPPORTED (a TWS too old),
   * AUTHENTICATION (an account of real money without `live`) or ABORTED.
   */
  static async open(settings: ClientSettings, clientId: number, environment: SourceEnvironment, signal: AbortSignal): Promise<TwsClient> {
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
      client.#end(error instanceof SourceError ? error : unavailable('the handshake failed'));
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
    this.send(fields(requestId));
    return requestId;
  }

  /** What still comes for the request is passed over. */
  forget(requestId: number): void {
    this.#requests.delete(requestId);
  }

  /** Sends in order and no faster than TWS allows. */
  send(fields: readonly (string | number | boolean)[]): void {
    this.#outbox = this.#outbox
      .then(() => this.#limit.take(this.#ended.signal))
      .then(
        () => void this.socket.write(frameOf(fields)),
        () => undefined,
      );
  }

  /** Resolves when TWS has read all that was sent before: it answers in order. Rejects when the connection ends first. */
  barrier(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) {
        reject(this.#closed);
        return;
      }
      const stop = this.listen({ notice: () => undefined, fault: () => undefined, settled: () => undefined, closed: reject });
      this.#times.push(() => {
        stop();
        resolve();
      });
      this.send(currentTime());
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

  #start(clientId: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#listeners.add({ notice: () => undefined, fault: () => undefined, settled: () => undefined, closed: reject });
      this.socket.on('connect', () => this.socket.write(greeting(VERSION_MIN, VERSION_MAX)));
      this.socket.on('data', (chunk: Buffer) => this.#receive(chunk));
      this.socket.on('error', (error) => this.#end(unavailable(`the connection failed: ${error.message}`, error)));
      this.socket.on('close', () => this.#end(unavailable('TWS closed the connection')));
      let [hasAccounts, hasId] = [false, false];
      this.#starting = (fields) => {
        try {
          if (!this.#greeted(fields, clientId)) return;
          const { message } = decodeMessage(fields);
          if (message?.kind === 'error' && message.code === CLIENT_ID_IN_USE) throw new ClientIdInUse(`client id ${clientId} is in use`);
          if (message?.kind === 'accounts') hasAccounts = this.#checkAccounts(message.accounts);
          if (message?.kind === 'next-valid-id') hasId = true;
          if (!hasAccounts || !hasId) return;
        } catch (error) {
          reject(error);
          return;
        }
        this.#starting = undefined;
        this.#listeners.clear();
        this.#heartbeat = setInterval(() => this.#beat(), this.settings.heartbeatMs);
        resolve();
      };
    });
  }

  /** False for the first message of all, which is the server's version; the start follows it. */
  #greeted(fields: readonly string[], clientId: number): boolean {
    if (this.#version > 0) return true;
    this.#version = Number(fields[0]);
    if (!(this.#version >= VERSION_MIN && this.#version <= VERSION_MAX)) {
      const rule = `${VERSION_MIN} to ${VERSION_MAX}`;
      throw new SourceError('UNSUPPORTED', SOURCE, `TWS speaks version ${fields[0]?.slice(0, 20)}; it must be ${rule}`, {
        field: 'version',
        rule,
      });
    }
    this.socket.write(frameOf(startApi(clientId)));
    return false;
  }

  #checkAccounts(accounts: readonly string[]): boolean {
    if (this.settings.live || accounts.every((account) => PAPER_ACCOUNT.test(account))) return true;
    const rule = 'paper accounts begin with D; real ones take live=true';
    throw new SourceError('AUTHENTICATION', SOURCE, 'TWS is logged in to an account of real money', { field: 'accounts', rule });
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
      if (!(error instanceof SourceError)) throw error;
      for (const listener of this.#listeners) listener.fault(error, chunk.toString('latin1', 0, RAW_SHOWN_MAX));
      this.#end(unavailable('the stream can not be read any further', error));
      return;
    }
    for (const listener of this.#listeners) listener.settled();
  }

  #dispatch(fields: readonly string[]): void {
    const { requestId, message, fault } = decodeMessage(fields);
    if (message === undefined) this.#fault(fault, fields, requestId);
    else this.#hand(message);
  }

  #hand(message: TwsMessage): void {
    switch (message.kind) {
      case 'current-time':
        this.#times.shift()?.();
        return;
      case 'accounts':
      case 'next-valid-id':
      case 'other':
        return;
      case 'error':
        if (message.requestId === NO_REQUEST) {
          for (const listener of this.#listeners) listener.notice(message.code, message.text);
          return;
        }
        this.#requests.get(message.requestId)?.message(message);
        return;
      default:
        this.#requests.get(message.requestId)?.message(message);
    }
  }

  #fault(fault: unknown, fields: readonly string[], requestId: number | undefined): void {
    if (!(fault instanceof SourceError)) throw fault;
    const raw = fields.join('|').slice(0, RAW_SHOWN_MAX);
    const request = requestId === undefined ? undefined : this.#requests.get(requestId);
    if (request !== undefined) request.fault(fault, raw);
    else for (const listener of this.#listeners) listener.fault(fault, raw);
  }

  #beat(): void {
    const silentMs = Number((this.environment.clock.now() - this.#lastHeard) / 1_000_000n);
    if (silentMs >= 2 * this.settings.heartbeatMs) this.#end(unavailable(`TWS has been silent for ${silentMs} ms`));
    else if (silentMs >= this.settings.heartbeatMs) {
      // Its answer is nobody's barrier.
      this.#times.push(() => undefined);
      this.send(currentTime());
    }
  }

  #end(error: SourceError, how: 'gently' | 'at once' = 'at once'): void {
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

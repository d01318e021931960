import { type RawData, WebSocket } from 'ws';

import { Backoff, type BackoffOptions } from './backoff.js';
import { redact } from './redaction.js';

/** Why a connection is not there, in the socket's own terms. */
export type LinkFault = 'UNREACHABLE' | 'UNAUTHORISED' | 'BAD_RESPONSE' | 'CLOSED';

/** What a socket takes from outside. `pause` rejects as soon as its signal is aborted. */
export interface SocketEnvironment {
  readonly log: { warn(fields: object, message: string): void };
  pause(ms: number, signal?: AbortSignal): Promise<void>;
}

/** One message as it came: text, or the bytes of a binary frame. */
export type SocketMessage = string | Buffer;

/** What a handshake (welcome, authentication, subscription) may do. Every wait ends when the socket does. */
export interface SocketConversation {
  send(text: string): void;
  /** The next message. Rejects when the connection ends or nothing comes within the handshake's time. */
  next(): Promise<SocketMessage>;
}

export interface LiveSocketOptions<E extends Error> {
  /** Who it belongs to, for the log and the phase of the backoff. */
  readonly name: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** From the start of a connection to the end of its handshake. */
  readonly handshakeMs: number;
  /** A ping goes out after this long without a message; the connection is lost when nothing, not even a pong, has come for `silenceMs`. */
  readonly pingMs: number;
  readonly silenceMs: number;
  readonly backoff: BackoffOptions;
  readonly messageBytesMax: number;
  readonly secrets: readonly string[];
  /** Makes the owner's error of a fault. The message holds no secret. */
  failure(fault: LinkFault, message: string, cause?: unknown): E;
  /** An error of the owner's own, as its handshake throws them. */
  isFailure(error: unknown): error is E;
  /** Runs on every connection; rejects with the owner's error when the venue refuses. Messages that come after it resolves go to `message`. */
  handshake(conversation: SocketConversation): Promise<void>;
  /** Must not throw. `send` answers on the same connection. */
  message(message: SocketMessage, send: (text: string) => void): void;
  status(status: { readonly kind: 'UP' } | { readonly kind: 'DOWN'; readonly error: E }): void;
  /** Told why each attempt to come back failed; it tries on. */
  attemptFailed?(error: E): void;
}

const messageOf = (data: RawData, binary: boolean): SocketMessage => {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data);
  return binary ? bytes : bytes.toString('utf8');
};

/** One connection: handshake, then messages, until it ends. `ended` always resolves, with the reason. */
class Connection<E extends Error> {
  readonly ended: Promise<E>;
  private readonly socket: WebSocket;
  private readonly waiting: SocketMessage[] = [];
  private wake: (() => void) | undefined;
  private failure: E | undefined;
  private open = false;
  private heardAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private handshakeTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: LiveSocketOptions<E>) {
    this.socket = new WebSocket(options.url, {
      headers: { ...options.headers },
      handshakeTimeout: options.handshakeMs,
      maxPayload: options.messageBytesMax,
      perMessageDeflate: true,
    });
    this.ended = new Promise((resolve) => {
      this.socket.on('error', (error) => this.fail('UNREACHABLE', `the connection failed: ${error.message}`));
      this.socket.on('unexpected-response', (_request, response) => {
        const status = response.statusCode ?? 0;
        this.fail(status === 401 || status === 403 ? 'UNAUTHORISED' : 'UNREACHABLE', `the connection was refused with status ${status}`);
        this.socket.terminate();
      });
      this.socket.once('close', (code) => {
        clearInterval(this.timer);
        clearTimeout(this.handshakeTimer);
        this.fail('UNREACHABLE', `the connection was closed (${code})`);
        resolve(this.failure!);
      });
    });
    this.socket.on('message', (data, binary) => this.receive(messageOf(data, binary)));
    for (const sign of ['ping', 'pong'] as const) this.socket.on(sign, () => this.hear());
    this.timer = setInterval(() => this.watch(), Math.max(5, Math.min(options.pingMs, options.silenceMs) / 4));
  }

  async shakeHands(): Promise<void> {
    this.handshakeTimer = setTimeout(
      () => this.end('UNREACHABLE', `no handshake in ${this.options.handshakeMs} ms`),
      this.options.handshakeMs,
    );
    await new Promise<void>((resolve, reject) => {
      this.socket.once('open', resolve);
      void this.ended.then(reject);
    });
    await this.options.handshake({ send: (text) => this.send(text), next: () => this.next() });
    clearTimeout(this.handshakeTimer);
    this.open = true;
    for (const message of this.waiting.splice(0)) this.deliver(message);
  }

  end(fault: LinkFault, message: string): void {
    this.fail(fault, message);
    this.socket.terminate();
  }

  endWith(failure: E): void {
    this.failure ??= failure;
    this.wake?.();
    this.socket.terminate();
  }

  /** Says goodbye and waits until the socket is gone. */
  async close(): Promise<void> {
    this.fail('CLOSED', 'the session was closed');
    this.socket.close(1000);
    const hard = setTimeout(() => this.socket.terminate(), 500);
    await this.ended;
    clearTimeout(hard);
  }

  private send(text: string): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text);
  }

  private async next(): Promise<SocketMessage> {
    while (this.waiting.length === 0) {
      if (this.failure !== undefined) throw this.failure;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.wake = resolve;
      await promise;
    }
    return this.waiting.shift()!;
  }

  private receive(message: SocketMessage): void {
    this.hear();
    if (this.open) {
      this.deliver(message);
      return;
    }
    this.waiting.push(message);
    this.wake?.();
  }

  private deliver(message: SocketMessage): void {
    if (this.failure === undefined) this.options.message(message, (text) => this.send(text));
  }

  private hear(): void {
    this.heardAt = performance.now();
  }

  private watch(): void {
    const silentMs = performance.now() - this.heardAt;
    if (silentMs >= this.options.silenceMs) this.end('UNREACHABLE', `nothing was heard for ${this.options.silenceMs} ms`);
    else if (silentMs >= this.options.pingMs && this.socket.readyState === WebSocket.OPEN) this.socket.ping();
  }

  private fail(fault: LinkFault, message: string): void {
    this.failure ??= this.options.failure(fault, redact(message, this.options.secrets));
    this.wake?.();
  }
}

/**
 * A WebSocket that is kept up: it notices silence, reconnects with exponential backoff and repeats the handshake (so everything is subscribed again) until
 * it is closed. Statuses go UP and DOWN in turn.
 */
export class LiveSocket<E extends Error> {
  private connection: Connection<E> | undefined;
  private readonly backoff: Backoff;
  private readonly stopped = new AbortController();
  private done: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: LiveSocketOptions<E>,
    private readonly environment: SocketEnvironment,
  ) {
    this.backoff = new Backoff(options.name, options.backoff);
  }

  /** Resolves when the first handshake is done; rejects with its error otherwise (then nothing is left open). */
  static async open<E extends Error>(options: LiveSocketOptions<E>, environment: SocketEnvironment): Promise<LiveSocket<E>> {
    const session = new LiveSocket(options, environment);
    const connection = await session.connect();
    session.done = session.stayUp(connection);
    return session;
  }

  async close(): Promise<void> {
    this.stopped.abort();
    await this.connection?.close();
    await this.done;
  }

  private async connect(): Promise<Connection<E>> {
    const connection = new Connection(this.options);
    this.connection = connection;
    try {
      await connection.shakeHands();
    } catch (error) {
      const told = this.options.isFailure(error) ? error : this.options.failure('BAD_RESPONSE', 'the handshake failed', error);
      connection.endWith(told);
      await connection.ended;
      throw told;
    }
    this.backoff.reset();
    this.options.status({ kind: 'UP' });
    return connection;
  }

  private async stayUp(first: Connection<E>): Promise<void> {
    let connection: Connection<E> | undefined = first;
    while (!this.stopped.signal.aborted) {
      if (connection !== undefined) {
        const error: E = await connection.ended;
        if (this.stopped.signal.aborted) return;
        this.options.status({ kind: 'DOWN', error });
      }
      connection = await this.tryAgain();
    }
    await connection?.close();
  }

  private async tryAgain(): Promise<Connection<E> | undefined> {
    const waitMs = this.backoff.next();
    try {
      await this.environment.pause(waitMs, this.stopped.signal);
      return await this.connect();
    } catch (error) {
      if (!this.stopped.signal.aborted) {
        this.environment.log.warn({ source: this.options.name, waitMs }, error instanceof Error ? error.message : String(error));
        if (this.options.isFailure(error)) this.options.attemptFailed?.(error);
      }
      return undefined;
    }
  }
}

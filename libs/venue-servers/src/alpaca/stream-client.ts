import type { RawData, WebSocket } from 'ws';

import { packMessage, PackedInstant, type Packable, unpackMessage } from './message-pack.js';
import { wireInstant, type WireRow } from './wire.js';

const CHANNELS = ['trades', 'quotes', 'bars', 'updatedBars', 'dailyBars', 'statuses', 'lulds'] as const;
export type Channel = (typeof CHANNELS)[number];

const TYPES: Readonly<Partial<Record<Channel, string>>> = { trades: 't', quotes: 'q', bars: 'b', updatedBars: 'u', dailyBars: 'd' };

export interface StreamRules {
  readonly keyId: string;
  readonly secret: string;
  /** Of the path that was asked for; undefined when the account may not have it. */
  readonly allowed: boolean;
  readonly symbolsMax: number;
  readonly authenticationMs: number;
}

type Frame = Readonly<Record<string, Packable>>;

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);

/** One client of the stream: authentication, subscriptions, and its codec (JSON, or MessagePack when it asked for it). */
export class StreamClient {
  private readonly subscribed = new Map<Channel, Set<string>>();
  private authenticated = false;
  private silent = false;
  private readonly deadline: NodeJS.Timeout;

  constructor(
    private readonly socket: WebSocket,
    private readonly packed: boolean,
    private readonly rules: StreamRules,
    authorised: boolean,
  ) {
    this.send([{ T: 'success', msg: 'connected' }]);
    this.deadline = setTimeout(() => this.refuse(404, 'auth timeout', true), rules.authenticationMs);
    socket.on('close', () => clearTimeout(this.deadline));
    socket.on('ping', (data) => {
      if (!this.silent) socket.pong(data);
    });
    socket.on('message', (data) => this.receive(data));
    if (authorised) this.admit();
  }

  subscriptions(): readonly string[] {
    return [...this.subscribed].flatMap(([channel, symbols]) => [...symbols].map((symbol) => `${channel} ${symbol}`)).toSorted();
  }

  offer(channel: Channel, symbol: string, row: WireRow): void {
    const symbols = this.subscribed.get(channel);
    if (symbols === undefined || !(symbols.has(symbol) || symbols.has('*'))) return;
    this.send([{ T: TYPES[channel]!, S: symbol, ...row.fields, t: this.packed ? new PackedInstant(row.at) : wireInstant(row.at) }]);
  }

  /** Everything that is sent from now on is kept back, pongs too. */
  beSilent(): void {
    this.silent = true;
  }

  /** Writes to the socket as it is. */
  sendRaw(bytes: Buffer | string): void {
    if (!this.silent) this.socket.send(bytes, { binary: this.packed });
  }

  /** `close`: after an error that ends the connection. */
  refuse(code: number, message: string, close: boolean): void {
    this.send([{ T: 'error', code, msg: message }]);
    if (close) this.socket.close();
  }

  private send(frames: readonly Frame[]): void {
    this.sendRaw(this.packed ? packMessage(frames) : JSON.stringify(frames));
  }

  private receive(data: RawData): void {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.concat(data as Buffer[]);
    let message: unknown;
    try {
      message = this.packed ? unpackMessage(bytes) : JSON.parse(bytes.toString('utf8'));
    } catch {
      this.refuse(400, 'invalid syntax', false);
      return;
    }
    const fields = (typeof message === 'object' && message !== null ? message : {}) as Readonly<Record<string, unknown>>;
    if (fields['action'] === 'auth') this.authenticate(fields);
    else if (!this.authenticated) this.refuse(401, 'not authenticated', true);
    else if (fields['action'] === 'subscribe' || fields['action'] === 'unsubscribe')
      this.subscribe(fields, fields['action'] === 'subscribe');
    else this.refuse(400, 'invalid syntax', false);
  }

  private authenticate(fields: Readonly<Record<string, unknown>>): void {
    if (this.authenticated) this.refuse(403, 'already authenticated', false);
    else if (fields['key'] !== this.rules.keyId || fields['secret'] !== this.rules.secret) this.refuse(402, 'auth failed', true);
    else this.admit();
  }

  private admit(): void {
    if (!this.rules.allowed) {
      this.refuse(409, 'insufficient subscription', true);
      return;
    }
    clearTimeout(this.deadline);
    this.authenticated = true;
    this.send([{ T: 'success', msg: 'authenticated' }]);
  }

  private subscribe(fields: Readonly<Record<string, unknown>>, add: boolean): void {
    const wanted = new Map(CHANNELS.map((channel) => [channel, new Set(this.subscribed.get(channel))]));
    for (const channel of CHANNELS) {
      for (const symbol of textsOf(fields[channel])) wanted.get(channel)![add ? 'add' : 'delete'](symbol);
    }
    if (wanted.get('trades')!.size + wanted.get('quotes')!.size > this.rules.symbolsMax) {
      this.refuse(405, 'symbol limit exceeded', false);
      return;
    }
    for (const [channel, symbols] of wanted) this.subscribed.set(channel, symbols);
    const told = Object.fromEntries(CHANNELS.map((channel) => [channel, [...wanted.get(channel)!]]));
    this.send([{ T: 'subscription', ...told, corrections: told['trades']!, cancelErrors: told['trades']! }]);
  }
}

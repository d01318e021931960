import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { type Instrument, money, type Money, type Symbol, type UnixNanos } from '@tradewind/vocabulary';
import type { VenuePolicies } from '@tradewind/venue';
import { type WebSocket, WebSocketServer } from 'ws';

import type { Answer } from './data-api.js';
import { TradingApi } from './trading-api.js';
import { TradingBook, type TradingUpdate } from './trading-book.js';
import { answerWithFault, type TradingFault } from './trading-fault.js';
import { TradingMarket } from './trading-market.js';
import { uuidOf } from './trading-orders.js';
import { TradingStreamClient, wireUpdate } from './trading-stream.js';
import type { TradingBooking } from './trading-views.js';

export interface AlpacaTradingServerOptions {
  readonly keyId: string;
  readonly secret: string;
  readonly accountNumber: string;
  readonly instruments: Readonly<Record<string, Instrument>>;
  readonly openingCash: Money;
  /** Models of the exchange: latency, slippage, borrow …; ideal when left out. */
  readonly policies: Partial<VenuePolicies>;
  readonly requestsPerMinuteMax: number;
  /** What time it is when the server starts; the machine's own when left out. */
  readonly startAt: UnixNanos | undefined;
  /** 0: one that is free. */
  readonly port: number;
}

const DEFAULTS: AlpacaTradingServerOptions = {
  keyId: 'local-key-id',
  secret: 'local-secret',
  accountNumber: 'PA3LOCAL0001',
  instruments: {},
  openingCash: money('100000'),
  policies: {},
  requestsPerMinuteMax: 200,
  startAt: undefined,
  port: 0,
};

const BODY_BYTES_MAX = 1_000_000;
const HALF_A_FRAME = Buffer.from([0x82, 0x7e, 0x01, 0x00, ...Buffer.from('{"stream":"trade_updates","data":{"ev')]);

/**
 * A server of ours that speaks Alpaca's trading API: REST `/v2` and the stream `/stream`. Its exchange is a simulated venue, moved through `market`; what an
 * account holds follows from what traded. Faults are scripted. It keeps what it knows over `down` and `up`.
 */
export class AlpacaTradingServer {
  readonly market: TradingMarket;
  private readonly book: TradingBook;
  private readonly api: TradingApi;
  private readonly bookings: TradingBooking[] = [];
  private http: Server | undefined;
  private streams: WebSocketServer | undefined;
  private readonly clients = new Map<WebSocket, { readonly client: TradingStreamClient; readonly wire: Duplex }>();
  private readonly faults: Readonly<Record<'COMMAND' | 'QUESTION', TradingFault[]>> = { COMMAND: [], QUESTION: [] };
  private readonly recent: number[] = [];
  private revoked = false;
  private hiddenUntil = 0;
  private held: string[] | undefined;
  private doubled = false;
  private refusals = 0;
  private served = 0;
  private port: number;

  private constructor(private readonly options: AlpacaTradingServerOptions) {
    this.port = options.port;
    this.market = new TradingMarket(options);
    this.book = new TradingBook(this.market.venue, {
      accountNumber: options.accountNumber,
      instruments: options.instruments,
      now: () => this.market.now(),
      priceOf: (symbol) => this.market.priceOf(symbol),
      update: (update) => this.tell(update),
    });
    this.market.told = (reports) => this.book.apply(reports);
    this.api = new TradingApi({
      number: options.accountNumber,
      book: this.book,
      venue: this.market.venue,
      bookings: this.bookings,
      listsExecutions: () => performance.now() >= this.hiddenUntil,
      instruments: options.instruments,
      now: () => this.market.now(),
      phase: () => this.market.phase,
      marketPrice: (symbol) => this.market.markOf(symbol),
    });
  }

  static async start(options: Partial<AlpacaTradingServerOptions> = {}): Promise<AlpacaTradingServer> {
    const server = new AlpacaTradingServer({ ...DEFAULTS, ...options });
    await server.up();
    return server;
  }

  /** `http://127.0.0.1:<port>`; the same after `down` and `up`. */
  get restUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  get streamUrl(): string {
    return `ws://127.0.0.1:${this.port}/stream`;
  }

  /** Listens again, on the port of before, with all that it knew. */
  async up(): Promise<void> {
    const http = createServer((request, response) => void this.answer(request, response));
    const streams = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: false });
    http.on('upgrade', (request, socket, head) => this.upgrade(streams, request, socket, head));
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(this.port, '127.0.0.1', resolve);
    });
    this.http = http;
    this.streams = streams;
    this.port = (http.address() as AddressInfo).port;
  }

  /** Goes away as a killed process does: every connection is reset and nothing listens any more. What it knows stays. */
  async down(): Promise<void> {
    const { http } = this;
    if (http === undefined) return;
    this.http = undefined;
    for (const socket of this.clients.keys()) socket.terminate();
    this.streams?.close();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  }

  /** The next requests that change something (POST, PATCH, DELETE) go wrong so. */
  failCommands(fault: TradingFault, times: number): void {
    for (let time = 0; time < times; time += 1) this.faults.COMMAND.push(fault);
  }
  /** The next questions (GET) go wrong so. */
  failQuestions(fault: TradingFault, times: number): void {
    for (let time = 0; time < times; time += 1) this.faults.QUESTION.push(fault);
  }
  /** Nobody is known any more, until the key is given back. */
  revokeKey(revoked = true): void {
    this.revoked = revoked;
  }
  /** Sends half a frame to every client of the stream and cuts the connection. */
  cutStreams(): void {
    for (const { wire } of this.clients.values()) wire.write(HALF_A_FRAME, () => wire.destroy());
  }
  refuseStreams(times: number): void {
    this.refusals = times;
  }
  /** Nothing more is said on the connections that are open now, pongs neither. */
  silenceStreams(): void {
    for (const { client } of this.clients.values()) client.beSilent();
  }
  /** Updates are kept back until they are released. */
  holdUpdates(): void {
    this.held ??= [];
  }
  releaseUpdates(order: 'SAME' | 'REVERSED'): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const text of order === 'SAME' ? held : held.toReversed()) this.broadcast(text);
  }
  /** Every update is sent twice from now on. */
  doubleUpdates(): void {
    this.doubled = true;
  }
  sendUnreadable(text = '{"stream":"trade_updates","data":{"event":"fill","order":{"id":'): void {
    this.sendToStreams(text);
  }
  /** Sends it to every client as it is. */
  sendToStreams(text: string): void {
    for (const { client } of this.clients.values()) client.sendRaw(text);
  }
  /** The list of executions lags for so long: what traded last is not in it yet. */
  hideExecutions(ms: number): void {
    this.hiddenUntil = performance.now() + ms;
  }
  /** Books money beside trades, e.g. a dividend as `DIV`. */
  bookActivity(type: string, amount: Money, description: string, symbol?: Symbol): void {
    this.bookings.push({ id: uuidOf(`booking/${this.bookings.length}`), type, at: this.market.now(), symbol, amount, description });
  }
  /** Asks the API as a client would: what REST answers to `POST /v2/orders` and the like. */
  ask(method: string, path: string, body: Readonly<Record<string, unknown>> = {}): Answer {
    const url = new URL(path, this.restUrl);
    return this.api.answer(method, url.pathname, url.searchParams, body);
  }

  /** Clients of the stream that are listening. */
  get connections(): number {
    return this.clients.size;
  }
  /** Requests so far, wrongly answered ones too. */
  get requests(): number {
    return this.served;
  }

  private tell(update: TradingUpdate): void {
    const text = wireUpdate(update);
    if (this.held === undefined) this.broadcast(text);
    else this.held.push(text);
  }

  private broadcast(text: string): void {
    for (const { client } of this.clients.values()) {
      client.offer(text);
      if (this.doubled) client.offer(text);
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.served += 1;
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
      }
    } catch {
      // The client went away in the middle of its request: there is nobody to answer.
      return;
    }
    const method = request.method ?? 'GET';
    const fault = this.faults[method === 'GET' ? 'QUESTION' : 'COMMAND'].shift();
    const headers = this.quotaHeaders();
    answerWithFault(fault, response, headers, () => this.answerOf(request, Buffer.concat(chunks).toString('utf8')));
  }

  private answerOf(request: IncomingMessage, text: string): Answer {
    const { headers } = request;
    if (!this.knows(headers['apca-api-key-id'], headers['apca-api-secret-key']))
      return { status: 401, body: { code: 40_110_000, message: 'request is not authorized' } };
    if (this.recent.length >= this.options.requestsPerMinuteMax)
      return { status: 429, body: { code: 42_910_000, message: 'rate limit exceeded' } };
    this.recent.push(Date.now());
    const url = new URL(request.url ?? '/', this.restUrl);
    let body: unknown = {};
    try {
      if (text !== '') body = JSON.parse(text);
    } catch {
      return { status: 400, body: { code: 40_010_000, message: 'request body format is invalid' } };
    }
    if (typeof body !== 'object' || body === null)
      return { status: 400, body: { code: 40_010_000, message: 'request body format is invalid' } };
    return this.api.answer(request.method ?? 'GET', url.pathname, url.searchParams, body as Readonly<Record<string, unknown>>);
  }

  private quotaHeaders(): Readonly<Record<string, string>> {
    const now = Date.now();
    while (this.recent.length > 0 && this.recent[0]! <= now - 60_000) this.recent.shift();
    const max = this.options.requestsPerMinuteMax;
    return {
      'content-type': 'application/json',
      'x-ratelimit-limit': String(max),
      'x-ratelimit-remaining': String(Math.max(0, max - this.recent.length)),
      'x-ratelimit-reset': String(Math.ceil(((this.recent[0] ?? now) + 60_000) / 1000)),
    };
  }

  private knows(key: unknown, secret: unknown): boolean {
    return !this.revoked && key === this.options.keyId && secret === this.options.secret;
  }

  private upgrade(streams: WebSocketServer, request: IncomingMessage, wire: Duplex, head: Buffer): void {
    const known = new URL(request.url ?? '/', this.restUrl).pathname === '/stream';
    if (!known || this.refusals > 0) {
      this.refusals = Math.max(0, this.refusals - 1);
      wire.end(`HTTP/1.1 ${known ? '503 Service Unavailable' : '404 Not Found'}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    streams.handleUpgrade(request, wire, head, (socket) => {
      this.clients.set(socket, { client: new TradingStreamClient(socket, (key, secret) => this.knows(key, secret)), wire });
      socket.on('close', () => this.clients.delete(socket));
      socket.on('error', () => socket.terminate());
    });
  }
}

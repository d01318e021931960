import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Bar, Tick } from '@tradewind/market';
import { type WebSocket, WebSocketServer } from 'ws';

import { type Answer, answerActions, answerStocks } from './data-api.js';
import { type CorporateAction, DataStore, wireSymbol } from './data-store.js';
import { type AlpacaRequestFault, answerWrongly } from './request-fault.js';
import { type Channel, StreamClient } from './stream-client.js';
import type { WireRow } from './wire.js';

export interface AlpacaServerOptions {
  readonly keyId: string;
  readonly secret: string;
  /** Feeds that the account may have. */
  readonly feeds: readonly ('iex' | 'sip')[];
  /** Rows of a page, whatever the client asks for beyond it. */
  readonly pageRowsMax: number;
  readonly requestsPerMinuteMax: number;
  /** Channels of trades and quotes that one client may have. */
  readonly streamSymbolsMax: number;
  readonly streamsMax: number;
  /** 0: one that is free. */
  readonly port: number;
}

const DEFAULTS: AlpacaServerOptions = {
  keyId: 'local-key-id',
  secret: 'local-secret',
  feeds: ['iex'],
  pageRowsMax: 10_000,
  requestsPerMinuteMax: 200,
  streamSymbolsMax: 30,
  streamsMax: 1,
  port: 0,
};

const AUTHENTICATION_MS = 10_000;
const HALF_A_FRAME = Buffer.from([0x81, 0x7e, 0x01, 0x00, ...Buffer.from('[{"T":"t","S":"')]);

/**
 * A server of ours that speaks Alpaca's market data: historical REST (`/v2/stocks`, `/v1/corporate-actions`) and the WebSocket stream (`/v2/<feed>`, JSON or
 * MessagePack). It keeps what it is given, so that a bar that went out on the stream is history to the next request; faults are scripted.
 */
export class AlpacaServer {
  private readonly store = new DataStore();
  private http: Server | undefined;
  private streams: WebSocketServer | undefined;
  private readonly clients = new Map<WebSocket, { readonly client: StreamClient; readonly wire: Duplex }>();
  private readonly faults: AlpacaRequestFault[] = [];
  private refusals = 0;
  private served = 0;
  private port: number;
  private readonly recent: number[] = [];

  private constructor(private readonly options: AlpacaServerOptions) {
    this.port = options.port;
  }

  static async start(options: Partial<AlpacaServerOptions> = {}): Promise<AlpacaServer> {
    const server = new AlpacaServer({ ...DEFAULTS, ...options });
    await server.up();
    return server;
  }

  /** `http://127.0.0.1:<port>`; the same after `down` and `up`. */
  get restUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  get streamUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** Listens again, on the port of before, with all that it knew. */
  async up(): Promise<void> {
    const http = createServer((request, response) => this.answer(request, response));
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

  /** History, told to nobody. */
  load(...rows: readonly (Tick | Bar)[]): void {
    for (const row of rows) this.keep(row);
  }
  loadActions(...actions: readonly CorporateAction[]): void {
    this.store.actions.push(...actions);
  }

  /** Keeps it and sends it to the clients that are subscribed. `late`: a bar goes out as a correction of the one sent before. */
  publish(message: Tick | Bar, late = false): void {
    const row = this.keep(message);
    const channel: Channel = 'kind' in message ? (message.kind === 'trade' ? 'trades' : 'quotes') : late ? 'updatedBars' : 'bars';
    for (const { client } of this.clients.values()) client.offer(channel, wireSymbol(message.symbol), row);
  }

  failRequests(fault: AlpacaRequestFault, times: number): void {
    for (let time = 0; time < times; time += 1) this.faults.push(fault);
  }
  forgetFaults(): void {
    this.faults.length = 0;
  }
  refuseStreams(times: number): void {
    this.refusals = times;
  }
  /** Sends half a frame to every client and cuts the connection. */
  dropStreams(): void {
    for (const { wire } of this.clients.values()) wire.write(HALF_A_FRAME, () => wire.destroy());
  }
  silenceStreams(): void {
    for (const { client } of this.clients.values()) client.beSilent();
  }
  sendUnreadable(text = '[{"T":"t","S":"AAPL","p":"not a price"'): void {
    for (const { client } of this.clients.values()) client.sendRaw(text);
  }
  /** An error message of the stream, e.g. 407 `slow client`; the connection ends with it. */
  failStreams(code: number, message: string): void {
    for (const { client } of this.clients.values()) client.refuse(code, message, true);
  }

  /** Requests answered so far, wrongly answered ones too. */
  get requests(): number {
    return this.served;
  }
  get connections(): number {
    return this.clients.size;
  }
  /** E.g. `bars AAPL`, of all clients. */
  get subscriptions(): readonly string[] {
    return [...this.clients.values()].flatMap(({ client }) => client.subscriptions()).toSorted();
  }

  private keep(row: Tick | Bar): WireRow {
    if (!('kind' in row)) return this.store.addBar(row);
    if (row.kind === 'trade') return this.store.addTrade(row);
    if (row.kind === 'quote') return this.store.addQuote(row);
    throw new RangeError('Alpaca has no order books of stocks');
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    this.served += 1;
    const url = new URL(request.url ?? '/', this.restUrl);
    const { status, body } = this.answerOf(url, request);
    const fault = this.faults.shift();
    const text = JSON.stringify(body);
    if (fault !== undefined) {
      answerWrongly(fault, response, text);
      return;
    }
    const left = Math.max(0, this.options.requestsPerMinuteMax - this.recent.length);
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-ratelimit-limit': String(this.options.requestsPerMinuteMax),
      'x-ratelimit-remaining': String(left),
      'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 60),
    });
    response.end(text);
  }

  private answerOf(url: URL, request: IncomingMessage): Answer {
    const now = Date.now();
    while (this.recent.length > 0 && this.recent[0]! <= now - 60_000) this.recent.shift();
    if (!this.knowsKey(request)) return { status: 401, body: { message: 'unauthorized.' } };
    if (this.recent.length >= this.options.requestsPerMinuteMax) return { status: 429, body: { message: 'too many requests.' } };
    this.recent.push(now);
    const feed = url.searchParams.get('feed');
    if (feed !== null && !this.options.feeds.includes(feed as 'iex')) {
      return { status: 403, body: { message: 'subscription does not permit querying recent SIP data' } };
    }
    return (
      answerStocks(url, this.store, this.options.pageRowsMax) ??
      answerActions(url, this.store, this.options.pageRowsMax) ?? { status: 404, body: { message: 'endpoint not found.' } }
    );
  }

  private knowsKey({ headers }: IncomingMessage): boolean {
    return headers['apca-api-key-id'] === this.options.keyId && headers['apca-api-secret-key'] === this.options.secret;
  }

  private upgrade(streams: WebSocketServer, request: IncomingMessage, wire: Duplex, head: Buffer): void {
    const feed = /^\/v2\/([a-z_]+)$/.exec(new URL(request.url ?? '/', this.restUrl).pathname)?.[1];
    if (feed === undefined || this.refusals > 0) {
      this.refusals = Math.max(0, this.refusals - 1);
      wire.end(
        `HTTP/1.1 ${feed === undefined ? '404 Not Found' : '503 Service Unavailable'}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
      );
      return;
    }
    streams.handleUpgrade(request, wire, head, (socket) => {
      const packed = request.headers['content-type'] === 'application/msgpack';
      const rules = {
        keyId: this.options.keyId,
        secret: this.options.secret,
        allowed: this.options.feeds.includes(feed as 'iex'),
        symbolsMax: this.options.streamSymbolsMax,
        authenticationMs: AUTHENTICATION_MS,
      };
      const client = new StreamClient(socket, packed, rules, this.knowsKey(request));
      if (this.clients.size >= this.options.streamsMax) {
        client.refuse(406, 'connection limit exceeded', true);
        return;
      }
      this.clients.set(socket, { client, wire });
      socket.on('close', () => this.clients.delete(socket));
      socket.on('error', () => socket.terminate());
    });
  }
}

import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

import { type RawData, type WebSocket, WebSocketServer } from 'ws';

/** What a vendor's stream does with its clients. */
export interface SocketRules {
  /** The status with which the connection is refused; undefined: it is taken. */
  refusal(request: IncomingMessage): number | undefined;
  message(client: VendorSocket, text: string): void;
  opened?(client: VendorSocket): void;
}

/** The first bytes of a text frame of 500 bytes, of which only these come. */
const HALF_FRAME = Buffer.concat([Buffer.from([0x81, 126, 0x01, 0xf4]), Buffer.from('{"type":"trade","data":[{"p":19')]);

/** One client of a stream. */
export class VendorSocket {
  /** What it is subscribed to, as the vendor's server keeps it. */
  readonly subscribed = new Set<string>();
  authenticated = false;
  silent = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly wire: Duplex,
    /** Path and query of the connection. */
    readonly path: string,
  ) {
    socket.on('ping', (data) => {
      if (!this.silent) socket.pong(data);
    });
  }

  send(message: unknown): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    if (!this.silent) this.socket.send(text);
  }

  /** Cuts the connection in the middle of a message. */
  cut(): void {
    this.wire.write(HALF_FRAME, () => this.wire.destroy());
  }

  close(): void {
    this.socket.close();
  }
}

/** The WebSocket side of a vendor's server, with scripted faults. */
export class VendorSockets {
  private readonly sockets = new WebSocketServer({ noServer: true, autoPong: false });
  private readonly open = new Set<VendorSocket>();
  private refusals = 0;

  constructor(
    server: Server,
    private readonly rules: SocketRules,
  ) {
    server.on('upgrade', (request, wire, head) => this.upgrade(request, wire, head));
  }

  clients(): readonly VendorSocket[] {
    return [...this.open];
  }

  subscriptions(): readonly string[] {
    return [...new Set(this.clients().flatMap(({ subscribed }) => [...subscribed]))].toSorted();
  }

  /** Refuses the next `times` connections. */
  refuse(times: number): void {
    this.refusals = times;
  }

  drop(): void {
    for (const client of this.open) client.cut();
  }

  /** Those that are open now hear nothing any more, not even pongs. */
  silence(): void {
    for (const client of this.open) client.silent = true;
  }

  sendUnreadable(): void {
    for (const client of this.open) client.sendText('{"type":"tra');
  }

  close(): void {
    for (const client of this.sockets.clients) client.terminate();
    this.sockets.close();
  }

  private upgrade(request: IncomingMessage, wire: Duplex, head: Buffer): void {
    wire.on('error', () => wire.destroy());
    const status = this.refusals > 0 ? 503 : this.rules.refusal(request);
    if (status !== undefined) {
      this.refusals = Math.max(0, this.refusals - 1);
      wire.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.sockets.handleUpgrade(request, wire, head, (socket) => {
      const client = new VendorSocket(socket, wire, request.url ?? '/');
      this.open.add(client);
      socket.on('close', () => this.open.delete(client));
      socket.on('error', () => socket.terminate());
      socket.on('message', (data: RawData) => this.rules.message(client, (data as Buffer).toString('utf8')));
      this.rules.opened?.(client);
    });
  }
}

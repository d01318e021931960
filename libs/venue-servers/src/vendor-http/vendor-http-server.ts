import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type { VendorFault } from './fault.js';

/** What a vendor says to one request. */
export interface VendorAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The part that differs by vendor. */
export interface Vendor {
  /** False for requests that are not for data, e.g. for a token: scripted faults pass those by. */
  isData(url: URL): boolean;
  answer(url: URL, request: IncomingMessage): VendorAnswer;
  /** The vendor's own words for a fault that it has words for; undefined: plain HTTP. */
  refusal(kind: VendorFault['kind'], url: URL): VendorAnswer | undefined;
  /** The body with a column missing or renamed. */
  withWrongColumns(body: string): string;
}

/** An HTTP server of a vendor on a free port of this machine, with scripted faults. It counts requests for data, failed ones included. */
export class VendorHttpServer {
  readonly server: Server;
  /** Paths and queries in the order of arrival, keys included: for tests to look at. */
  readonly seen: string[] = [];
  private readonly sockets = new Set<Socket>();
  private script: VendorFault[] = [];
  private count = 0;

  constructor(private readonly vendor: Vendor) {
    this.server = createServer((request, response) => this.handle(request, response));
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.listen(0, '127.0.0.1', resolve);
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The next `times` requests for data go wrong so, instead of what was scripted before. */
  fail(fault: VendorFault, times: number): void {
    this.script = new Array<VendorFault>(times).fill(fault);
  }

  requests(): number {
    return this.count;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    this.seen.push(`${url.pathname}${url.search}`);
    if (!this.vendor.isData(url)) {
      this.send(response, this.vendor.answer(url, request));
      return;
    }
    this.count += 1;
    const fault = this.script.shift();
    if (fault === undefined) this.send(response, this.vendor.answer(url, request));
    else this.goWrong(fault, url, request, response);
  }

  private goWrong(fault: VendorFault, url: URL, request: IncomingMessage, response: ServerResponse): void {
    const worded = this.vendor.refusal(fault.kind, url);
    if (worded !== undefined) {
      this.send(response, worded);
      return;
    }
    switch (fault.kind) {
      case 'rate-limited':
        this.send(response, { status: 429, body: 'Too Many Requests', headers: { 'retry-after': String(fault.retryAfterSeconds) } });
        return;
      case 'too-fast':
      case 'used-up':
        this.send(response, { status: 429, body: 'Too Many Requests' });
        return;
      case 'internal-error':
        this.send(response, { status: 500, body: 'Internal Server Error' });
        return;
      case 'unavailable':
        this.send(response, { status: 503, body: 'Service Unavailable' });
        return;
      case 'refused-key':
        this.send(response, { status: 401, body: 'Unauthorized' });
        return;
      case 'hanging':
        return;
      default:
        this.spoil(fault.kind, this.vendor.answer(url, request), response);
    }
  }

  /** Sends an answer that is right but for one thing. */
  private spoil(kind: 'malformed' | 'wrong-columns' | 'truncated' | 'reset', answer: VendorAnswer, response: ServerResponse): void {
    const half = answer.body.slice(0, Math.ceil(answer.body.length / 2));
    if (kind === 'malformed') {
      this.send(response, { ...answer, body: half });
      return;
    }
    if (kind === 'wrong-columns') {
      this.send(response, { ...answer, body: this.vendor.withWrongColumns(answer.body) });
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer.body) });
    response.write(half, () => {
      if (kind === 'reset') response.socket?.resetAndDestroy();
      else response.socket?.end();
    });
  }

  private send(response: ServerResponse, { status, body, headers }: VendorAnswer): void {
    response.writeHead(status, { 'content-type': 'application/json', ...headers, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  }
}

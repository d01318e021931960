import { Agent as HttpAgent, type IncomingMessage, request as requestHttp, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { createGunzip } from 'node:zlib';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the start of the request to the end of the reply's body. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export type HttpFaultKind = 'LOST' | 'TIMEOUT' | 'TOO_LARGE' | 'ABORTED';

/** No reply. `sent` is false only when it is certain that not one byte of the request left: the connection had not been made. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  constructor(
    readonly kind: HttpFaultKind,
    message: string,
    readonly sent: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The first text of a header. */
export const headerOf = (reply: HttpReply, name: string): string | undefined => {
  const value = reply.headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

/** A request is written when its connection stands: over TLS, when that is set up too. */
const whenConnected = (socket: Socket, secure: boolean, connected: () => void): void => {
  if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', connected);
  else connected();
};

/** One request and its reply, exactly once: nothing is sent again here. Connections are kept and used again. */
export class HttpExchange {
  private readonly agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };
  private readonly stopped = new AbortController();

  /** `responseBytesMax` is counted after decompression. */
  constructor(private readonly responseBytesMax: number) {}

  /** Rejects with HttpFault and nothing else; any status is a reply. */
  async exchange(request: HttpRequest): Promise<HttpReply> {
    const watch = new AbortController();
    const signals = [this.stopped.signal, ...(request.signal === undefined ? [] : [request.signal])];
    const stop = (): void => watch.abort();
    const progress = { connected: false, late: false };
    if (signals.some((signal) => signal.aborted)) throw new HttpFault('ABORTED', 'the request was aborted', false);
    const timer = setTimeout(() => {
      progress.late = true;
      stop();
    }, request.timeoutMs);
    for (const signal of signals) signal.addEventListener('abort', stop, { once: true });
    try {
      return await this.send(request, watch.signal, progress);
    } catch (cause) {
      if (cause instanceof HttpFault) throw cause;
      if (progress.late) throw new HttpFault('TIMEOUT', `no complete reply in ${request.timeoutMs} ms`, progress.connected, { cause });
      if (signals.some((signal) => signal.aborted))
        throw new HttpFault('ABORTED', 'the request was aborted', progress.connected, { cause });
      throw new HttpFault('LOST', `the connection failed: ${(cause as Error).message}`, progress.connected, { cause });
    } finally {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', stop);
    }
  }

  /** Ends what is under way with ABORTED and closes the kept connections. */
  close(): void {
    this.stopped.abort();
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  private send({ method, url, headers, body }: HttpRequest, signal: AbortSignal, progress: { connected: boolean }): Promise<HttpReply> {
    const secure = url.protocol === 'https:';
    const options: RequestOptions = {
      method,
      headers: {
        accept: '*/*',
        'accept-encoding': 'gzip',
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      },
      agent: secure ? this.agents['https:'] : this.agents['http:'],
      signal,
    };
    return new Promise((resolve, reject) => {
      const request = (secure ? requestHttps : requestHttp)(url, options, (response) => {
        this.bodyOf(response).then((text) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }), reject);
      });
      request.once('socket', (socket) => whenConnected(socket, secure, () => (progress.connected = true)));
      request.on('error', reject);
      request.end(body);
    });
  }

  private bodyOf(response: IncomingMessage): Promise<string> {
    return new Promise((resolve, reject) => {
      const stream = response.headers['content-encoding'] === 'gzip' ? response.pipe(createGunzip()) : response;
      const chunks: Buffer[] = [];
      let bytes = 0;
      const fail = (error: Error): void => {
        // Destroying the response tells `aborted`, which must not speak first.
        reject(error);
        response.destroy();
      };
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= this.responseBytesMax) chunks.push(chunk);
        else fail(new HttpFault('TOO_LARGE', `the reply is larger than ${this.responseBytesMax} bytes`, true));
      });
      stream.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      stream.on('error', fail);
      // A reply that is cut off is told on the response, not on the stream behind it.
      response.once('aborted', () => fail(new Error('the reply was cut off')));
      response.on('error', fail);
    });
  }
}

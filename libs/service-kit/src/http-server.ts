import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import type { Health, HealthReport } from './health.js';

const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const CONNECTIONS_MAX = 64;

/** The port of health and metrics is somebody else's. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  readonly code = 'port-taken';
  constructor(
    readonly host: string,
    readonly port: number,
    options: ErrorOptions,
  ) {
    super(`port ${port} on ${host} is taken by another program: set TW_HTTP_PORT to a free one, or to 0 for any`, options);
  }
}

export interface OperationsServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface OperationsOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly health: Health;
  readonly registry: Registry;
}

const sendReport = (response: ServerResponse, report: HealthReport): void => {
  response.writeHead(report.ok ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(report)}\n`);
};

const answer = async (options: OperationsOptions, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  switch (request.url?.split('?')[0]) {
    case '/health/live':
      return sendReport(response, options.health.live());
    case '/health/ready':
      return sendReport(response, await options.health.ready());
    case '/metrics': {
      const text = await options.registry.metrics();
      response.writeHead(200, { 'content-type': options.registry.contentType }).end(text);
      return;
    }
    default:
      response.writeHead(404).end();
  }
};

const listen = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(cause.code === 'EADDRINUSE' ? new PortTakenError(host, port, { cause }) : cause),
    );
    server.listen({ host, port, exclusive: true }, () => resolve((server.address() as AddressInfo).port));
  });

/** Serves `/health/live`, `/health/ready` and `/metrics`. Throws PortTakenError. */
export const startOperationsServer = async (options: OperationsOptions): Promise<OperationsServer> => {
  const server = createServer((request, response) => {
    answer(options, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = CONNECTIONS_MAX;
  const port = await listen(server, options.host, options.port);
  server.on('error', () => undefined);
  // Probes must not keep a stopping process alive.
  server.unref();
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

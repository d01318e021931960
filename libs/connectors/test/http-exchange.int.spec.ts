import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { HttpExchange, HttpFault } from '../src/http-exchange.js';

describe('one exchange over HTTP', () => {
  let server: Server;
  let http: HttpExchange;
  let seen: string[];
  beforeEach(async () => {
    seen = [];
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      if (request.url === '/hang') return;
      if (request.url === '/reset') response.socket?.resetAndDestroy();
      else if (request.url === '/long') response.end('x'.repeat(5000));
      else response.writeHead(503).end('busy');
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    http = new HttpExchange(1000);
  });
  afterEach(async () => {
    http.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const urlOf = (path: string, port = (server.address() as AddressInfo).port): URL => new URL(path, `http://127.0.0.1:${port}`);
  const faultOf = async (path: string, port?: number): Promise<HttpFault> => {
    const error: unknown = await http
      .exchange({ method: 'POST', url: urlOf(path, port), body: '{}', timeoutMs: 100 })
      .catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(HttpFault);
    return error as HttpFault;
  };

  it('gives any status as a reply', async () => {
    expect(await http.exchange({ method: 'GET', url: urlOf('/'), timeoutMs: 1000 })).toMatchObject({ status: 503, body: 'busy' });
  });
  it('says that nothing was sent when nobody listens', async () => {
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await faultOf('/', port)).toMatchObject({ kind: 'LOST', sent: false });
  });
  it('says that it may have been sent when the connection stood, whatever went wrong then', async () => {
    expect(await faultOf('/reset')).toMatchObject({ kind: 'LOST', sent: true });
    expect(await faultOf('/hang')).toMatchObject({ kind: 'TIMEOUT', sent: true });
    expect(await faultOf('/long')).toMatchObject({ kind: 'TOO_LARGE', sent: true });
    expect(seen).toEqual(['POST /reset', 'POST /hang', 'POST /long']);
  });
  it('sends nothing on a connection that was kept and is gone, or does not claim to', async () => {
    await http.exchange({ method: 'GET', url: urlOf('/'), timeoutMs: 1000 });
    server.closeAllConnections();
    const outcome = await http.exchange({ method: 'POST', url: urlOf('/'), timeoutMs: 1000 }).catch((error: unknown) => error as HttpFault);
    if (outcome instanceof HttpFault) expect(outcome.sent || !seen.includes('POST /')).toBe(true);
    else expect(outcome.status).toBe(503);
  });
  it('is aborted unsent when it is closed before', async () => {
    http.close();
    expect(await faultOf('/')).toMatchObject({ kind: 'ABORTED', sent: false });
  });
});

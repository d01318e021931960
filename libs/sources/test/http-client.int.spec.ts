import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { HttpClient, type HttpClientOptions } from '../src/transport/http-client.js';
import { refusal } from './acceptance/request-cases.js';
import { surroundings, type Surroundings } from './acceptance/surroundings.js';

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

describe('the HTTP client', () => {
  let around: Surroundings;
  let server: Server;
  let url: string;
  let handle: Handler;
  let count: number;
  let client: HttpClient;
  const open = (changes: Partial<HttpClientOptions> = {}): HttpClient =>
    (client = new HttpClient(
      {
        source: 'vendor',
        timeoutMs: 200,
        responseBytesMax: 10_000,
        retriesMax: 3,
        backoff: { baseMs: 100, maxMs: 1000 },
        retryAfterMsMax: 10_000,
        rate: undefined,
        secrets: ['sesame/open'],
        ...changes,
      },
      around.environment,
    ));
  const answer = (status: number, body = '', headers: Record<string, string> = {}): void => {
    handle = (_request, response) => void response.writeHead(status, headers).end(body);
  };

  beforeEach(async () => {
    around = await surroundings();
    count = 0;
    server = createServer((request, response) => handle(request, response, (count += 1)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/data?apikey=sesame%2Fopen`;
  });
  afterEach(async () => {
    client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await around.end();
  });

  it('reads a body that came in gzip, and asks for it so', async () => {
    handle = (request, response) => {
      expect(request.headers['accept-encoding']).toBe('gzip');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"price":"£1"}'));
    };
    expect(await open().json({ url })).toEqual({ price: '£1' });
  });
  it('takes half of a gzip body for a lost connection', async () => {
    handle = (_request, response) =>
      void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(5000)).subarray(0, 20));
    expect((await refusal(open().text({ url }))).code).toBe('UNAVAILABLE');
    expect(count).toBe(4);
  });
  it('refuses a body above the limit without reading it to the end, once', async () => {
    handle = (_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(4096)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    const error = await refusal(open({ timeoutMs: 5000 }).text({ url }));
    expect([error.code, error.details.field, count]).toEqual(['BAD_RESPONSE', 'body', 1]);
  });
  it('measures the limit after decompression: a small reply may be a large one', async () => {
    handle = (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1_000_000)));
    expect((await refusal(open().text({ url }))).code).toBe('BAD_RESPONSE');
  });
  it('waits until the date that Retry-After names', async () => {
    const at = new Date(Date.now() + 4000);
    handle = (_request, response, attempt) => {
      if (attempt === 1) response.writeHead(503, { 'retry-after': at.toUTCString() }).end();
      else response.end('there');
    };
    expect(await open().text({ url })).toBe('there');
    expect(around.pauses[0]).toBeGreaterThan(2000);
    expect(around.pauses[0]).toBeLessThanOrEqual(4000);
  });
  it('does not wait longer than it may: it tells the caller', async () => {
    answer(429, 'slow down', { 'retry-after': '3600' });
    const error = await refusal(open().text({ url }));
    expect([error.code, error.details.retryAfterMs, count]).toEqual(['RATE_LIMITED', 3_600_000, 1]);
  });
  const quota = { remaining: 'x-ratelimit-remaining', reset: 'x-ratelimit-reset' };
  it('waits for the next quota when the venue says that there is nothing left of this one', async () => {
    answer(200, 'ok', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 5) });
    open({ quota });
    await client.text({ url });
    expect(around.pauses).toEqual([]);
    await client.text({ url });
    expect(around.pauses[0]).toBeGreaterThan(4000);
    expect(around.pauses[0]).toBeLessThanOrEqual(6000);
  });
  it('waits for the next quota after a refusal that names it instead of a Retry-After', async () => {
    handle = (_request, response, attempt) => {
      if (attempt > 1) response.end('there');
      else response.writeHead(429, { 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3) }).end();
    };
    expect(await open({ quota }).text({ url })).toBe('there');
    expect(around.pauses[0]).toBeGreaterThan(2000);
  });
  it.each([
    [400, 'INVALID_REQUEST'],
    [401, 'AUTHENTICATION'],
    [403, 'AUTHENTICATION'],
    [404, 'INVALID_REQUEST'],
    [302, 'INVALID_REQUEST'],
  ])('does not repeat a request that is refused with %d', async (status, code) => {
    answer(status, 'no', { location: 'http://127.0.0.1:1/' });
    expect([(await refusal(open().text({ url }))).code, count]).toEqual([code, 1]);
  });
  it('lets the source say what a refusal means', async () => {
    answer(404, 'no such symbol');
    const { code } = await refusal(open({ refusal: (status) => (status === 404 ? 'UNKNOWN_SYMBOL' : undefined) }).text({ url }));
    expect(code).toBe('UNKNOWN_SYMBOL');
  });
  it('masks its secrets in what the venue says back', async () => {
    answer(400, 'the key sesame/open (sesame%2Fopen) is wrong');
    expect((await refusal(open().text({ url }))).message).toBe('vendor: status 400: the key *** (***) is wrong');
  });
  it('ends a request in the middle of its body when it is aborted', async () => {
    handle = (_request, response) => void response.writeHead(200).write('half');
    const abort = new AbortController();
    const call = refusal(open({ timeoutMs: 5000 }).text({ url, signal: abort.signal }));
    setTimeout(() => abort.abort(), 30);
    expect((await call).code).toBe('ABORTED');
  });
  it('ends everything with ABORTED when it is closed, and asks nothing after', async () => {
    handle = () => undefined;
    const call = refusal(open({ timeoutMs: 5000 }).text({ url }));
    setTimeout(() => client.close(), 30);
    expect((await call).code).toBe('ABORTED');
    expect((await refusal(client.text({ url }))).code).toBe('ABORTED');
    expect(count).toBe(1);
  });
  it('tells a venue that is not there', async () => {
    answer(200);
    expect((await refusal(open({ retriesMax: 1 }).text({ url: 'http://127.0.0.1:1/' }))).code).toBe('UNAVAILABLE');
  });
});

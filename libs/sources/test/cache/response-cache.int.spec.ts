import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isoFromNanos, nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

import { freshUntil } from '../../src/cache/freshness.js';
import { type CacheRequest, requestDigest, ResponseCache } from '../../src/cache/response-cache.js';

const at = (iso: string): UnixNanos => nanosFromMillis(Date.parse(iso));
const request = (symbol: string): CacheRequest => ({ source: 'test', kind: 'reference', parameters: { function: 'OVERVIEW', symbol } });

describe('the freshness of an answer', () => {
  it.each([
    ['daily-bars', '2024-07-02T15:00:00Z', '2024-07-02T20:15:00.000Z'],
    ['daily-bars', '2024-07-02T20:15:00Z', '2024-07-03T17:15:00.000Z'],
    ['daily-bars', '2024-07-03T17:15:00Z', '2024-07-05T20:15:00.000Z'],
    ['daily-bars', '2024-11-01T21:00:00Z', '2024-11-04T21:15:00.000Z'],
    ['statements', '2024-07-02T10:00:00Z', '2024-07-03T09:30:00.000Z'],
    ['macro-monthly', '2024-07-02T12:00:00Z', '2024-07-02T12:45:00.000Z'],
    ['macro-daily', '2024-07-02T13:00:00Z', '2024-07-02T22:30:00.000Z'],
    ['news', '2024-07-02T13:00:00Z', '2024-07-02T15:00:00.000Z'],
    ['past-bars', '2024-07-02T13:00:00Z', '2025-07-02T13:00:00.000Z'],
  ] as const)('of %s fetched at %s ends at %s', (kind, fetched, until) => {
    expect(isoFromNanos(freshUntil(kind, at(fetched)))).toBe(until);
  });
});

describe('the cache of answers', () => {
  let directory: string;
  let now: UnixNanos;
  let cache: ResponseCache;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tradewind-cache-'));
    now = at('2024-07-02T10:00:00Z');
    cache = new ResponseCache(directory, { now: () => now }, { bodyBytesMax: 10_000, entriesMax: 3 });
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('gives back what it was given, until it is no longer fresh', async () => {
    await cache.put(request('IBM'), '{"PERatio":"30"}');
    expect(await cache.get(request('IBM'))).toEqual({ body: '{"PERatio":"30"}', fetchedAt: now });
    now = at('2024-07-03T09:30:00Z');
    expect(await cache.get(request('IBM'))).toBeUndefined();
  });
  it('knows a question whatever the order of its parameters, and no other', () => {
    const parameters = { symbol: 'IBM', function: 'OVERVIEW' };
    expect(requestDigest({ ...request('IBM'), parameters })).toBe(requestDigest(request('IBM')));
    expect(requestDigest(request('AAPL'))).not.toBe(requestDigest(request('IBM')));
  });
  it('keeps equal bodies once', async () => {
    await cache.put(request('IBM'), '{"same":1}');
    await cache.put(request('AAPL'), '{"same":1}');
    expect(await readdir(join(directory, 'bodies'))).toHaveLength(1);
  });
  it('takes a damaged or exchanged body for none', async () => {
    await cache.put(request('IBM'), '{"PERatio":"30"}');
    const [name] = await readdir(join(directory, 'bodies'));
    await writeFile(join(directory, 'bodies', name!), gzipSync('{"PERatio":"3"}'));
    expect(await cache.get(request('IBM'))).toBeUndefined();
    await writeFile(join(directory, 'bodies', name!), 'rubbish');
    expect(await cache.get(request('IBM'))).toBeUndefined();
    await writeFile(join(directory, 'bodies', name!), gzipSync('x'.repeat(1_000_000)));
    expect(await cache.get(request('IBM'))).toBeUndefined();
  });
  it('refuses a question with a parameter that looks like a secret', async () => {
    await expect(cache.put({ ...request('IBM'), parameters: { apikey: 'X' } }, '{}')).rejects.toThrow(RangeError);
  });
  it('sweeps what is oldest beyond its limit, and bodies that nothing names', async () => {
    for (const [index, symbol] of ['A', 'B', 'C', 'D', 'E'].entries()) {
      now = nanosFromMillis(Date.parse('2024-07-02T10:00:00Z') + index);
      await cache.put(request(symbol), `{"symbol":"${symbol}"}`);
    }
    const long = new Date('2024-07-01T00:00:00Z');
    for (const name of await readdir(join(directory, 'bodies'))) await utimes(join(directory, 'bodies', name), long, long);
    expect(await cache.sweep()).toBe(4);
    expect(await cache.get(request('B'))).toBeUndefined();
    expect(await cache.get(request('C'))).toBeDefined();
  });
});

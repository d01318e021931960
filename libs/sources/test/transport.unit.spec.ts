import { describe, expect, it } from 'vitest';

import { type UnixNanos } from '@tradewind/vocabulary';

import { mergedPages } from '../src/transport/merged-pages.js';
import { pause } from '../src/transport/pause.js';
import { RateLimit } from '../src/transport/rate-limit.js';
import { collect } from './acceptance/surroundings.js';

describe('the rate limit', () => {
  /** A clock that goes on only while someone waits. */
  const limited = (requestsMax: number, periodMs: number, burst: number) => {
    let nowMs = 0;
    const limit = new RateLimit({ requestsMax, periodMs, burst }, { now: () => (BigInt(nowMs) * 1_000_000n) as UnixNanos }, (ms) => {
      nowMs += ms;
      return Promise.resolve();
    });
    return { limit, goOn: (ms: number) => (nowMs += ms), now: () => nowMs };
  };
  it('lets a burst go at once and the rest at the rate', async () => {
    const { limit, now } = limited(60, 60_000, 3);
    const at: number[] = [];
    for (let request = 0; request < 6; request += 1) {
      await limit.take();
      at.push(now());
    }
    expect(at).toEqual([0, 0, 0, 1000, 2000, 3000]);
  });
  it('never lets more go in a period than it may, beyond the burst', async () => {
    const { limit, now, goOn } = limited(10, 1000, 2);
    const at: number[] = [];
    for (let request = 0; request < 100; request += 1) {
      if (request % 17 === 0) goOn(350);
      await limit.take();
      at.push(now());
    }
    for (const start of at) expect(at.filter((time) => time >= start && time < start + 1000).length).toBeLessThanOrEqual(12);
  });
  it('fills up again after a rest, to the burst and no further', async () => {
    const { limit, now, goOn } = limited(60, 60_000, 2);
    for (let request = 0; request < 4; request += 1) await limit.take();
    goOn(60_000);
    const start = now();
    for (let request = 0; request < 3; request += 1) await limit.take();
    expect(now() - start).toBe(1000);
  });
  it('refuses figures that limit nothing', () => {
    expect(() => limited(0, 1000, 1)).toThrow(RangeError);
    expect(() => limited(1, 1000, 0)).toThrow(RangeError);
  });
});

describe('a pause', () => {
  it('ends with ABORTED as soon as the signal is aborted, or at once when it was before', async () => {
    const abort = new AbortController();
    const waiting = pause(60_000, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(pause(60_000, abort.signal)).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('merged pages', () => {
  interface Row {
    readonly at: UnixNanos;
    readonly of: string;
  }
  async function* pagesOf(of: string, ...pages: readonly (readonly number[])[]): AsyncGenerator<readonly Row[]> {
    for (const page of pages) yield page.map((at) => ({ at: BigInt(at) as UnixNanos, of }));
  }
  const merged = async (left: AsyncIterable<readonly Row[]>, right: AsyncIterable<readonly Row[]>): Promise<string> =>
    (await collect(mergedPages(left, right))).rows.map(({ at, of }) => `${of}${at}`).join(' ');

  it('are in order of time, the first stream before the second at one instant', async () => {
    expect(await merged(pagesOf('t', [1, 5], [5, 9]), pagesOf('q', [0, 2, 5], [], [10]))).toBe('q0 t1 q2 t5 t5 q5 t9 q10');
  });
  it('hold everything when one side is empty', async () => {
    expect(await merged(pagesOf('t'), pagesOf('q', [3], [4]))).toBe('q3 q4');
    expect(await merged(pagesOf('t', [3], [4]), pagesOf('q', []))).toBe('t3 t4');
  });
});

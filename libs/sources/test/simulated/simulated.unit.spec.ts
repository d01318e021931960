import { type BookDelta, type BookSnapshot, DepthBook, type Tick } from '@tradewind/market';
import { isoFromNanos, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { definition } from '../../src/simulated/index.js';
import { type LiveKind, type LiveRequest, type MarketSource, type SourceEnvironment, SourceError } from '../../src/source.js';
import { RecordingSink } from '../acceptance/surroundings.js';

const SECOND = 1_000_000_000n;
const START = 1_700_000_000n * SECOND;
const [SPY, AAPL] = [symbolOf('SPY'), symbolOf('AAPL')];

/** Time that passes only in pauses, as fast as the machine can. */
const virtualTime = () => {
  let now = START as UnixNanos;
  const alarms: { readonly at: bigint; readonly ring: () => void }[] = [];
  const environment: SourceEnvironment = {
    clock: { now: () => now },
    log: { info: () => undefined, warn: () => undefined },
    directory: '',
    pause: async (ms, signal) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted === true) throw new SourceError('ABORTED', 'test', 'the wait was aborted');
      now = (now + BigInt(ms) * 1_000_000n) as UnixNanos;
      for (const alarm of alarms.filter(({ at }) => at <= now)) alarm.ring();
    },
  };
  const after = (seconds: number): Promise<void> =>
    new Promise((resolve) => alarms.push({ at: now + BigInt(seconds) * SECOND, ring: resolve }));
  const skip = (seconds: number): void => {
    now = (now + BigInt(seconds) * SECOND) as UnixNanos;
  };
  return { environment, after, skip };
};
const open = (given: Readonly<Record<string, string>>, environment: SourceEnvironment): MarketSource =>
  definition.open(definition.settings.parse(given), environment);
const request = (kinds: readonly LiveKind[], ...symbols: LiveRequest['symbols']): LiveRequest => ({ symbols, kinds, interval: '1m' });
const ALL: readonly LiveKind[] = ['trades', 'quotes', 'book'];

const listen = async (given: Readonly<Record<string, string>>, wanted: LiveRequest, seconds: number): Promise<RecordingSink> => {
  const { environment, after } = virtualTime();
  const source = open(given, environment);
  const sink = new RecordingSink();
  const over = after(seconds);
  await source.live(wanted, sink);
  await over;
  await source.close();
  return sink;
};
const textOf = (ticks: readonly Tick[]): string =>
  JSON.stringify(ticks, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

describe('the simulated source', () => {
  it('is labelled as simulated and has no history', async () => {
    const source = open({}, virtualTime().environment);
    expect(source.name).toBe('simulated');
    expect(source.capabilities).toEqual({ bars: [], ticks: [], live: ALL, records: [], simulated: true });
    const past = source.bars({ symbol: SPY, interval: '1d', from: 0n as UnixNanos, until: 1n as UnixNanos }, new AbortController().signal);
    await expect(past[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(source.live(request(['bars'], SPY), new RecordingSink())).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(source.live(request(ALL), new RecordingSink())).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('tells a snapshot of each book first, then deltas that keep it, trades that are labelled, and quotes', async () => {
    const sink = await listen({ prices: 'SPY=580,AAPL=230.5' }, request(ALL, SPY, AAPL), 60);
    expect(sink.statuses.map(({ kind }) => kind)).toEqual(['UP']);
    expect(sink.ticks.slice(0, 2).map(({ kind, symbol }) => `${kind} ${symbol}`)).toEqual(['book-snapshot SPY', 'book-snapshot AAPL']);
    for (const [symbol, price] of [
      [SPY, 580],
      [AAPL, 230.5],
    ] as const) {
      const book = new DepthBook();
      for (const tick of sink.ticks.filter((one): one is BookSnapshot | BookDelta => one.symbol === symbol && 'sequence' in one)) {
        if (tick.kind === 'book-snapshot') expect(book.applySnapshot(tick)).toBeUndefined();
        if (tick.kind === 'book-delta') expect(book.applyDelta(tick)).toBeUndefined();
      }
      expect(book.condition).toBe('NORMAL');
      expect(Math.abs(book.midPrice / price - 1)).toBeLessThan(0.02);
    }
    const trades = sink.ticks.filter((tick) => tick.kind === 'trade');
    expect(trades.length).toBeGreaterThan(20);
    expect(new Set(trades.map(({ venue }) => venue))).toEqual(new Set(['simulated']));
  });

  it('stamps events with their own time, in order, never ahead of the clock', async () => {
    const { environment, after } = virtualTime();
    const source = open({ activity: '20' }, environment);
    const sink = new RecordingSink();
    const late: string[] = [];
    let last = 0n;
    sink.tick = (tick) => {
      if (tick.at > environment.clock.now() || tick.at < last) late.push(isoFromNanos(tick.at));
      last = tick.at;
      sink.ticks.push(tick);
    };
    const over = after(20);
    await source.live(request(['quotes'], SPY, AAPL), sink);
    await over;
    await source.close();
    expect(late).toEqual([]);
    expect(sink.ticks.length).toBeGreaterThan(1_000);
    expect(new Set(sink.ticks.map(({ kind }) => kind))).toEqual(new Set(['quote']));
  });

  it('gives the same market for the same seed and another for another', async () => {
    const first = textOf((await listen({ seed: 'a' }, request(ALL, SPY), 30)).ticks);
    expect(textOf((await listen({ seed: 'a' }, request(ALL, SPY), 30)).ticks)).toBe(first);
    expect(textOf((await listen({ seed: 'b' }, request(ALL, SPY), 30)).ticks)).not.toBe(first);
  });

  it('lets a session that begins later see the market that the first one sees', async () => {
    const { environment, after } = virtualTime();
    const source = open({}, environment);
    const [early, late] = [new RecordingSink(), new RecordingSink()];
    await source.live(request(ALL, SPY), early);
    await after(100);
    const joined = environment.clock.now();
    await source.live(request(ALL, SPY), late);
    await after(30);
    await source.close();
    const told = (sink: RecordingSink) => sink.ticks.filter(({ kind, at }) => kind === 'trade' && at > joined + SECOND);
    const count = Math.min(told(early).length, told(late).length);
    expect(count).toBeGreaterThan(2);
    expect(told(late).slice(0, count)).toEqual(told(early).slice(0, count));
  });

  it('begins a new market for a session that would have too much to catch up with', async () => {
    const { environment, skip } = virtualTime();
    const source = open({ activity: '5' }, environment);
    const sink = new RecordingSink();
    const first = await source.live(request(['book'], SPY), sink);
    await first.close();
    skip(4_001);
    await source.live(request(['book'], SPY), sink);
    await source.close();
    const snapshots = sink.ticks.filter((tick) => tick.kind === 'book-snapshot');
    expect(snapshots[1]!.bids).toEqual(snapshots[0]!.bids);
    expect(snapshots[1]!.at - snapshots[0]!.at).toBeGreaterThanOrEqual(4_001n * SECOND);
  });

  it('says nothing more once it is closed, even by whoever hears a tick', async () => {
    const { environment, after } = virtualTime();
    const source = open({}, environment);
    const sink = new RecordingSink();
    const heard: Tick[] = [];
    let closing: Promise<void> | undefined;
    sink.tick = (tick) => {
      heard.push(tick);
      if (heard.length === 10) closing = source.close();
    };
    await source.live(request(['quotes'], SPY), sink);
    await Promise.race([after(60), new Promise((resolve) => setTimeout(resolve, 500))]);
    await closing;
    expect(heard.length).toBe(10);
    expect(sink.count('DOWN')).toBe(0);
  });

  it('tells a failure of its reader as DOWN', async () => {
    const { environment } = virtualTime();
    const source = open({}, environment);
    const sink = new RecordingSink();
    sink.tick = () => {
      throw new Error('the reader is broken');
    };
    await source.live(request(['quotes'], SPY), sink);
    while (sink.count('DOWN') === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(sink.statuses.at(-1)).toMatchObject({ kind: 'DOWN', error: { code: 'UNAVAILABLE', source: 'simulated' } });
    await source.close();
  });

  it('refuses settings that make no sense, with the entry', () => {
    const problem = (given: Readonly<Record<string, string>>): string =>
      definition.settings.safeParse(given).error?.issues[0]?.message ?? '';
    expect(problem({ prices: 'SPY=580,AAPL' })).toContain("'AAPL' must be SYMBOL=price");
    expect(problem({ prices: 'SPY=0.001' })).toContain('SPY=0.001');
    expect(problem({ activity: '0' })).not.toBe('');
    expect(problem({ activity: 'fast' })).not.toBe('');
    expect(problem({ speed: '1' })).toContain('speed');
    expect(problem({ prices: ' SPY = 580 , AAPL=1.5 ' })).toBe('');
  });
});

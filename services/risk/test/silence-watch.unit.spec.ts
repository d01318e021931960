import { readFileSync } from 'node:fs';

import { INSTRUMENTS } from '@tradewind/market';
import type { BarsClosed } from '@tradewind/market';
import { parseRiskProfile } from '@tradewind/risk';
import type { RiskCommand, RiskProfile } from '@tradewind/risk';
import { accountIdOf, price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';
import { beforeEach, describe, expect, it } from 'vitest';

import { SilenceWatch } from '../src/silence-watch.js';

const nanos = (iso: string): UnixNanos => (BigInt(Date.parse(iso)) * 1_000_000n) as UnixNanos;
const MINUTE = 60_000_000_000n;
const json = JSON.parse(readFileSync(new URL('../profiles/demo.json', import.meta.url), 'utf8')) as Record<string, object>;
const profileWith = (dataSilence: unknown): RiskProfile => parseRiskProfile({ ...json, controls: { ...json['controls'], dataSilence } });

/** One bar of a minute that closed at an instant. */
const bars = (step: number, closed: UnixNanos): BarsClosed => ({
  header: { id: `market.bars/live/${step}/0`, run: 'live', step, partition: 0, at: closed, causes: [], degraded: [] },
  bars: [
    {
      id: `bar/SPY/1m/${step}`,
      symbol: symbolOf('SPY'),
      interval: '1m',
      openTime: (closed - MINUTE) as UnixNanos,
      closeTime: closed,
      open: price('500'),
      high: price('500'),
      low: price('500'),
      close: price('500'),
      volume: quantity('100'),
      source: 'test',
      warmUp: false,
    },
  ],
  lowQuality: [],
  final: false,
});

describe('SilenceWatch', () => {
  let now: UnixNanos;
  let halts: RiskCommand[];
  let profile: RiskProfile;
  let watch: SilenceWatch;
  const at = async (iso: string): Promise<number> => {
    now = nanos(iso);
    await watch.check();
    return halts.length;
  };
  beforeEach(() => {
    halts = [];
    profile = profileWith({ maxSeconds: 120 });
    watch = new SilenceWatch({
      accountId: accountIdOf('paper-1'),
      clock: { now: () => now },
      instruments: Object.fromEntries(INSTRUMENTS.map((entry) => [entry.symbol, entry])),
      profile: () => profile,
      halt: (command) => {
        halts.push(command);
        return Promise.resolve();
      },
    });
    // A Tuesday, eleven o'clock in New York.
    now = nanos('2026-03-03T16:00:00Z');
    watch.hear(bars(41, now));
  });

  it('halts once when bars have not come for longer than allowed, beyond their interval', async () => {
    expect(await at('2026-03-03T16:03:00Z')).toBe(0);
    expect(await at('2026-03-03T16:03:01Z')).toBe(1);
    expect(halts[0]).toMatchObject({ type: 'Halt', id: 'dm/data/paper-1/live/41', actor: 'dead-man:data', accountId: 'paper-1' });
    expect(halts[0]!.reason).toContain('121 s');
    expect(await at('2026-03-03T17:00:00Z')).toBe(1);
  });
  it('counts anew from the next bars', async () => {
    now = nanos('2026-03-03T16:02:50Z');
    watch.hear(bars(42, now));
    expect(await at('2026-03-03T16:05:00Z')).toBe(0);
    expect(watch.silentMs()).toBe(130_000);
  });
  it('is quiet while the market is shut, when the profile has it off, and before the first bars', async () => {
    expect(await at('2026-03-04T02:00:00Z')).toBe(0);
    profile = profileWith('off');
    expect(await at('2026-03-03T18:00:00Z')).toBe(0);
    profile = profileWith({ maxSeconds: 120 });
    expect(await at('2026-03-03T18:00:00Z')).toBe(1);
  });
  it('does not watch a replay: its bars are long past when they arrive', async () => {
    now = nanos('2026-03-03T16:00:00Z');
    watch.hear(bars(43, nanos('2000-01-03T21:00:00Z')));
    expect(watch.silentMs()).toBeUndefined();
    expect(await at('2026-03-03T18:00:00Z')).toBe(0);
  });
  it('tries again when the halt could not be committed', async () => {
    const failing = new SilenceWatch({
      accountId: accountIdOf('paper-1'),
      clock: { now: () => now },
      instruments: {},
      profile: () => profile,
      halt: (command) => (halts.push(command) === 1 ? Promise.reject(new Error('database away')) : Promise.resolve()),
    });
    now = nanos('2026-03-03T16:00:00Z');
    failing.hear(bars(41, now));
    now = nanos('2026-03-03T16:10:00Z');
    await expect(failing.check()).rejects.toThrow('database away');
    await failing.check();
    await failing.check();
    expect(halts.map(({ id }) => id)).toEqual(['dm/data/paper-1/live/41', 'dm/data/paper-1/live/41']);
  });
});

import type { Bar, BarInterval } from '@tradewind/market';
import { type BarRequest, type MarketSource, SourceError } from '@tradewind/sources';
import { nanosFromMillis, price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { type CatchUp, catchUpSteps } from '../src/live-catch-up.js';

const AAPL = symbolOf('AAPL');
const SPY = symbolOf('SPY');
const DAY = 86_400_000;
const NOW = nanosFromMillis(Date.UTC(2024, 2, 4, 22));
const closeOf = (daysAgo: number): UnixNanos => (NOW - nanosFromMillis(daysAgo * DAY)) as UnixNanos;

const bar = (symbol: typeof AAPL, daysAgo: number, source: string): Bar => ({
  id: `bar/${symbol}/1d/${daysAgo}`,
  symbol,
  interval: '1d',
  openTime: (closeOf(daysAgo) - 1n) as UnixNanos,
  closeTime: closeOf(daysAgo),
  open: price('1'),
  high: price('1'),
  low: price('1'),
  close: price('1'),
  volume: quantity('1'),
  source,
  warmUp: false,
});

/** A source of bars in memory: the port's own type, nothing of ours is replaced. */
const sourceOf = (name: string, bars: readonly Bar[], intervals: readonly BarInterval[] = ['1d'], error?: SourceError): MarketSource => ({
  name,
  capabilities: { bars: intervals, ticks: [], live: [], records: [], simulated: false },
  async *bars({ symbol, from, until }: BarRequest) {
    if (error !== undefined) throw error;
    yield bars.filter((one) => one.symbol === symbol && one.closeTime >= from && one.closeTime < until);
  },
  ticks: () => {
    throw new SourceError('UNSUPPORTED', name, 'no ticks');
  },
  records: () => {
    throw new SourceError('UNSUPPORTED', name, 'no records');
  },
  live: () => Promise.reject(new SourceError('UNSUPPORTED', name, 'nothing live')),
  close: () => Promise.resolve(),
});

const warnings: string[] = [];
const log = { info: () => undefined, warn: (_fields: object, message: string) => warnings.push(message) } as unknown as CatchUp['log'];
const catchUp = (
  sources: readonly MarketSource[],
  changes: Partial<CatchUp> = {},
): Promise<readonly { at: UnixNanos; bars: readonly Bar[] }[]> =>
  catchUpSteps({ sources, symbols: [AAPL, SPY], interval: '1d', after: undefined, now: NOW, stepsMax: 260, log, ...changes });

const days = [5, 4, 3, 2, 1, 0];
const both = [...days.map((day) => bar(AAPL, day, 'first')), ...days.slice(1).map((day) => bar(SPY, day, 'first'))];

describe('catching up with history', () => {
  it('makes warm-up steps of the bars before the run, all symbols of an instant together', async () => {
    const steps = await catchUp([sourceOf('first', both)]);
    expect(steps.map(({ at, bars }) => [at, bars.map(({ symbol }) => symbol)])).toEqual([
      [closeOf(5), ['AAPL']],
      ...[4, 3, 2, 1, 0].map((day) => [closeOf(day), ['AAPL', 'SPY']]),
    ]);
    expect(steps.every(({ bars }) => bars.every(({ warmUp }) => warmUp))).toBe(true);
  });

  it('takes only what closed after the last bar that was told, and not more steps than asked for', async () => {
    expect((await catchUp([sourceOf('first', both)], { after: closeOf(2) })).map(({ at }) => at)).toEqual([closeOf(1), closeOf(0)]);
    expect((await catchUp([sourceOf('first', both)], { stepsMax: 2 })).map(({ at }) => at)).toEqual([closeOf(1), closeOf(0)]);
    expect(await catchUp([sourceOf('first', both)], { after: NOW })).toEqual([]);
  });

  it('asks the next source when one fails or has no bars of the interval', async () => {
    const broken = sourceOf('broken', [], ['1d'], new SourceError('UNAVAILABLE', 'broken', 'away'));
    const steps = await catchUp([broken, sourceOf('other', both, ['1m']), sourceOf('second', both)]);
    expect(steps).toHaveLength(6);
    expect(warnings).toContain('no history from this source');
  });

  it('has nothing to tell without history, or for bars that no clock ends', async () => {
    expect(await catchUp([sourceOf('none', both, [])])).toEqual([]);
    expect(await catchUp([sourceOf('first', both, ['tick-100'])], { interval: 'tick-100' })).toEqual([]);
  });
});

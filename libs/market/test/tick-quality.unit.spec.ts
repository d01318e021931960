import type { UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import {
  type AssembledPart,
  barInterval,
  CTA_SALES,
  nyseCalendar,
  QUALITY_SCORE_MIN,
  stepAssembler,
  type StepAssemblyPlan,
  type Tick,
  tradingHours,
} from '../src/index.js';
import { newYork, quote, SPY, trade } from './bars/market-ticks.js';

const plan = (changes: Partial<StepAssemblyPlan> = {}): StepAssemblyPlan => ({
  symbols: [{ symbol: SPY, hours: tradingHours(nyseCalendar, 'REGULAR'), sales: CTA_SALES }],
  interval: barInterval('1m'),
  barsFrom: 'trades',
  partitions: 1,
  graceMs: 0,
  clock: 'EVENTS',
  aheadMsMax: 60_000,
  chunkPricesMax: 1_000_000,
  chunkSpanMsMax: 3_600_000,
  eventsRemembered: 1_000,
  source: 'test',
  ...changes,
});
const run = (ticks: readonly Tick[], changes: Partial<StepAssemblyPlan> = {}): readonly AssembledPart[] => {
  const assembler = stepAssembler(plan(changes));
  return [...assembler.accept(ticks), ...assembler.finish()];
};
const codes = (parts: readonly AssembledPart[]): readonly string[] =>
  parts.flatMap((part) => (part.kind === 'step' ? part.faults.map(({ code }) => code) : []));
const toldTicks = (parts: readonly AssembledPart[]): number =>
  parts.reduce((sum, part) => sum + (part.kind === 'ticks' ? part.ticks.length : 0), 0);
const highs = (parts: readonly AssembledPart[]): readonly number[] =>
  parts.flatMap((part) => (part.kind === 'step' ? part.bars.map((bar) => Number(bar.high) / 1e9) : []));
const scores = (parts: readonly AssembledPart[]): readonly number[] =>
  parts.flatMap((part) => (part.kind === 'step' ? [part.lowQuality[0]?.score ?? 1] : []));
const later = (clock: string, millis: number): UnixNanos => (newYork(clock) + BigInt(millis) * 1_000_000n) as UnixNanos;

describe('a trade', () => {
  it('is dropped for a slipped decimal: no bar and no feature sees it', () => {
    const parts = run([
      trade(newYork('09:30:01'), '100', '1'),
      trade(newYork('09:30:02'), '1000', '1'),
      trade(newYork('09:30:03'), '100', '1'),
    ]);
    expect(codes(parts)).toEqual(['TICK_PRICE_JUMP']);
    expect(toldTicks(parts)).toBe(2);
    expect(highs(parts)).toEqual([100]);
  });

  it('is taken when the one before it jumped to the same level, as after a split, but not when it is the same one again', () => {
    const split = trade(newYork('09:30:02'), '50', '1', { sequence: 2 });
    const parts = run([
      trade(newYork('09:30:01'), '100', '1', { sequence: 1 }),
      split,
      split,
      trade(newYork('09:30:04'), '51', '1', { sequence: 4 }),
      trade(newYork('09:30:05'), '50', '1', { sequence: 5 }),
    ]);
    expect(codes(parts)).toEqual(['TICK_LEVEL_CHANGED', 'TICK_PRICE_JUMP', 'VOLATILITY_ALERT']);
    expect(toldTicks(parts)).toBe(3);
  });

  it('raises an alert when it has moved 5% within a minute, once, and is the market all the same', () => {
    const parts = run([
      trade(newYork('09:30:01'), '100', '1'),
      trade(newYork('09:30:30'), '104.9', '1'),
      trade(newYork('09:30:40'), '105', '1'),
      trade(newYork('09:30:41'), '106', '1'),
    ]);
    expect(codes(parts)).toEqual(['VOLATILITY_ALERT']);
    expect(parts.at(-1)).toMatchObject({
      faults: [{ at: newYork('09:30:40'), rule: 'a move of 5.0% within a minute', dropped: false }],
      lowQuality: [],
    });
    expect(highs(parts)).toEqual([106]);
  });

  it('raises no alert when the move took longer', () => {
    const climb = Array.from({ length: 40 }, (_, index) => trade(later('09:30:00', index * 15_000), (100 * 1.01 ** index).toFixed(4), '1'));
    expect(codes(run(climb))).toEqual([]);
  });

  it('raises no alert for what it was more than a minute ago', () => {
    expect(codes(run([trade(newYork('09:30:01'), '100', '1'), trade(newYork('09:31:11'), '106', '1')]))).toEqual([]);
  });

  it('falls as it rises', () => {
    expect(codes(run([trade(newYork('09:30:01'), '100', '1'), trade(newYork('09:30:30'), '95', '1')]))).toEqual(['VOLATILITY_ALERT']);
  });

  it('that makes no price by its conditions is not judged by it', () => {
    expect(codes(run([trade(newYork('09:30:01'), '100', '1'), trade(newYork('09:30:02'), '1', '5', { conditions: ['I'] })]))).toEqual([]);
  });
});

describe('a quote', () => {
  it('that is crossed is told with a warning, a negative one not at all', () => {
    const parts = run([
      quote(newYork('09:30:01'), '100.02', '100.01'),
      quote(newYork('09:30:02'), '-1', '100'),
      quote(newYork('09:30:03'), '100', '100'),
    ]);
    expect(codes(parts)).toEqual(['QUOTE_CROSSED', 'QUOTE_NEGATIVE']);
    expect(toldTicks(parts)).toBe(2);
  });

  it('without an offer is not crossed', () => expect(codes(run([quote(newYork('09:30:01'), '100', '0')]))).toEqual([]));
});

describe('the score of a symbol', () => {
  const quotes = (from: string, count: number, crossedEvery: number): readonly Tick[] =>
    Array.from({ length: count }, (_, index) => quote(later(from, index * 10), index % crossedEvery === 0 ? '100.02' : '100', '100.01'));

  it('stops trading when more than one tick in twenty is bad, and recovers', () => {
    const poor = scores(run([...quotes('09:30:00', 3_000, 10), ...quotes('09:31:00', 3_000, 10_000)]));
    expect(poor[0]).toBeLessThan(QUALITY_SCORE_MIN);
    expect(poor[1]).toBe(1);
  });

  it('stands a bad tick now and then', () => expect(scores(run(quotes('09:30:00', 3_000, 100)))).toEqual([1]));

  it('is nothing while the symbol says nothing for too long in an open market', () => {
    const parts = run([trade(newYork('09:30:30'), '1', '1'), trade(newYork('09:34:30'), '1', '1')], { staleMsMax: 90_000 });
    expect(scores(parts)).toEqual([1, 1, 0, 0, 1]);
    expect(codes(parts)).toEqual(['TICK_STALE', 'TICK_STALE']);
  });

  it('counts the silence of a morning from the open, not from the evening before', () => {
    const parts = run([trade(newYork('15:59:59'), '1', '1'), trade((newYork('09:31:30') + 86_400_000_000_000n) as UnixNanos, '1', '1')], {
      staleMsMax: 90_000,
    });
    expect(scores(parts)).toEqual([1, 1, 1]);
  });
});

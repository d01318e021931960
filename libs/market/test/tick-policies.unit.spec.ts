import { decodeState, encodeState, type UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type AssembledPart,
  barInterval,
  CTA_SALES,
  nyseCalendar,
  stepAssembler,
  type StepAssemblerState,
  type StepAssemblyPlan,
  type Tick,
  tradingHours,
} from '../src/index.js';
import { newYork, quote, SPY, trade } from './bars/market-ticks.js';

const PLAN: StepAssemblyPlan = {
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
  staleMsMax: 90_000,
  source: 'test',
};
const later = (seconds: number): UnixNanos => (newYork('09:30:00') + BigInt(Math.round(seconds * 1e9))) as UnixNanos;
const run = (ticks: readonly Tick[]): readonly AssembledPart[] => {
  const assembler = stepAssembler(PLAN);
  return [...assembler.accept(ticks), ...assembler.finish()];
};
const codes = (ticks: readonly Tick[]): readonly string[] => [
  ...new Set(run(ticks).flatMap((part) => (part.kind === 'step' ? part.faults.map(({ code }) => code) : []))),
];
/** Forty trades, a tenth of a second and a cent or none apart. */
const quiet = Array.from({ length: 40 }, (_, index) => trade(later(index / 10), index % 2 === 0 ? '100' : '100.01', '1'));

describe('a locked quote', () => {
  it('is nothing for a moment and a fault when it lasts', () => {
    expect(codes([quote(later(0), '100', '100'), quote(later(4), '100', '100')])).toEqual([]);
    expect(codes([quote(later(0), '100', '100'), quote(later(5), '100', '100')])).toEqual(['QUOTE_LOCKED']);
  });

  it('begins anew when it was open in between', () => {
    expect(codes([quote(later(0), '100', '100'), quote(later(3), '100', '100.01'), quote(later(6), '100', '100')])).toEqual([]);
  });
});

describe('a trade far outside the quote', () => {
  it('is a fault more than 2% away, on either side', () => {
    const at = (price: string): readonly string[] => codes([quote(later(0), '100', '100.1'), trade(later(1), price, '1')]);
    expect(at('98.1')).toEqual([]);
    expect(at('102')).toEqual([]);
    expect(at('97.9')).toEqual(['TRADE_OUTSIDE_QUOTE']);
    expect(at('102.2')).toEqual(['TRADE_OUTSIDE_QUOTE']);
  });

  it('is not judged by an old, wide or crossed quote', () => {
    expect(codes([quote(later(0), '100', '100.1'), trade(later(6), '97', '1')])).toEqual([]);
    expect(codes([quote(later(0), '100', '106'), trade(later(1), '97', '1')])).toEqual([]);
    expect(codes([quote(later(0), '100.2', '100.1'), trade(later(1), '97', '1')])).toEqual(['QUOTE_CROSSED']);
  });
});

describe('trades without quotes', () => {
  const trades = (until: number): readonly Tick[] =>
    Array.from({ length: until / 30 }, (_, index) => trade(later(30 * (index + 1)), '100', '1'));

  it('for more than five minutes are a fault of the quotes', () => {
    expect(codes([quote(later(0), '100', '100.1'), ...trades(300)])).toEqual([]);
    expect(codes([quote(later(0), '100', '100.1'), ...trades(360)])).toEqual(['QUOTE_STALE']);
  });

  it('are none where there never was a quote', () => expect(codes(trades(600))).toEqual([]));
});

describe('a spike', () => {
  it('is more than twenty robust deviations and 1%', () => {
    expect(codes([...quiet, trade(later(5), '101', '1')])).toEqual([]);
    expect(codes([...quiet, trade(later(5), '101.1', '1')])).toEqual(['TRADE_SPIKE']);
  });

  it('does not hide those that follow', () => {
    const spikes = Array.from({ length: 10 }, (_, index) => trade(later(5 + index / 10), index % 2 === 0 ? '102' : '100', '1'));
    const faults = run([...quiet, ...spikes]).flatMap((part) => (part.kind === 'step' ? part.faults : []));
    expect(faults.map(({ rule }) => rule)).toEqual([expect.stringContaining('(10 times)')]);
  });

  it('is none after a pause or where moves of that size are usual', () => {
    expect(codes([...quiet, trade(later(65), '102', '1')])).toEqual([]);
    const wild = Array.from({ length: 60 }, (_, index) => trade(later(index), index % 2 === 0 ? '100' : '101.5', '1'));
    expect(codes(wild)).toEqual([]);
  });
});

it('judges the same ticks alike over restarts at any of them', () => {
  const moves = fc.oneof(
    { weight: 15, arbitrary: fc.integer({ min: -1, max: 1 }) },
    { weight: 1, arbitrary: fc.integer({ min: -600, max: 600 }) },
  );
  const tick = fc.record({
    gap: fc.oneof({ weight: 15, arbitrary: fc.nat(2_000) }, { weight: 1, arbitrary: fc.nat(100_000) }),
    cents: moves,
    spread: fc.integer({ min: -1, max: 3 }),
    kind: fc.constantFrom('trade' as const, 'trade' as const, 'quote' as const),
  });
  fc.assert(
    fc.property(fc.array(tick, { minLength: 50, maxLength: 300 }), fc.array(fc.nat(300), { maxLength: 5 }), (steps, restarts) => {
      let seconds = 0;
      const ticks = steps.map(({ gap, cents, spread, kind }) => {
        seconds += gap / 1_000;
        const [bid, ask] = [(10_000 + cents) / 100, (10_000 + cents + spread) / 100];
        return kind === 'trade' ? trade(later(seconds), bid.toFixed(2), '1') : quote(later(seconds), bid.toFixed(2), ask.toFixed(2));
      });
      let assembler = stepAssembler(PLAN);
      const parts: AssembledPart[] = [];
      for (const [index, one] of ticks.entries()) {
        if (restarts.includes(index))
          assembler = stepAssembler(PLAN, decodeState<StepAssemblerState>(JSON.parse(JSON.stringify(encodeState(assembler.save())))));
        parts.push(...assembler.accept([one]));
      }
      parts.push(...assembler.finish());
      const judged = (some: readonly AssembledPart[]): unknown => some.filter((part) => part.kind === 'step');
      expect(judged(parts)).toEqual(judged(run(ticks)));
    }),
    { numRuns: 60 },
  );
});

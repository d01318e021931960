import { symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { DepthBook, SimulatedVenue, type SimulatedVenueSettings, type Tick } from '../../src/index.js';
import { FlowRandom } from '../../src/simulation/flow-random.js';
import { branchingRadius, fitHawkes, HawkesClock } from '../../src/simulation/hawkes.js';

const START = 1_700_000_000_000_000_000n as UnixNanos;
const [ONE, TWO] = [symbolOf('SIMA'), symbolOf('SIMB')];
const SETTINGS: SimulatedVenueSettings = {
  seed: 'test',
  startAt: START,
  instruments: [
    { symbol: ONE, startPrice: 58_634, activity: 1 },
    { symbol: TWO, startPrice: 4_000, activity: 4 },
  ],
};
const ticksOf = (venue: SimulatedVenue, steps: number): readonly Tick[] => Array.from({ length: steps }, () => venue.step()).flat();
const textOf = (ticks: readonly Tick[]): string =>
  JSON.stringify(ticks, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

describe('the simulated venue', () => {
  it('gives the same ticks for the same seed and others for another', () => {
    const first = textOf(ticksOf(new SimulatedVenue(SETTINGS), 2_000));
    expect(textOf(ticksOf(new SimulatedVenue(SETTINGS), 2_000))).toBe(first);
    expect(textOf(ticksOf(new SimulatedVenue({ ...SETTINGS, seed: 'other' }), 2_000))).not.toBe(first);
  });

  it('tells deltas that rebuild its books, which are never locked, crossed or empty, and quotes and trades that agree with them', () => {
    const venue = new SimulatedVenue(SETTINGS);
    const books = new Map([ONE, TWO].map((symbol) => [symbol, new DepthBook()]));
    for (const [symbol, book] of books) expect(book.applySnapshot(venue.snapshot(symbol, START))).toBeUndefined();
    let last = START;
    const seen: Record<string, number> = {};
    for (let step = 0; step < 20_000; step += 1) {
      const due = venue.nextAt;
      for (const tick of venue.step()) {
        const book = books.get(tick.symbol)!;
        seen[tick.kind] = (seen[tick.kind] ?? 0) + 1;
        expect(tick.at).toBe(due);
        if (tick.kind === 'book-delta') expect(book.applyDelta(tick)).toBeUndefined();
        if (tick.kind === 'quote')
          expect([tick.bidPrice, tick.bidQuantity, tick.askPrice, tick.askQuantity]).toEqual(
            (['BID', 'ASK'] as const).flatMap((side) => [book.levels(side, 1)[0]!.price, book.levels(side, 1)[0]!.quantity]),
          );
        // Told before the delta: at the best price of the side that the aggressor takes from, or behind it when the order goes on.
        if (tick.kind === 'trade') {
          const price = Number(tick.price) / 1e9;
          expect(tick.aggressor === 'BUYER' ? price >= book.bestAsk : price <= book.bestBid).toBe(true);
        }
      }
      expect(due >= last).toBe(true);
      last = due;
      for (const book of books.values()) expect(book.condition).toBe('NORMAL');
    }
    for (const [symbol, book] of books) {
      const whole = venue.snapshot(symbol, last);
      for (const [side, levels] of [
        ['BID', whole.bids],
        ['ASK', whole.asks],
      ] as const)
        expect(book.levels(side).map((level) => [level.price, level.quantity])).toEqual(
          levels.map((level) => [level.price, level.quantity]),
        );
    }
    expect(seen['trade']).toBeGreaterThan(200);
    expect(seen['quote']).toBeGreaterThan(2_000);
  });

  it('numbers trades, quotes and book changes of each symbol without holes', () => {
    const last = new Map<string, number>();
    for (const tick of ticksOf(new SimulatedVenue(SETTINGS), 5_000)) {
      const key = `${tick.symbol} ${tick.kind}`;
      expect(tick.sequence).toBe((last.get(key) ?? 0) + 1);
      last.set(key, tick.sequence);
    }
  });

  it('runs an instrument as many times faster as its activity says', () => {
    const eventsOf = (activity: number): number => {
      const venue = new SimulatedVenue({ ...SETTINGS, instruments: [{ symbol: ONE, startPrice: 58_634, activity }] });
      let events = 0;
      for (; venue.nextAt < START + 60_000_000_000n; events += 1) venue.step();
      return events;
    };
    const [slow, fast] = [eventsOf(2), eventsOf(20)];
    expect(fast / slow).toBeGreaterThan(7);
    expect(fast / slow).toBeLessThan(13);
  });

  it('refuses what it can not simulate', () => {
    expect(() => new SimulatedVenue({ ...SETTINGS, instruments: [] })).toThrow(/1 to 512/);
    expect(() => new SimulatedVenue({ ...SETTINGS, instruments: [SETTINGS.instruments[0]!, SETTINGS.instruments[0]!] })).toThrow(/once/);
    expect(() => new SimulatedVenue({ ...SETTINGS, instruments: [{ symbol: ONE, startPrice: 1, activity: 1 }] })).toThrow(/startPrice/);
    expect(() => new SimulatedVenue({ ...SETTINGS, instruments: [{ symbol: ONE, startPrice: 100, activity: 0 }] })).toThrow(/activity/);
    expect(() => new SimulatedVenue(SETTINGS).snapshot(symbolOf('NONE'), START)).toThrow(/NONE/);
  });
});

describe('the Hawkes process', () => {
  /** Kind 0 brings itself about (mean 0.5), and kind 2 (mean 0.25); mirrored on the other side. */
  const parameters = (() => {
    const branching = Array.from({ length: 6 }, () => Array.from({ length: 6 }, () => [0]));
    branching[0]![0] = [0.5];
    branching[1]![1] = [0.5];
    branching[2]![0] = [0.25];
    branching[3]![1] = [0.25];
    return { decays: [10], base: [2, 2, 0.5, 0.5, 0.25, 0.25], branching };
  })();
  const simulate = (events: number) => {
    const clock = new HawkesClock(parameters, new FlowRandom('hawkes'));
    const times = new Float64Array(events);
    const kinds = new Uint8Array(events);
    for (let index = 0; index < events; index += 1) {
      kinds[index] = clock.next(new Float64Array(6).fill(1));
      times[index] = clock.now;
    }
    return { times, kinds, span: clock.now };
  };

  it('has the mean rates of its branching: base / (1 - branching) for a kind that feeds itself', () => {
    const { kinds, span } = simulate(60_000);
    const rate = (...wanted: readonly number[]): number => kinds.filter((kind) => wanted.includes(kind)).length / span / 2;
    expect(Math.abs(rate(0, 1) - 2 / (1 - 0.5))).toBeLessThan(0.15);
    expect(Math.abs(rate(2, 3) - (0.5 + 0.25 * 4))).toBeLessThan(0.06);
    expect(Math.abs(rate(4, 5) - 0.25)).toBeLessThan(0.02);
    expect(branchingRadius(parameters)).toBeCloseTo(0.5, 6);
  });

  it('is found again by the fit', () => {
    const { parameters: fitted } = fitHawkes(simulate(30_000), [10]);
    expect(fitted.branching[0]![0]![0]).toBeCloseTo(0.5, 1);
    expect(fitted.branching[2]![0]![0]).toBeCloseTo(0.25, 1);
    expect(fitted.branching[4]![0]![0]).toBeLessThan(0.02);
    expect(fitted.base[0]).toBeCloseTo(2, 0);
    // Mirror images by construction.
    expect(fitted.branching[3]![1]).toEqual(fitted.branching[2]![0]);
  });
});

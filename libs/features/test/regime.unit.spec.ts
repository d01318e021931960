import { filterStates, fitGarch, garchVariances } from '@tradewind/statistics';
import { seededRandom } from '@tradewind/testkit';
import { describe, expect, it } from 'vitest';

import * as cycles from '../src/regime/cycle-features.js';
import { garchRatio, garchVolatility } from '../src/regime/garch-volatility.js';
import { trendRegime, trendState, volatilityRegime, type TrendNumbers, type VolatilityNumbers } from '../src/regime/regime-features.js';
import { TickFeed } from './tick-series.js';

const TREND: TrendNumbers = [-0.01, 0, 0.01, 0.02, 0.005, 0.01, 0.04, 0.01, 0.02, 0.02, 0.01, 0.02];
const VOLATILITY: VolatilityNumbers = [0, 0.005, 0.02, 0.02, 0.05];

const closesOf = (returns: readonly number[]): readonly number[] => {
  let close = 100;
  return [close, ...returns.map((value) => (close *= Math.exp(value)))];
};
const feedAll = (feed: TickFeed, closes: readonly number[]) => closes.map((close, index) => feed.bar(index, close));
const random = seededRandom('regimes');
const returns = Array.from({ length: 300 }, (_value, index) => (index % 100 < 50 ? 0.004 : -0.012) + 0.008 * random.normal());

describe('regime', () => {
  const states = ['bear', 'sideways', 'bull'] as const;
  const definitions = [...states.map((state) => trendRegime(state, ...TREND)), trendState(...TREND)];

  it('has the filtered probabilities of the model, which sum to 1 at every bar', () => {
    const rows = feedAll(new TickFeed(definitions), closesOf(returns)).slice(1);
    const [m0, m1, m2, d0, d1, d2, p01, p02, p10, p12, p20, p21] = TREND;
    const transition = [
      [1 - p01 - p02, p01, p02],
      [p10, 1 - p10 - p12, p12],
      [p20, p21, 1 - p20 - p21],
    ];
    // The long run's shares: the left eigenvector of the transitions, from π = π·P by hand of Cramer.
    const base = [[p10 * p20 + p10 * p21 + p20 * p12], [p01 * p20 + p01 * p21 + p21 * p02], [p02 * p10 + p02 * p12 + p01 * p12]].flat();
    const initial = base.map((share) => share / base.reduce((sum, value) => sum + value));
    const { probabilities } = filterStates({ initial, transition, means: [m0, m1, m2], deviations: [d0, d1, d2] }, returns);
    for (const [index, row] of rows.entries()) {
      const found = states.map((state) => row[`regime_${state}`]!);
      expect(found.reduce((sum, share) => sum + share)).toBeCloseTo(1, 12);
      for (const [state, share] of found.entries()) expect(share).toBeCloseTo(probabilities[index]![state]!, 9);
      expect(row['regime_trend']).toBe(found.indexOf(Math.max(...found)) - 1);
    }
  });

  it('tells a market that falls from one that rises, and a wild one from a calm one', () => {
    const falling = feedAll(
      new TickFeed(definitions),
      closesOf(Array.from({ length: 40 }, (_value, index) => (index % 2 ? -0.03 : 0.004))),
    ).at(-1)!;
    expect(falling['regime_bear']).toBeGreaterThan(0.9);
    expect(falling['regime_trend']).toBe(-1);
    const wild = [volatilityRegime('calm', ...VOLATILITY), volatilityRegime('wild', ...VOLATILITY)];
    const swinging = feedAll(new TickFeed(wild), closesOf(Array.from({ length: 20 }, (_value, index) => (index % 2 ? -0.03 : 0.03)))).at(
      -1,
    )!;
    expect(swinging['regime_wild']).toBeGreaterThan(0.99);
    expect(swinging['regime_wild']! + swinging['regime_calm']!).toBeCloseTo(1, 12);
  });

  it.each([
    ['means out of order', () => trendRegime('bull', 0.01, 0, -0.01, 0.02, 0.005, 0.01, 0.04, 0.01, 0.02, 0.02, 0.01, 0.02)],
    ['a wild state calmer than the calm one', () => volatilityRegime('calm', 0, 0.02, 0.01, 0.1, 0.1)],
  ])('refuses %s', (_what, define) => expect(define).toThrow(RangeError));

  it('refuses chances of moving on above 1, when it is composed', () => {
    expect(() => new TickFeed([volatilityRegime('calm', 0, 0.01, 0.02, 1.5, 0.1)])).toThrow(RangeError);
  });
});

describe('GARCH volatility', () => {
  it('is the root of the recursion’s variance, from the long run’s on', () => {
    const { mean, omega, alpha, beta } = { mean: 0.001, omega: 1e-5, alpha: 0.1, beta: 0.85 };
    const rows = feedAll(
      new TickFeed([garchVolatility(mean, omega, alpha, beta), garchRatio(mean, omega, alpha, beta)]),
      closesOf([0.02, -0.01]),
    );
    const longRun = omega / (1 - alpha - beta);
    const first = omega + alpha * 0.019 ** 2 + beta * longRun;
    const second = omega + alpha * 0.011 ** 2 + beta * first;
    expect(rows[0]!['garch_volatility']).toBeNaN();
    expect(rows[1]!['garch_volatility']).toBeCloseTo(Math.sqrt(first), 12);
    expect(rows[2]!['garch_volatility']).toBeCloseTo(Math.sqrt(second), 12);
    expect(rows[2]!['garch_ratio']).toBeCloseTo(Math.sqrt(second / longRun), 12);
  });

  it('agrees with the variances of a fit once its start is forgotten', () => {
    const { parameters } = fitGarch(returns);
    const { mean, omega, alpha, beta } = parameters;
    const last = feedAll(new TickFeed([garchVolatility(mean, omega, alpha, beta)]), closesOf(returns)).at(-1)!;
    const share = (alpha + beta) ** 300;
    const expected = Math.sqrt(garchVariances(returns, parameters).at(-1)!);
    expect(Math.abs(last['garch_volatility']! / expected - 1)).toBeLessThan(Math.max(1e-9, 5 * share));
  });

  it('refuses parameters without a long run', () => {
    expect(() => new TickFeed([garchVolatility(0, 1e-5, 0.2, 0.85)])).toThrow(RangeError);
  });
});

describe('cycles', () => {
  const SIZE = 128;
  const definitions = [
    cycles.cyclePeriod(SIZE),
    cycles.cycleShare(SIZE),
    cycles.cyclesShare(SIZE),
    cycles.cyclePhase(SIZE),
    cycles.cyclePosition(SIZE),
  ];
  const TURN = 2 * Math.PI;
  const last = (logCloses: readonly number[]) =>
    feedAll(
      new TickFeed(definitions),
      logCloses.map((value) => Math.exp(value)),
    ).at(-1)!;
  const series = (count: number, of: (bar: number) => number): readonly number[] => Array.from({ length: count }, (_value, bar) => of(bar));

  it.each([8, 16, 32, 51.2])('finds a sine of %d bars on a trend, all of the movement, and where in it the bar is', (period) => {
    const found = last(series(300, (bar) => 4 + 0.001 * bar + 0.05 * Math.cos((TURN * (bar - 299)) / period + TURN / 3)));
    expect(found[`cycle_period_${SIZE}`]).toBeCloseTo(period, 9);
    // The line through the window takes a little of the sine with it.
    expect(found[`cycle_share_${SIZE}`]).toBeGreaterThan(0.97);
    expect(Math.abs(found[`cycle_phase_${SIZE}`]! - 1 / 3)).toBeLessThan(0.03);
    expect(found[`cycle_position_${SIZE}`]).toBeLessThan(-0.3);
  });

  it('takes the strongest of several in noise first, and most of the movement with three', () => {
    const noise = seededRandom('cycles');
    const found = last(
      series(
        400,
        (bar) =>
          4 +
          0.05 * Math.sin((TURN * bar) / 32) +
          0.03 * Math.sin((TURN * bar) / 10.24) +
          0.02 * Math.sin((TURN * bar) / 5.12) +
          0.005 * noise.normal(),
      ),
    );
    expect(found[`cycle_period_${SIZE}`]).toBeCloseTo(32, 9);
    const whole = 0.05 ** 2 + 0.03 ** 2 + 0.02 ** 2;
    // Less than its share of the squares: noise has a part, and the line takes some of the slowest.
    expect(Math.abs(found[`cycle_share_${SIZE}`]! - 0.05 ** 2 / whole)).toBeLessThan(0.08);
    expect(found[`cycles_share_${SIZE}`]).toBeGreaterThan(0.93);
    expect(found[`cycles_share_${SIZE}`]).toBeLessThanOrEqual(1);
  });

  it('explains little of white noise', () => {
    const noise = seededRandom('white');
    expect(last(series(300, () => 4 + 0.01 * noise.normal()))[`cycle_share_${SIZE}`]).toBeLessThan(0.15);
  });

  it('has none on a straight line', () => {
    const found = last(series(200, () => 4));
    expect(found[`cycle_period_${SIZE}`]).toBeNaN();
    expect(found[`cycle_share_${SIZE}`]).toBe(0);
  });

  it('does not drift: after 20,000 bars it equals a fresh start over the last window', () => {
    const noise = seededRandom('drift');
    const long = series(20_037, (bar) => 9 + 0.0001 * bar + 0.02 * Math.sin((TURN * bar) / 20) + 0.01 * noise.normal());
    const fresh = last(long.slice(-SIZE));
    const old = last(long);
    for (const name of Object.keys(fresh)) expect(Math.abs(old[name]! - fresh[name]!), name).toBeLessThan(1e-7);
  });
});

import { toNumber } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';
import { dailyBarSeries } from '../src/bar-series.js';
import { fromState, seededRandom } from '../src/seeded-random.js';

describe('seeded randomness', () => {
  it("is xoshiro128** as its authors' reference program runs it from the state 1, 2, 3, 4", () => {
    const random = fromState(Uint32Array.of(1, 2, 3, 4));
    expect([random.bits(), random.bits(), random.bits(), random.bits()]).toEqual([11_520, 0, 5_927_040, 70_819_200]);
  });

  it('gives the same draws for a seed, for ever', () => {
    const random = seededRandom(7);
    expect([random.bits(), random.bits(), random.bits()]).toEqual([2_580_754_448, 567_544_127, 4_211_422_632]);
  });

  it('differs between seeds and between a number and its text', () => {
    const first = (seed: number | string): number => seededRandom(seed).bits();
    expect(new Set([first(1), first(2), first('1'), first('2')]).size).toBe(4);
  });

  it('is uniform on [0, 1) and normal with mean 0 and deviation 1', () => {
    const random = seededRandom('moments');
    const uniform = Array.from({ length: 20_000 }, () => random.next());
    const normal = Array.from({ length: 20_000 }, () => random.normal());
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
    expect(mean(uniform)).toBeCloseTo(0.5, 1);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((value) => value * value))).toBeCloseTo(1, 1);
  });

  it('draws integers with both ends included', () => {
    const random = seededRandom('dice');
    const throws = new Set(Array.from({ length: 500 }, () => random.integer(1, 6)));
    expect([...throws].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('forks a stream that leaves its parent where it was', () => {
    const alone = seededRandom(5);
    const parent = seededRandom(5);
    const child = parent.fork('child');
    child.next();
    expect(parent.bits()).toBe(alone.bits());
    expect(child.bits()).not.toBe(parent.bits());
  });

  it('shuffles without losing or inventing an element', () => {
    const items = Array.from({ length: 30 }, (_, index) => index);
    const shuffled = seededRandom(1).shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  });
});

describe('daily bars', () => {
  const bars = dailyBarSeries({ seed: 'bars', bars: 3_000 });

  it('keep low below and high above open and close', () => {
    for (const bar of bars) {
      expect(bar.low <= bar.open && bar.low <= bar.close && bar.high >= bar.open && bar.high >= bar.close && bar.low > 0n).toBe(true);
    }
  });

  it('fall on weekdays in ascending order', () => {
    expect(bars[0]?.date).toBe('2000-01-03');
    for (const [index, bar] of bars.entries()) {
      expect([0, 6]).not.toContain(new Date(`${bar.date}T00:00:00Z`).getUTCDay());
      expect(index === 0 || (bars[index - 1]?.closeTime ?? 0n) < bar.closeTime).toBe(true);
    }
  });

  it('cluster their volatility: large moves follow large moves', () => {
    const squares = bars.slice(1).map((bar, index) => Math.log(toNumber(bar.close) / toNumber(bars[index]?.close ?? bar.close)) ** 2);
    expect(correlation(squares.slice(1), squares.slice(0, -1))).toBeGreaterThan(0.03);
  });

  it('are the same for the same seed and others for another', () => {
    expect(dailyBarSeries({ seed: 'bars', bars: 5 })).toEqual(bars.slice(0, 5));
    expect(dailyBarSeries({ seed: 'others', bars: 5 })).not.toEqual(bars.slice(0, 5));
  });
});

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function correlation(left: readonly number[], right: readonly number[]): number {
  const [leftMean, rightMean] = [mean(left), mean(right)];
  const product = mean(left.map((value, index) => (value - leftMean) * ((right[index] ?? 0) - rightMean)));
  const spread = (values: readonly number[], centre: number): number => Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
  return product / (spread(left, leftMean) * spread(right, rightMean));
}

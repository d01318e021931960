import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { BASELINE_SET, SymbolFeatures } from '../src/index.js';
import { PrimitivePool } from '../src/rolling/pool.js';
import { batchFeatures, type Series } from './batch-reference.js';
import { type Move, move, moves, seriesOf } from './random-series.js';

const feed = (features: SymbolFeatures, { open, high, low, close, volume }: Series, from: number, to: number): Float64Array => {
  const values = new Float64Array(BASELINE_SET.names.length);
  for (let index = from; index < to; index += 1)
    features.update(open[index]!, high[index]!, low[index]!, close[index]!, volume[index]!, values);
  return values;
};

describe('streaming', () => {
  it('equals the batch computation over the same series, for every feature of the set', () => {
    fc.assert(
      fc.property(moves(200, 420), (entries) => {
        const series = seriesOf(entries);
        const values = feed(new SymbolFeatures(BASELINE_SET), series, 0, entries.length);
        const expected = batchFeatures(series);
        expect(Object.keys(expected).sort()).toEqual([...BASELINE_SET.names].sort());
        for (const [index, name] of BASELINE_SET.names.entries()) {
          const tolerance = 1e-9 * Math.max(1e-3, Math.abs(expected[name]!));
          expect(Math.abs(values[index]! - expected[name]!), `${name}: ${values[index]} against ${expected[name]}`).toBeLessThan(tolerance);
        }
      }),
      { seed: 20_000_103, numRuns: 60 },
    );
  });

  it('goes on to the bit after a save and a restore in mid-stream', () => {
    fc.assert(
      fc.property(moves(30, 300), fc.nat(), (entries, cut) => {
        const series = seriesOf(entries);
        const middle = cut % entries.length;
        const whole = feed(new SymbolFeatures(BASELINE_SET), series, 0, entries.length);
        const first = new SymbolFeatures(BASELINE_SET);
        feed(first, series, 0, middle);
        const second = new SymbolFeatures(BASELINE_SET);
        second.restore(first.save());
        expect(feed(second, series, middle, entries.length)).toEqual(whole);
      }),
      { seed: 20_000_103, numRuns: 60 },
    );
  });

  it('is warm exactly when every feature of the set is', () => {
    const series = seriesOf(fc.sample(fc.array(move, { minLength: 210, maxLength: 210, size: 'max' }), { seed: 1, numRuns: 1 })[0]!);
    const features = new SymbolFeatures(BASELINE_SET);
    const values = new Float64Array(BASELINE_SET.names.length);
    for (let bar = 1; bar <= 210; bar += 1) {
      const index = bar - 1;
      const warm = features.update(
        series.open[index]!,
        series.high[index]!,
        series.low[index]!,
        series.close[index]!,
        series.volume[index]!,
        values,
      );
      expect(warm).toBe(bar >= BASELINE_SET.warmAfterBars);
      for (const [position, definition] of BASELINE_SET.definitions.entries()) {
        expect(Number.isFinite(values[position]), `${definition.name} at bar ${bar}`).toBe(bar >= definition.window);
      }
    }
    expect(BASELINE_SET.warmAfterBars).toBe(200);
  });

  it('refuses a state of another shape', () => {
    expect(() => new SymbolFeatures(BASELINE_SET).restore({ memory: new Float64Array(3) })).toThrow(RangeError);
  });
});

describe('rounding', () => {
  it('of a huge value is forgotten once it has left the window', () => {
    const pool = new PrimitivePool();
    const sum = pool.sum(pool.volume, 20);
    const deviation = pool.deviation(pool.volume, 20);
    for (let bar = 0; bar < 60; bar += 1) {
      pool.volume.value = bar === 5 ? 1e17 : 0.1;
      sum.update();
      deviation.update();
    }
    expect(sum.value).toBeCloseTo(2, 12);
    expect(deviation.value).toBeCloseTo(0, 12);
  });
});

describe('a series in which nothing moves or nothing is traded', () => {
  const flat = (volume: number): Float64Array => {
    const length = 300;
    const still = Array.from({ length }, () => 100);
    return feed(
      new SymbolFeatures(BASELINE_SET),
      { open: still, high: still, low: still, close: still, volume: still.map(() => volume) },
      0,
      length,
    );
  };
  const valueOf = (values: Float64Array, name: string): number => values[BASELINE_SET.names.indexOf(name)]!;

  it.each([
    ['rsi_14', 50],
    ['stochastic_k_14', 50],
    ['williams_r_14', -50],
    ['bollinger_position_20', 0.5],
    ['volatility_ratio_10_63', 1],
    ['hurst_100', 0.5],
    ['autocorrelation_20', 0],
    ['volume_ratio_20', 1],
    ['volume_roc_10', 0],
    ['obv_flow_20', 0],
    ['hv_20', 0],
  ])('gives %s its neutral value %d', (name, neutral) => expect(valueOf(flat(0), name)).toBeCloseTo(neutral, 12));

  it('never gives NaN', () => expect([...flat(0), ...flat(1_000)].every(Number.isFinite)).toBe(true));

  it('is forgotten: after bars without volume come finite values again', () => {
    const entries = Array.from({ length: 300 }, (_value, index): Move => ({
      change: 0.001 * ((index % 7) - 3),
      up: 0.001,
      down: 0.001,
      volume: index >= 220 && index < 250 ? 0 : 1_000 + index,
    }));
    const series = seriesOf(entries);
    const features = new SymbolFeatures(BASELINE_SET);
    feed(features, series, 0, 200);
    for (let index = 200; index < 300; index += 1) {
      expect([...feed(features, series, index, index + 1)].every(Number.isFinite), `bar ${index}`).toBe(true);
    }
  });
});

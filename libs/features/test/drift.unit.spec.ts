import { seededRandom } from '@tradewind/testkit';
import { describe, expect, it } from 'vitest';

import {
  BASELINE_SET,
  createFeatureSet,
  DriftCounter,
  DriftWatch,
  permutationImportance,
  populationStability,
  trainingDistribution,
  trainingHistogram,
} from '../src/index.js';
import { smaRatio } from '../src/definitions/trend.js';

describe('population stability index', () => {
  it('is Σ (actual − expected)·ln(actual / expected) (hand-computed)', () => {
    const index = populationStability([0.25, 0.25, 0.25, 0.25], [0.1, 0.2, 0.3, 0.4]);
    expect(index).toBeCloseTo(-0.15 * Math.log(0.4) - 0.05 * Math.log(0.8) + 0.05 * Math.log(1.2) + 0.15 * Math.log(1.6), 12);
    expect(populationStability([0.5, 0.5], [0.5, 0.5])).toBe(0);
  });

  it('stays finite over an empty bin', () => {
    expect(populationStability([0.5, 0.5], [1, 0])).toBeCloseTo(0.5 * Math.log(2) + 0.4999 * Math.log(0.5 / 1e-4), 9);
  });

  it('refuses shares of different bins', () => expect(() => populationStability([1], [0.5, 0.5])).toThrow(RangeError));
});

describe('histogram of training', () => {
  it('has as many values in each bin, and those without a value beside them', () => {
    const histogram = trainingHistogram([5, 1, 3, 2, 4, 8, 7, 6, Number.NaN, Infinity], 4);
    expect(histogram.edges).toEqual([3, 5, 7]);
    expect(histogram.shares).toEqual([0.2, 0.2, 0.2, 0.2]);
    expect(histogram.missing).toBeCloseTo(0.2, 12);
  });

  it('joins bins that a repeated value would leave empty', () => {
    expect(trainingHistogram([0, 0, 0, 0, 0, 0, 0, 1, 1, 1], 10)).toEqual({ edges: [1], shares: [0.7, 0.3], missing: 0 });
    expect(trainingHistogram([2, 2, 2], 10)).toEqual({ edges: [], shares: [1], missing: 0 });
    expect(trainingHistogram([Number.NaN], 10)).toEqual({ edges: [], shares: [0], missing: 1 });
  });

  it('refuses no rows at all', () => expect(() => trainingHistogram([])).toThrow(RangeError));
});

describe('drift counter', () => {
  const histogram = { edges: [0], shares: [0.5, 0.5], missing: 0 };
  const fill = (counter: DriftCounter, below: number, above: number, missing = 0): void => {
    for (const [value, count] of [
      [-1, below],
      [0, above],
      [Number.NaN, missing],
    ] as const)
      for (let index = 0; index < count; index += 1) counter.add(value);
  };

  it('says nothing until a block is full, then compares the last one to two blocks', () => {
    const counter = new DriftCounter(histogram, 100);
    fill(counter, 50, 49);
    expect(counter.stability).toBeNaN();
    fill(counter, 0, 1);
    expect(counter.stability).toBeCloseTo(0, 12);
    fill(counter, 0, 100);
    expect(counter.stability).toBeCloseTo(populationStability([0.5, 0.5], [0.25, 0.75]), 12);
    fill(counter, 0, 1);
    expect(counter.counted).toBe(101);
    expect(counter.stability).toBeGreaterThan(1);
  });

  it('takes a feature that goes missing as drift', () => {
    const counter = new DriftCounter(histogram, 100);
    fill(counter, 40, 40, 20);
    expect(counter.stability).toBeGreaterThan(0.25);
  });
});

describe('drift watch', () => {
  const set = createFeatureSet({
    name: 'test',
    version: 1,
    definitions: [smaRatio(2), smaRatio(3)],
    modelInputs: ['sma_ratio_3', 'sma_ratio_2'],
  });
  const random = seededRandom('drift');
  const rows = (count: number, shift: number) =>
    Array.from({ length: count }, () => Float64Array.of(random.normal(), random.normal() + shift));
  const distribution = trainingDistribution(set, rows(5_000, 0));

  it('finds the feature that moved by half a deviation, and only it', () => {
    const watch = new DriftWatch(set, distribution, 2_000);
    expect(watch.drifts()).toEqual([]);
    for (const row of rows(2_000, 0.6)) watch.add(row);
    const [first, second] = watch.drifts();
    expect(first).toMatchObject({ feature: 'sma_ratio_3', verdict: 'DRIFTED' });
    expect(second).toMatchObject({ feature: 'sma_ratio_2', verdict: 'STABLE' });
    expect(second!.stability).toBeLessThan(0.02);
  });

  it('goes on after a save and a restore', () => {
    const one = new DriftWatch(set, distribution, 500);
    for (const row of rows(700, 0.3)) one.add(row);
    const other = new DriftWatch(set, distribution, 500);
    other.restore(one.save());
    for (const row of rows(400, 0.3)) {
      one.add(row);
      other.add(row);
    }
    expect(other.drifts()).toEqual(one.drifts());
    expect(() => other.restore(new Float64Array(3))).toThrow(RangeError);
  });

  it('survives a trip through JSON with the model', () => {
    const again = new DriftWatch(set, JSON.parse(JSON.stringify(distribution)) as typeof distribution, 100);
    for (const row of rows(100, 0)) again.add(row);
    expect(again.drifts()).toHaveLength(2);
  });

  it('refuses a set without a feature of the training', () => {
    expect(() => new DriftWatch(BASELINE_SET, distribution, 100)).toThrow(/sma_ratio_3/);
  });
});

describe('permutation importance', () => {
  const random = seededRandom('importance');
  const names = ['strong', 'weak', 'noise'];
  const rows = Array.from({ length: 400 }, () => Float64Array.of(random.normal(), random.normal(), random.normal()));
  const targets = rows.map(([strong, weak]) => 3 * strong! + weak! + 0.1 * random.normal());
  const squaredLoss = (of: readonly Float64Array[]): number =>
    of.reduce((sum, [strong, weak], index) => sum + (3 * strong! + weak! - targets[index]!) ** 2, 0) / of.length;
  const measure = (seed: number) => {
    const draws = seededRandom(seed);
    return permutationImportance({ names, rows, loss: squaredLoss, random: () => draws.next(), repeats: 20 });
  };

  it('is twice a linear feature’s squared weight times its variance, for squared loss', () => {
    const [first, second, third] = measure(1);
    expect([first!.name, second!.name, third!.name]).toEqual(names);
    expect(Math.abs(first!.importance / 18 - 1)).toBeLessThan(0.15);
    expect(Math.abs(second!.importance / 2 - 1)).toBeLessThan(0.15);
    expect(first!.low).toBeLessThan(first!.importance);
    expect(first!.high).toBeGreaterThan(first!.importance);
  });

  it('is exactly 0 for a feature that the model does not read', () => {
    expect(measure(1)[2]).toEqual({ name: 'noise', importance: 0, deviation: 0, low: 0, high: 0 });
  });

  it('is the same for the same seed, and leaves the rows as they were', () => {
    const before = rows.map((row) => [...row]);
    expect(measure(2)).toEqual(measure(2));
    expect(rows.map((row) => [...row])).toEqual(before);
  });

  it('has the interval of Student’s t over its repeats (hand-computed)', () => {
    const losses = [0, 1, 3];
    let call = 0;
    const [only] = permutationImportance({
      names: ['x'],
      rows: [Float64Array.of(1), Float64Array.of(2)],
      loss: () => losses[call++]!,
      random: () => 0.5,
      repeats: 2,
    });
    expect(only!.importance).toBe(2);
    expect(only!.deviation).toBeCloseTo(Math.SQRT2, 12);
    // t(0.975; 1) = 12.7062, over √2 of √2.
    expect(only!.high - 2).toBeCloseTo(12.7062, 3);
  });

  it.each([
    ['a single row', { names: ['x'], rows: [Float64Array.of(1)] }],
    ['rows of another width', { names: ['x'], rows: [Float64Array.of(1), Float64Array.of(1, 2)] }],
  ])('refuses %s', (_what, input) =>
    expect(() => permutationImportance({ ...input, loss: () => 0, random: () => 0.5 })).toThrow(RangeError),
  );
});

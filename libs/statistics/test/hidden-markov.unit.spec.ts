import { seededRandom } from '@tradewind/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { filterStates, fitHiddenMarkov, type HiddenMarkovModel, stationaryStates } from '../src/index.js';
import { adjustedCloses, sp500 } from './index-returns.js';

const uniform = (seed: number): (() => number) => {
  const random = seededRandom(seed);
  return () => random.next();
};

const fraction = (value: number): number => value - Math.floor(value);

/** Two regimes of 25 values in turn, made by a formula, so that other programs can be fed with the same. */
const formulaValues = Array.from({ length: 200 }, (_value, index) => {
  const time = index + 1;
  const noise = [Math.sin(time * 1.3), Math.sin(time * 2.7 + 1), Math.sin(time * 3.1 + 2)].map((value) => fraction(1_000 * value));
  const shock = noise.reduce((sum, value) => sum + value) - 1.5;
  return Math.floor(time / 25) % 2 === 0 ? 0.5 + 0.4 * shock : -0.4 + 1.2 * shock;
});

const model: HiddenMarkovModel = {
  initial: [2 / 3, 1 / 3],
  transition: [
    [0.9, 0.1],
    [0.2, 0.8],
  ],
  means: [0.5, -0.4],
  deviations: [0.2, Math.sqrt(0.3)],
};

const draw = ({ initial, transition, means, deviations }: HiddenMarkovModel, count: number, seed: string): readonly number[] => {
  const random = seededRandom(seed);
  const pick = (row: readonly number[]): number => {
    let rest = random.next();
    const state = row.findIndex((share) => (rest -= share) < 0);
    return state < 0 ? row.length - 1 : state;
  };
  let state = pick(initial);
  return Array.from({ length: count }, () => {
    const value = means[state]! + deviations[state]! * random.normal();
    state = pick(transition[state]!);
    return value;
  });
};

describe('the filter of a hidden Markov model', () => {
  it('gives the probabilities and the likelihood of statsmodels 0.15 and hmmlearn 0.3.3 on the same series', () => {
    const { probabilities, logLikelihood } = filterStates(model, formulaValues);
    expect(logLikelihood).toBeCloseTo(-120.45505751445, 9);
    const reference = new Map([
      [0, 0.849495888],
      [10, 0.99068016],
      [24, 7.7726282e-3],
      [25, 1.8242216e-4],
      [30, 0.563621674],
      [199, 0.447581056],
    ]);
    for (const [index, first] of reference) expect(probabilities[index]![0]).toBeCloseTo(first, 8);
  });

  it('has probabilities that sum to 1, for any values, far ones too', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 }), (values) => {
        for (const row of filterStates(model, values).probabilities) {
          expect(row.every((share) => share >= 0 && share <= 1)).toBe(true);
          expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        }
      }),
      { seed: 20_000_103, numRuns: 100 },
    );
  });

  it('knows the long run of its chain', () => {
    expect([...stationaryStates(model)].map((share) => share.toFixed(10))).toEqual(['0.6666666667', '0.3333333333']);
  });

  it.each([
    ['one state', { ...model, means: [1], deviations: [1] }],
    ['probabilities that do not sum to 1', { ...model, initial: [0.5, 0.6] }],
    ['a row of the wrong length', { ...model, transition: [[1], [0.2, 0.8]] }],
    ['a deviation of zero', { ...model, deviations: [0, 1] }],
  ])('refuses %s', (_what, wrong) => expect(() => filterStates(wrong, [1, 2])).toThrow(RangeError));
});

describe('the fit of a hidden Markov model', () => {
  it('reaches the likelihood and the parameters of hmmlearn’s best fit of ten', () => {
    const fit = fitHiddenMarkov(formulaValues, { states: 2, random: uniform(1), tolerance: 1e-11 });
    expect(fit.logLikelihood).toBeCloseTo(-106.818942422, 6);
    expect(fit.model.means[0]).toBeCloseTo(-0.257225433, 5);
    expect(fit.model.means[1]).toBeCloseTo(0.475567709, 5);
    expect(fit.model.deviations[0]! ** 2).toBeCloseTo(0.420601437, 5);
    expect(fit.model.deviations[1]! ** 2).toBeCloseTo(0.042246173, 5);
    expect(fit.model.transition[0]![1]).toBeCloseTo(0.034652832, 5);
    expect(fit.model.transition[1]![0]).toBeCloseTo(0.043444724, 5);
  });

  it('finds the parameters of a drawn series of three states', () => {
    const truth: HiddenMarkovModel = {
      initial: [1, 0, 0],
      transition: [
        [0.95, 0.04, 0.01],
        [0.02, 0.96, 0.02],
        [0.01, 0.02, 0.97],
      ],
      means: [-1.5, 0, 1],
      deviations: [1, 0.3, 0.6],
    };
    const { model: found } = fitHiddenMarkov(draw(truth, 6_000, 'three-states'), { states: 3, random: uniform(2), starts: 3 });
    for (const state of [0, 1, 2]) {
      expect(Math.abs(found.means[state]! - truth.means[state]!)).toBeLessThan(0.08);
      expect(Math.abs(found.deviations[state]! / truth.deviations[state]! - 1)).toBeLessThan(0.06);
      for (const next of [0, 1, 2]) expect(Math.abs(found.transition[state]![next]! - truth.transition[state]![next]!)).toBeLessThan(0.015);
    }
  });

  it('is the same for the same seed', () => {
    const values = draw(model, 400, 'same-seed');
    const fit = () => fitHiddenMarkov(values, { states: 2, random: uniform(3), starts: 2 });
    expect(fit()).toEqual(fit());
  });

  it('refuses too few values and values that stand still', () => {
    expect(() => fitHiddenMarkov([1, 2, 3], { states: 2, random: uniform(1) })).toThrow(RangeError);
    expect(() => fitHiddenMarkov(new Float64Array(100), { states: 2, random: uniform(1) })).toThrow(RangeError);
  });
});

describe.skipIf(sp500.absent)(`regimes of the S&P 500, 1999 to 2018${sp500.note}`, () => {
  it('are those of hmmlearn’s best fit of six: a calm state that rises and a wild one that falls', () => {
    const closes = adjustedCloses();
    const returns = closes.slice(1).map((close, index) => 100 * Math.log(close / closes[index]!));
    const { model: found, logLikelihood } = fitHiddenMarkov(returns, { states: 2, random: uniform(4), starts: 2 });
    expect(logLikelihood).toBeCloseTo(-7_131.65356, 3);
    expect(found.means.map((value) => value.toFixed(3))).toEqual(['-0.088', '0.069']);
    expect(found.deviations.map((value) => value.toFixed(3))).toEqual(['1.806', '0.685']);
    expect(found.transition.map((row) => row.map((share) => share.toFixed(3)))).toEqual([
      ['0.977', '0.023'],
      ['0.012', '0.988'],
    ]);
  });
});

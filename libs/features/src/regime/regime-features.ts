import type { HiddenMarkovModel } from '@tradewind/statistics';

import type { FeatureDefinition } from '../definitions/definition.js';
import type { PrimitivePool } from '../rolling/pool.js';
import { RegimeFilter } from './regime-filter.js';

/** States of the trend by their mean return, least first. */
export const TREND_STATES = ['bear', 'sideways', 'bull'] as const;
/** States of the volatility by their deviation, least first. */
export const VOLATILITY_STATES = ['calm', 'wild'] as const;

export type TrendState = (typeof TREND_STATES)[number];
export type VolatilityState = (typeof VOLATILITY_STATES)[number];

/** Means, deviations and probabilities of moving on, by state: what a fit leaves. The rest of each row is the probability to stay. */
export type TrendNumbers = readonly [
  bearMean: number,
  sidewaysMean: number,
  bullMean: number,
  bearDeviation: number,
  sidewaysDeviation: number,
  bullDeviation: number,
  bearToSideways: number,
  bearToBull: number,
  sidewaysToBear: number,
  sidewaysToBull: number,
  bullToBear: number,
  bullToSideways: number,
];
export type VolatilityNumbers = readonly [
  mean: number,
  calmDeviation: number,
  wildDeviation: number,
  calmToWild: number,
  wildToCalm: number,
];

const trendModel = (numbers: TrendNumbers): HiddenMarkovModel => {
  const [m0, m1, m2, d0, d1, d2, p01, p02, p10, p12, p20, p21] = numbers;
  if (!(m0 < m1 && m1 < m2)) throw new RangeError(`the means of bear, sideways and bull must grow, not be ${m0}, ${m1}, ${m2}`);
  return {
    initial: [1, 0, 0],
    transition: [
      [1 - p01 - p02, p01, p02],
      [p10, 1 - p10 - p12, p12],
      [p20, p21, 1 - p20 - p21],
    ],
    means: [m0, m1, m2],
    deviations: [d0, d1, d2],
  };
};

const volatilityModel = ([mean, calm, wild, toWild, toCalm]: VolatilityNumbers): HiddenMarkovModel => {
  if (!(calm < wild)) throw new RangeError(`the calm deviation must be below the wild one, not ${calm} and ${wild}`);
  return {
    initial: [1, 0],
    transition: [
      [1 - toWild, toWild],
      [toCalm, 1 - toCalm],
    ],
    means: [mean, mean],
    deviations: [calm, wild],
  };
};

const probability = (
  name: string,
  formula: string,
  model: HiddenMarkovModel,
  parameters: readonly (number | string)[],
  state: number,
): FeatureDefinition => ({
  name,
  formula,
  parameters,
  inputs: ['close'],
  window: 2,
  compose(pool: PrimitivePool) {
    const filter = pool.share(new RegimeFilter(pool.logReturn(), model));
    return () => filter.memory[state]!;
  },
});

/**
 * Probability that the market is in a state of the trend, given the log returns so far: a hidden Markov model of three normal states.
 * Throws RangeError on numbers that make no model.
 */
export const trendRegime = (state: TrendState, ...numbers: TrendNumbers): FeatureDefinition =>
  probability(`regime_${state}`, 'regime-trend@1', trendModel(numbers), [state, ...numbers], TREND_STATES.indexOf(state));

/** The most probable state of the trend: -1 bear, 0 sideways, 1 bull. */
export const trendState = (...numbers: TrendNumbers): FeatureDefinition => {
  const model = trendModel(numbers);
  return {
    name: 'regime_trend',
    formula: 'regime-trend-state@1',
    parameters: numbers,
    inputs: ['close'],
    window: 2,
    compose(pool) {
      const filter = pool.share(new RegimeFilter(pool.logReturn(), model));
      return () => filter.value - 1;
    },
  };
};

/** Probability that volatility is in a state: a hidden Markov model of two normal states with one mean. */
export const volatilityRegime = (state: VolatilityState, ...numbers: VolatilityNumbers): FeatureDefinition =>
  probability(`regime_${state}`, 'regime-volatility@1', volatilityModel(numbers), [state, ...numbers], VOLATILITY_STATES.indexOf(state));

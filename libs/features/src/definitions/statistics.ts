import type { FeatureDefinition } from './definition.js';

const NO_MEMORY_EXPONENT = 0.5;
/** Squared returns below this are rounding, not movement. */
const NO_MOVEMENT = 1e-16;

/** Slope of the least-squares line through (x, y) is Σ weight·y with these weights. */
const slopeWeights = (xs: readonly number[]): readonly number[] => {
  const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length;
  const squares = xs.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return xs.map((x) => (x - mean) / squares);
};

/**
 * Generalised Hurst exponent H(2) over the last `period` differences: half the slope of ln(mean squared difference of log prices over a
 * distance) against ln(distance), distances 1, 2, 4 … `distanceMax`. 0.5 is a random walk. O(1) a bar: one window sum for each distance.
 * Source: Di Matteo, Aste, Dacorogna, "Long-term memories of developed and emerging markets", J. Banking & Finance 29 (2005), eq. 1–3.
 */
export const hurst = (period: number, distanceMax: number): FeatureDefinition => ({
  name: `hurst_${period}`,
  formula: 'hurst-generalised@1',
  parameters: [period, distanceMax],
  inputs: ['close'],
  window: period + distanceMax,
  compose(pool) {
    const distances: number[] = [];
    for (let distance = 1; distance <= distanceMax; distance *= 2) distances.push(distance);
    const now = pool.logClose();
    const sums = distances.map((distance) => {
      const before = pool.lag(now, distance);
      return pool.sum(
        pool.derive(`squared-move(${distance})`, [now, before], () => (now.value - before.value) ** 2),
        period,
      );
    });
    const weights = slopeWeights(distances.map((distance) => Math.log(distance)));
    return () => {
      let slope = 0;
      for (let index = 0; index < sums.length; index += 1) {
        const sum = sums[index]!.value;
        if (sum <= NO_MOVEMENT) return NO_MEMORY_EXPONENT;
        slope += weights[index]! * Math.log(sum);
      }
      return slope / 2;
    };
  },
});

/** Sample autocorrelation at lag 1 of the last `period` log returns, in [-1, 1] (Box & Jenkins 1976, eq. 2.1.11); 0 when nothing moved. */
export const autocorrelation = (period: number): FeatureDefinition => ({
  name: `autocorrelation_${period}`,
  formula: 'autocorrelation-lag-1@1',
  parameters: [period],
  inputs: ['close'],
  window: period + 1,
  compose(pool) {
    const last = pool.logReturn();
    const before = pool.lag(last, 1);
    const first = pool.lag(last, period - 1);
    const deviation = pool.deviation(last, period);
    const products = pool.sum(
      pool.derive('adjacent-product', [last, before], () => last.value * before.value),
      period - 1,
    );
    return () => {
      const { mean } = deviation;
      const squares = deviation.value * deviation.value * period;
      if (squares <= NO_MOVEMENT) return 0;
      const both = 2 * mean * period - last.value - first.value;
      return Math.max(-1, Math.min(1, (products.value - mean * both + (period - 1) * mean * mean) / squares));
    };
  },
});

/** ln(close / close before), of the bar `lag - 1` bars ago. */
export const logReturn = (lag: number): FeatureDefinition => ({
  name: `log_return_${lag}`,
  formula: 'log-return@1',
  parameters: [lag],
  inputs: ['close'],
  window: lag + 1,
  compose(pool) {
    const last = pool.logReturn();
    const source = lag === 1 ? last : pool.lag(last, lag - 1);
    return () => source.value;
  },
});

import { mean, sampleDeviation } from './moments.js';

/** Did correlations change between two stretches of time? */
export interface CorrelationShift {
  /** Average of the pairwise correlations, before and now. */
  readonly before: number;
  readonly now: number;
  /** Signed; beyond 1.96 one pair alone would differ at the 5% level. */
  readonly z: number;
}

/** Correlations at ±1 would be infinitely far away. */
const CORRELATION_MAX = 0.999_999;
/** Fisher's variance 1/(n − 3) needs more than three. */
const OBSERVATIONS_MIN = 4;

/** Each series less its mean, over its deviation and √(n − 1): a correlation is a sum of products then. Undefined for a series that does not vary. */
const standardised = (series: ArrayLike<number>): Float64Array | undefined => {
  const centre = mean(series);
  const scale = sampleDeviation(series) * Math.sqrt(series.length - 1);
  if (!(scale > 0)) return undefined;
  const result = new Float64Array(series.length);
  for (let index = 0; index < result.length; index += 1) result[index] = (series[index]! - centre) / scale;
  return result;
};

/** Mean over all pairs of `transform` of their correlation; NaN without a pair. Series that do not vary are left out. */
const meanOverPairs = (series: readonly ArrayLike<number>[], transform: (correlation: number) => number): number => {
  const columns = series.map(standardised).filter((column) => column !== undefined);
  let sum = 0;
  let pairs = 0;
  for (let left = 1; left < columns.length; left += 1) {
    for (let right = 0; right < left; right += 1) {
      const one = columns[left]!;
      const other = columns[right]!;
      let product = 0;
      for (let index = 0; index < one.length; index += 1) product += one[index]! * other[index]!;
      sum += transform(product);
      pairs += 1;
    }
  }
  return pairs === 0 ? Number.NaN : sum / pairs;
};

/** Average pairwise correlation of series of one length; NaN without a pair that varies. */
export const averageCorrelation = (series: readonly ArrayLike<number>[]): number => meanOverPairs(series, (value) => value);

const fisherZ = (correlation: number): number => Math.atanh(Math.max(-CORRELATION_MAX, Math.min(CORRELATION_MAX, correlation)));

/**
 * Fisher's test of two correlations (Fisher 1921: atanh r is normal with variance 1/(n − 3)), on the mean of atanh r over all pairs. The error is that of a
 * single pair, which a mean over pairs never exceeds: the test is exact for two series and careful for more. The stretches must not overlap. Undefined with
 * fewer than four observations or without a pair that varies in both.
 */
export const correlationShift = (before: readonly ArrayLike<number>[], now: readonly ArrayLike<number>[]): CorrelationShift | undefined => {
  const countBefore = before[0]?.length ?? 0;
  const countNow = now[0]?.length ?? 0;
  if (countBefore < OBSERVATIONS_MIN || countNow < OBSERVATIONS_MIN) return undefined;
  const z = (meanOverPairs(now, fisherZ) - meanOverPairs(before, fisherZ)) / Math.sqrt(1 / (countBefore - 3) + 1 / (countNow - 3));
  return Number.isFinite(z) ? { before: averageCorrelation(before), now: averageCorrelation(now), z } : undefined;
};

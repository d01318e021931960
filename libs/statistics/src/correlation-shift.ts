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

/**
 * Average pairwise correlation of series of one length; series that do not vary are left out. NaN with fewer than two that do. Scaled to unit length, the square
 * of the series' sum is their number plus twice the sum over the pairs, so the cost grows with the series and not with their pairs.
 */
export const averageCorrelation = (series: readonly ArrayLike<number>[]): number => {
  const sum = new Float64Array(series[0]?.length ?? 0);
  let count = 0;
  for (const values of series) {
    const centre = mean(values);
    const length = sampleDeviation(values) * Math.sqrt(values.length - 1);
    if (!(length > 0)) continue;
    count += 1;
    for (let index = 0; index < sum.length; index += 1) sum[index] = sum[index]! + (values[index]! - centre) / length;
  }
  if (count < 2) return Number.NaN;
  let square = 0;
  for (let index = 0; index < sum.length; index += 1) square += sum[index]! * sum[index]!;
  return (square - count) / (count * (count - 1));
};

const fisherZ = (correlation: number): number => Math.atanh(Math.max(-CORRELATION_MAX, Math.min(CORRELATION_MAX, correlation)));

/**
 * Fisher's test of two correlations (Fisher 1921: atanh r is normal with variance 1/(n − 3)), on the average over all pairs. The error is that of a single pair,
 * which an average over pairs does not exceed: the test is exact for two series and careful for more. The stretches must not overlap. Undefined with fewer
 * than four observations or without a pair that varies in both.
 */
export const correlationShift = (before: readonly ArrayLike<number>[], now: readonly ArrayLike<number>[]): CorrelationShift | undefined => {
  const countBefore = before[0]?.length ?? 0;
  const countNow = now[0]?.length ?? 0;
  if (countBefore < OBSERVATIONS_MIN || countNow < OBSERVATIONS_MIN) return undefined;
  const [averageBefore, averageNow] = [averageCorrelation(before), averageCorrelation(now)];
  const z = (fisherZ(averageNow) - fisherZ(averageBefore)) / Math.sqrt(1 / (countBefore - 3) + 1 / (countNow - 3));
  return Number.isNaN(z) ? undefined : { before: averageBefore, now: averageNow, z };
};

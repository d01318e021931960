import { studentTCdf } from './distributions.js';
import { mean, sampleDeviation } from './moments.js';

export interface MeanTest {
  readonly mean: number;
  readonly tStatistic: number;
  readonly degreesOfFreedom: number;
  /** Two-sided. */
  readonly pValue: number;
}

/** Student's one-sample t-test of the mean against `hypothesised`. NaN statistics below two values or without spread. */
export const meanTest = (values: ArrayLike<number>, hypothesised = 0): MeanTest => {
  const degreesOfFreedom = Math.max(0, values.length - 1);
  const average = mean(values);
  const error = sampleDeviation(values) / Math.sqrt(values.length);
  const tStatistic = error > 0 ? (average - hypothesised) / error : Number.NaN;
  const pValue = 2 * studentTCdf(-Math.abs(tStatistic), degreesOfFreedom);
  return { mean: average, tStatistic, degreesOfFreedom, pValue };
};

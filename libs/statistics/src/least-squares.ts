import { studentTCdf } from './distributions.js';

export interface Coefficient {
  readonly value: number;
  /** Standard error with the usual assumptions: errors independent, of one variance. */
  readonly error: number;
  readonly tStatistic: number;
  /** Two-sided, of the coefficient being zero. */
  readonly pValue: number;
}

export interface Line {
  readonly observations: number;
  readonly intercept: Coefficient;
  readonly slope: Coefficient;
  /** Share of the variance of y that the line explains. */
  readonly rSquared: number;
  /** Standard deviation of the residuals, n − 2 degrees of freedom. */
  readonly residualDeviation: number;
}

const OBSERVATIONS_MIN = 3;

const coefficient = (value: number, error: number, degrees: number): Coefficient => {
  const tStatistic = value / error;
  return { value, error, tStatistic, pValue: 2 * studentTCdf(-Math.abs(tStatistic), degrees) };
};

/**
 * Ordinary least squares of y on x with an intercept (Greene, Econometric Analysis, ch. 3 and 4). Throws RangeError on series of different
 * lengths, fewer than three pairs or an x that does not vary.
 */
export const leastSquaresLine = (x: ArrayLike<number>, y: ArrayLike<number>): Line => {
  const observations = x.length;
  if (y.length !== observations) throw new RangeError(`series of ${observations} and ${y.length} values`);
  if (observations < OBSERVATIONS_MIN) throw new RangeError(`a line needs ${OBSERVATIONS_MIN} pairs, not ${observations}`);
  let meanX = 0;
  let meanY = 0;
  for (let index = 0; index < observations; index += 1) {
    meanX += x[index]! / observations;
    meanY += y[index]! / observations;
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let index = 0; index < observations; index += 1) {
    const fromX = x[index]! - meanX;
    const fromY = y[index]! - meanY;
    xx += fromX * fromX;
    xy += fromX * fromY;
    yy += fromY * fromY;
  }
  if (!(xx > 0)) throw new RangeError('x does not vary');
  const slope = xy / xx;
  const degrees = observations - 2;
  const residuals = Math.max(0, yy - slope * xy);
  const variance = residuals / degrees;
  return {
    observations,
    slope: coefficient(slope, Math.sqrt(variance / xx), degrees),
    intercept: coefficient(meanY - slope * meanX, Math.sqrt(variance * (1 / observations + (meanX * meanX) / xx)), degrees),
    rSquared: yy > 0 ? 1 - residuals / yy : Number.NaN,
    residualDeviation: Math.sqrt(variance),
  };
};

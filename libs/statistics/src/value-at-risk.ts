import { normalQuantile } from './distributions.js';
import { quantile } from './moments.js';

/**
 * Value at risk and expected shortfall (CVaR) of returns by three methods. Both are told as losses: positive fractions. `confidence` is 0.95 or 0.99
 * rather than 0.05. Too few values give NaN.
 */

/** Moments as the population's (divisor n), as PerformanceAnalytics takes them. */
export interface ReturnMoments {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
  readonly skewness: number;
  readonly excessKurtosis: number;
}

/** All four in one pass over deviations from the mean. Without spread skewness and kurtosis are 0: nothing is known of a shape. */
export const returnMoments = (returns: ArrayLike<number>): ReturnMoments => {
  const count = returns.length;
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += returns[index]!;
  const mean = sum / count;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let index = 0; index < count; index += 1) {
    const from = returns[index]! - mean;
    const square = from * from;
    second += square;
    third += square * from;
    fourth += square * square;
  }
  const variance = second / count;
  const varies = variance > 0;
  return {
    count,
    mean,
    deviation: Math.sqrt(variance),
    skewness: varies ? third / count / variance ** 1.5 : 0,
    excessKurtosis: varies ? fourth / count / variance ** 2 - 3 : 0,
  };
};

const normalDensity = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** −quantile (type 7) of the returns themselves: no distribution is assumed (Dowd, Measuring Market Risk, 2nd edition, 4.2). */
export const historicalValueAtRisk = (returns: ArrayLike<number>, confidence: number): number => -quantile(returns, 1 - confidence);

/** Mean loss of the returns at or below the historical value at risk. */
export const historicalShortfall = (returns: ArrayLike<number>, confidence: number): number => {
  const threshold = quantile(returns, 1 - confidence);
  let sum = 0;
  let count = 0;
  for (let index = 0; index < returns.length; index += 1) {
    if (returns[index]! > threshold) continue;
    sum += returns[index]!;
    count += 1;
  }
  return count === 0 ? Number.NaN : -sum / count;
};

/** −μ − zσ of a normal distribution (RiskMetrics Technical Document, 4th edition, 1996; Jorion, Value at Risk, 3rd edition, ch. 5). */
export const parametricValueAtRisk = ({ mean, deviation }: ReturnMoments, confidence: number): number =>
  -mean - normalQuantile(1 - confidence) * deviation;

/** −μ + σφ(z)/(1 − confidence) of a normal distribution (McNeil, Frey, Embrechts, Quantitative Risk Management, 2nd edition, example 2.14). */
export const parametricShortfall = ({ mean, deviation }: ReturnMoments, confidence: number): number =>
  -mean + (deviation * normalDensity(normalQuantile(1 - confidence))) / (1 - confidence);

/** z of the tail, moved by skewness and kurtosis (Cornish and Fisher 1937, second order; Zangari, RiskMetrics Monitor 1996 Q1). */
const cornishFisherQuantile = ({ skewness, excessKurtosis }: ReturnMoments, z: number): number =>
  z + ((z * z - 1) * skewness) / 6 + ((z ** 3 - 3 * z) * excessKurtosis) / 24 - ((2 * z ** 3 - 5 * z) * skewness * skewness) / 36;

/**
 * Modified value at risk. The expansion is a quantile only for moderate moments (Maillard 2012): beyond them it can fall below the normal value, so it is
 * one of three methods and never the only one that is looked at.
 */
export const cornishFisherValueAtRisk = (moments: ReturnMoments, confidence: number): number =>
  -moments.mean - cornishFisherQuantile(moments, normalQuantile(1 - confidence)) * moments.deviation;

/**
 * Modified expected shortfall: the mean beyond the modified quantile g under the second-order Edgeworth density (Boudt, Peterson and Croux, Journal of Risk
 * 11(2), 2008), whose integrals of x·He(x)·φ(x) are φ(g) times g³, g⁴ − 2g² − 1 and g⁶ − 9g⁴ + 9g² + 3. In the operational form of the paper: never below
 * the modified value at risk.
 */
export const cornishFisherShortfall = (moments: ReturnMoments, confidence: number): number => {
  const { mean, deviation, skewness, excessKurtosis } = moments;
  const g = cornishFisherQuantile(moments, normalQuantile(1 - confidence));
  const square = g * g;
  const shape =
    1 +
    (skewness * square * g) / 6 +
    (excessKurtosis * (square * square - 2 * square - 1)) / 24 +
    (skewness * skewness * (square ** 3 - 9 * square * square + 9 * square + 3)) / 72;
  return -mean + deviation * Math.max((normalDensity(g) * shape) / (1 - confidence), -g);
};

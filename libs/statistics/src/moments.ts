/** Moments of plain numbers. Too few values for a moment give NaN, never a made-up zero. */

export const mean = (values: ArrayLike<number>): number => {
  if (values.length === 0) return Number.NaN;
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index]!;
  return sum / values.length;
};

const centralMoment = (values: ArrayLike<number>, power: number): number => {
  const centre = mean(values);
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += (values[index]! - centre) ** power;
  return sum / values.length;
};

/** Unbiased variance (divisor n − 1); NaN below two values. */
export const sampleVariance = (values: ArrayLike<number>): number => {
  if (values.length < 2) return Number.NaN;
  const centre = mean(values);
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += (values[index]! - centre) ** 2;
  return sum / (values.length - 1);
};

/** Square root of the unbiased variance; NaN below two values. */
export const sampleDeviation = (values: ArrayLike<number>): number => Math.sqrt(sampleVariance(values));

/** Skewness g1 = m3 / m2^1.5 with population moments (what scipy and pyfolio report). NaN below two values or without spread. */
export const skewness = (values: ArrayLike<number>): number => {
  if (values.length < 2) return Number.NaN;
  return centralMoment(values, 3) / centralMoment(values, 2) ** 1.5;
};

/** Excess kurtosis g2 = m4 / m2² − 3 with population moments (Fisher's convention). NaN below two values or without spread. */
export const excessKurtosis = (values: ArrayLike<number>): number => {
  if (values.length < 2) return Number.NaN;
  return centralMoment(values, 4) / centralMoment(values, 2) ** 2 - 3;
};

/** Unbiased covariance of two series of equal length. Throws RangeError on different lengths; NaN below two pairs. */
export const sampleCovariance = (left: ArrayLike<number>, right: ArrayLike<number>): number => {
  if (left.length !== right.length) throw new RangeError(`series of ${left.length} and ${right.length} values`);
  if (left.length < 2) return Number.NaN;
  const leftMean = mean(left);
  const rightMean = mean(right);
  let sum = 0;
  for (let index = 0; index < left.length; index += 1) sum += (left[index]! - leftMean) * (right[index]! - rightMean);
  return sum / (left.length - 1);
};

/** Pearson's correlation; NaN below two pairs or when a series does not vary. */
export const correlation = (left: ArrayLike<number>, right: ArrayLike<number>): number =>
  sampleCovariance(left, right) / (sampleDeviation(left) * sampleDeviation(right));

/** Linear-interpolated quantile (type 7 of Hyndman and Fan, numpy's default) of unsorted values; NaN for none. */
export const quantile = (values: ArrayLike<number>, probability: number): number => {
  if (values.length === 0 || !(probability >= 0 && probability <= 1)) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
};

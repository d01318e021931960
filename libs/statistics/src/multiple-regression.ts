import { mean } from './moments.js';

export interface MultipleRegression {
  readonly intercept: number;
  /** One for each regressor, in their order. */
  readonly slopes: readonly number[];
  /** Share of the variance of y that is explained; NaN when y does not vary. */
  readonly rSquared: number;
}

/** Share of a column's length that is left once the columns before it are taken out; below it, it is their combination. */
const INDEPENDENT_SHARE_MIN = 1e-10;

const dot = (left: Float64Array, right: Float64Array): number => {
  let sum = 0;
  for (let index = 0; index < left.length; index += 1) sum += left[index]! * right[index]!;
  return sum;
};

const centred = (values: ArrayLike<number>): Float64Array => {
  const centre = mean(values);
  return Float64Array.from(values, (value) => value - centre);
};

const take = (from: Float64Array, factor: number, column: Float64Array): void => {
  for (let index = 0; index < from.length; index += 1) from[index] = from[index]! - factor * column[index]!;
};

/**
 * Ordinary least squares of y on several regressors with an intercept, by modified Gram–Schmidt orthogonalisation of the centred columns (Björck 1967; Golub and
 * Van Loan, Matrix Computations, 5.2.8). A regressor that the ones before it explain gets a slope of 0. Throws RangeError on different lengths or fewer
 * observations than unknowns.
 */
export const multipleRegression = (y: ArrayLike<number>, regressors: readonly ArrayLike<number>[]): MultipleRegression => {
  if (regressors.some(({ length }) => length !== y.length)) throw new RangeError('series of different lengths');
  if (y.length <= regressors.length + 1) throw new RangeError(`${y.length} observations for ${regressors.length + 1} unknowns`);
  const residual = centred(y);
  const total = dot(residual, residual);
  const columns = regressors.map(centred);
  const count = columns.length;
  const upper = columns.map(() => new Float64Array(count));
  const scores = new Float64Array(count);
  const isKept = columns.map(() => false);
  for (let column = 0; column < count; column += 1) {
    const current = columns[column]!;
    const length = dot(current, current);
    const whole = dot(centred(regressors[column]!), centred(regressors[column]!));
    if (!(length > whole * INDEPENDENT_SHARE_MIN)) continue;
    isKept[column] = true;
    for (let later = column + 1; later < count; later += 1) {
      const factor = dot(current, columns[later]!) / length;
      upper[column]![later] = factor;
      take(columns[later]!, factor, current);
    }
    scores[column] = dot(current, residual) / length;
    take(residual, scores[column]!, current);
  }
  const slopes = Array.from({ length: count }, () => 0);
  for (let row = count - 1; row >= 0; row -= 1) {
    if (!isKept[row]!) continue;
    let slope = scores[row]!;
    for (let later = row + 1; later < count; later += 1) slope -= upper[row]![later]! * slopes[later]!;
    slopes[row] = slope;
  }
  const intercept = slopes.reduce((sum, slope, index) => sum - slope * mean(regressors[index]!), mean(y));
  return { intercept, slopes, rSquared: total > 0 ? 1 - dot(residual, residual) / total : Number.NaN };
};

import type { CatalogueEntry } from '../catalogue/entry.js';
import { type Catalogued, catalogued, choice, period } from '../catalogue/recipe.js';
import type { PrimitivePool } from '../rolling/pool.js';
import type { BarField } from '../rolling/primitive.js';

const DEGREES_PER_RADIAN = 180 / Math.PI;

/** Least-squares line through the last closes at x = 0 … size - 1. */
class Line {
  slope = Number.NaN;
  intercept = Number.NaN;

  constructor(readonly size: number) {}

  /** From Σy and Σ(x + 1)·y. */
  fit(sum: number, weighted: number): void {
    const { size } = this;
    const middle = (size - 1) / 2;
    // Σ(x - x̄)² of 0 … size - 1.
    const squares = (size * (size * size - 1)) / 12;
    this.slope = (weighted - (middle + 1) * sum) / squares;
    this.intercept = sum / size - this.slope * middle;
  }
}

const lineOf = (pool: PrimitivePool, size: number): (() => Line) => {
  const sum = pool.weighted(pool.close, size);
  const line = new Line(size);
  return () => {
    line.fit(sum.sum, sum.value);
    return line;
  };
};

const ofLine = (name: string, summary: string, read: (line: Line, size: number) => number): Catalogued<[number]> =>
  catalogued({
    name,
    group: 'statistics',
    summary,
    parameters: [period(14)],
    inputs: ['close'],
    window: (size: number) => size,
    compose(pool, size) {
      const line = lineOf(pool, size);
      return () => read(line(), size);
    },
  });

export const linearRegression = ofLine(
  'linreg',
  'End of the least-squares line through the last closes, in price.',
  ({ intercept, slope }, size) => intercept + slope * (size - 1),
);
export const linearRegressionSlope = ofLine(
  'linreg_slope',
  'Slope of the least-squares line through the last closes, in price a bar.',
  ({ slope }) => slope,
);
export const linearRegressionIntercept = ofLine(
  'linreg_intercept',
  'Start of the least-squares line through the last closes, in price.',
  ({ intercept }) => intercept,
);
export const linearRegressionAngle = ofLine(
  'linreg_angle',
  'Angle of the least-squares line, in degrees.',
  ({ slope }) => Math.atan(slope) * DEGREES_PER_RADIAN,
);
export const timeSeriesForecast = ofLine(
  'tsf',
  'The least-squares line one bar further, in price.',
  ({ intercept, slope }, size) => intercept + slope * size,
);

/** Σ(x - x̄)(y - ȳ) / Σ(x - x̄)² and r² come from the covariance of the close with a count of bars, which is free of the price level. */
const residualOf = (pool: PrimitivePool, size: number): { readonly share: () => number; readonly squares: () => number } => {
  const { close } = pool;
  const line = pool.weighted(close, size);
  const spread = pool.deviation(close, size);
  const squaresX = (size * (size * size - 1)) / 12;
  const products = (): number => line.value - ((size + 1) / 2) * line.sum;
  const squaresY = (): number => spread.value * spread.value * size;
  return {
    share: () => (squaresY() > 0 ? Math.min(1, products() ** 2 / (squaresX * squaresY())) : 0),
    squares: () => Math.max(0, squaresY() - products() ** 2 / squaresX),
  };
};

export const linearRegressionR2 = catalogued({
  name: 'linreg_r2',
  group: 'statistics',
  summary: 'Share of the variance of the last closes that a straight line explains, 0 to 1.',
  convention: '0 when nothing moved',
  parameters: [period(14, 3)],
  inputs: ['close'],
  window: (size: number) => size,
  compose: (pool, size) => residualOf(pool, size).share,
});

export const forecastOscillator = catalogued({
  name: 'fosc',
  group: 'momentum',
  summary: 'Chande and Kroll: 100·(close - forecast of the bar before) / close.',
  parameters: [period(5)],
  inputs: ['close'],
  window: (size: number) => size + 1,
  compose(pool, size) {
    const { close } = pool;
    const sum = pool.weighted(close, size);
    const line = new Line(size);
    const forecast = pool.derive(`forecast(${size})`, [sum], () => {
      line.fit(sum.sum, sum.value);
      return line.intercept + line.slope * size;
    });
    const before = pool.lag(forecast, 1);
    return () => (100 * (close.value - before.value)) / close.value;
  },
});

export const standardError = catalogued({
  name: 'stderr',
  group: 'statistics',
  summary: 'Standard error of the mean of the last closes: deviation / √period, in price.',
  convention: 'population deviation',
  parameters: [period(14)],
  inputs: ['close'],
  window: (size: number) => size,
  compose(pool, size) {
    const spread = pool.deviation(pool.close, size);
    const root = Math.sqrt(size);
    return () => spread.value / root;
  },
});

const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;
const pair = (x: BarField, y: BarField) => [choice('x', x, ...FIELDS), choice('y', y, ...FIELDS)];

export const correlation = catalogued({
  name: 'correlation',
  group: 'statistics',
  summary: "Pearson's correlation of two fields of the last bars, -1 to 1.",
  convention: '0 when either stood still',
  parameters: [...pair('close', 'volume'), period(30)],
  inputs: FIELDS,
  window: (_x: BarField, _y: BarField, size: number) => size,
  compose(pool, x, y, size) {
    const both = pool.covariance(pool[x], pool[y], size);
    return () => {
      const squares = both.squaresX * both.squaresY;
      return squares > 0 ? Math.max(-1, Math.min(1, both.value / Math.sqrt(squares))) : 0;
    };
  },
});

export const beta = catalogued({
  name: 'beta',
  group: 'statistics',
  summary: 'Slope of the relative changes of field y on those of field x.',
  convention: "TA-Lib's first input is x; 0 when x stood still",
  parameters: [...pair('high', 'low'), period(5)],
  inputs: FIELDS,
  window: (_x: BarField, _y: BarField, size: number) => size + 1,
  compose(pool, x, y, size) {
    const change = (field: BarField) => {
      const now = pool[field];
      const before = pool.lag(now, 1);
      return pool.derive(`relative-change(${field})`, [now, before], () => (before.value === 0 ? 0 : now.value / before.value - 1));
    };
    const both = pool.covariance(change(x), change(y), size);
    return () => (both.squaresX > 0 ? both.value / both.squaresX : 0);
  },
});

export const REGRESSIONS: readonly CatalogueEntry[] = [
  linearRegression,
  linearRegressionSlope,
  linearRegressionIntercept,
  linearRegressionAngle,
  timeSeriesForecast,
  linearRegressionR2,
  forecastOscillator,
  standardError,
  correlation,
  beta,
];

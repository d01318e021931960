import type { CatalogueEntry } from '../catalogue/entry.js';
import { type Catalogued, catalogued, period } from '../catalogue/recipe.js';
import type { PrimitivePool } from '../rolling/pool.js';
import type { Source } from '../rolling/primitive.js';
import { ratioOr } from './definition.js';

const OHLC = ['open', 'high', 'low', 'close'] as const;
const BARS_A_YEAR = 252;
const A_YEAR = 'times the root of 252: a fraction a year for daily bars';

export const trueRange = catalogued({
  name: 'true_range',
  group: 'volatility',
  summary: "Wilder's true range, in price.",
  convention: 'from the second bar on, as in TA-Lib (Tulip: from the first)',
  parameters: [],
  inputs: ['high', 'low', 'close'],
  window: () => 2,
  compose(pool) {
    const range = pool.trueRange();
    return () => range.value;
  },
});

const ofClose = (
  name: string,
  summary: string,
  convention: string,
  read: (pool: PrimitivePool, size: number) => () => number,
): Catalogued<[number]> =>
  catalogued({
    name,
    group: 'statistics',
    summary,
    convention,
    parameters: [period(20)],
    inputs: ['close'],
    window: (size: number) => size,
    compose: read,
  });

export const standardDeviation = ofClose('stddev', 'Standard deviation of the last closes, in price.', 'population', (pool, size) => {
  const spread = pool.deviation(pool.close, size);
  return () => spread.value;
});
export const variance = ofClose('variance', 'Variance of the last closes, in price squared.', 'population', (pool, size) => {
  const spread = pool.deviation(pool.close, size);
  return () => spread.value * spread.value;
});
export const meanDistance = ofClose(
  'mean_distance',
  'Mean absolute distance of the last closes from their mean, in price.',
  'costs one pass over its window a bar',
  (pool, size) => {
    const distance = pool.meanDistance(pool.close, size);
    return () => distance.value;
  },
);
export const zScore = ofClose(
  'z_score',
  'Distance of the close from its mean, in standard deviations.',
  'population deviation; 0 when nothing moved',
  (pool, size) => {
    const { close } = pool;
    const spread = pool.deviation(close, size);
    return () => (spread.value > 1e-12 * Math.abs(spread.mean) ? (close.value - spread.mean) / spread.value : 0);
  },
);

/** Root of the mean of a variance estimate of each bar, by the year. */
const rangeVolatility = (name: string, summary: string, estimate: (pool: PrimitivePool) => Source): Catalogued<[number]> =>
  catalogued({
    name,
    group: 'volatility',
    summary,
    convention: `mean over the period, ${A_YEAR}`,
    parameters: [period(20)],
    inputs: OHLC,
    window: (size: number) => size,
    compose(pool, size) {
      const sum = pool.sum(estimate(pool), size);
      return () => Math.sqrt(Math.max(0, (sum.value * BARS_A_YEAR) / size));
    },
  });

/** ln(close / open). */
const logBody = (pool: PrimitivePool): Source => {
  const { open, close } = pool;
  return pool.derive('log-body', [open, close], () => Math.log(close.value / open.value));
};

const rogersSatchellOf = (pool: PrimitivePool): Source => {
  const { open, high, low } = pool;
  const drift = logBody(pool);
  return pool.derive('rogers-satchell', [open, high, low, drift], () => {
    const up = Math.log(high.value / open.value);
    const down = Math.log(low.value / open.value);
    return up * (up - drift.value) + down * (down - drift.value);
  });
};

export const parkinson = rangeVolatility('parkinson_volatility', "Parkinson's volatility (1980) from highs and lows.", (pool) => {
  const { high, low } = pool;
  return pool.derive('parkinson', [high, low], () => Math.log(high.value / low.value) ** 2 / (4 * Math.LN2));
});
export const garmanKlass = rangeVolatility('garman_klass_volatility', 'Garman and Klass volatility (1980) from whole bars.', (pool) => {
  const { open, high, low, close } = pool;
  return pool.derive(
    'garman-klass',
    [open, high, low, close],
    () => 0.5 * Math.log(high.value / low.value) ** 2 - (2 * Math.LN2 - 1) * Math.log(close.value / open.value) ** 2,
  );
});
export const rogersSatchell = rangeVolatility(
  'rogers_satchell_volatility',
  'Rogers and Satchell volatility (1991), free of the drift.',
  rogersSatchellOf,
);

export const yangZhang = catalogued({
  name: 'yang_zhang_volatility',
  group: 'volatility',
  summary: 'Yang and Zhang volatility (2000): gaps, days and ranges, free of the drift.',
  convention: `sample variances, k = 0.34/(1.34 + (n+1)/(n-1)), ${A_YEAR}`,
  parameters: [period(20, 3)],
  inputs: OHLC,
  window: (size: number) => size + 1,
  compose(pool, size) {
    const { open, close } = pool;
    const before = pool.lag(close, 1);
    const night = pool.deviation(
      pool.derive('log-gap', [open, before], () => Math.log(open.value / before.value)),
      size,
    );
    const day = pool.deviation(logBody(pool), size);
    const range = pool.sum(rogersSatchellOf(pool), size);
    const sample = size / (size - 1);
    const k = 0.34 / (1.34 + (size + 1) / (size - 1));
    return () => Math.sqrt(BARS_A_YEAR * Math.max(0, sample * (night.value ** 2 + k * day.value ** 2) + ((1 - k) * range.value) / size));
  },
});

export const chaikinVolatility = catalogued({
  name: 'chaikin_volatility',
  group: 'volatility',
  summary: 'Change of the EMA of high - low over as many bars, in percent.',
  convention: 'the EMA starts with the plain mean of its first values (Tulip: with the first value); 0 when there was no range then',
  parameters: [period(10)],
  inputs: ['high', 'low'],
  window: (size: number) => 2 * size,
  compose(pool, size) {
    const { high, low } = pool;
    const mean = pool.ema(
      pool.derive('high-low', [high, low], () => high.value - low.value),
      size,
    );
    const before = pool.lag(mean, size);
    return () => ratioOr(100 * (mean.value - before.value), before.value, 0);
  },
});

export const massIndex = catalogued({
  name: 'mass_index',
  group: 'volatility',
  summary: "Dorsey's mass index: sum of EMA(9) of high - low / its EMA(9).",
  convention: 'each EMA starts with the plain mean of its first values (Tulip: with the first value); 1 a bar without range',
  parameters: [period(25)],
  inputs: ['high', 'low'],
  window: (size: number) => size + 16,
  compose(pool, size) {
    const { high, low } = pool;
    const one = pool.ema(
      pool.derive('high-low', [high, low], () => high.value - low.value),
      9,
    );
    const two = pool.ema(one, 9);
    const sum = pool.sum(
      pool.derive('mass', [one, two], () => ratioOr(one.value, two.value, 1)),
      size,
    );
    return () => sum.value;
  },
});

export const ulcerIndex = catalogued({
  name: 'ulcer_index',
  group: 'volatility',
  summary: "Martin's ulcer index (1987): root mean square drawdown from the highest close, in percent.",
  parameters: [period(14)],
  inputs: ['close'],
  window: (size: number) => 2 * size - 1,
  compose(pool, size) {
    const { close } = pool;
    const top = pool.greatest(close, size);
    const sum = pool.sum(
      pool.derive(`squared-drawdown(${size})`, [close, top], () => (100 * (close.value / top.value - 1)) ** 2),
      size,
    );
    return () => Math.sqrt(Math.max(0, sum.value) / size);
  },
});

/** Central moments of the last log returns, from the sums of their powers, which are small numbers about zero. */
const momentsOf = (pool: PrimitivePool, size: number) => {
  const last = pool.logReturn();
  const square = pool.derive('log-return^2', [last], () => last.value * last.value);
  const cube = pool.derive('log-return^3', [square], () => square.value * last.value);
  const fourth = pool.derive('log-return^4', [square], () => square.value * square.value);
  const spread = pool.deviation(last, size);
  const squares = pool.sum(square, size);
  const cubes = pool.sum(cube, size);
  const fourths = pool.sum(fourth, size);
  return {
    spread,
    third: () => {
      const { mean } = spread;
      return (cubes.value - 3 * mean * squares.value) / size + 2 * mean * mean * mean;
    },
    fourth: () => {
      const { mean } = spread;
      const meanSquare = mean * mean;
      return (fourths.value - 4 * mean * cubes.value + 6 * meanSquare * squares.value) / size - 3 * meanSquare * meanSquare;
    },
  };
};
/** Deviations of log returns below this are rounding. */
const NO_MOVEMENT = 1e-9;

export const skewness = catalogued({
  name: 'skewness',
  group: 'statistics',
  summary: 'Skewness of the last log returns.',
  convention: 'population moments; 0 when nothing moved',
  parameters: [period(60, 3)],
  inputs: ['close'],
  window: (size: number) => size + 1,
  compose(pool, size) {
    const { spread, third } = momentsOf(pool, size);
    return () => (spread.value > NO_MOVEMENT ? third() / (spread.value * spread.value * spread.value) : 0);
  },
});

export const kurtosis = catalogued({
  name: 'kurtosis',
  group: 'statistics',
  summary: 'Excess kurtosis of the last log returns; 0 is normal.',
  convention: 'population moments; 0 when nothing moved',
  parameters: [period(60, 4)],
  inputs: ['close'],
  window: (size: number) => size + 1,
  compose(pool, size) {
    const { spread, fourth } = momentsOf(pool, size);
    return () => (spread.value > NO_MOVEMENT ? fourth() / (spread.value * spread.value) ** 2 - 3 : 0);
  },
});

export const DISPERSION: readonly CatalogueEntry[] = [
  trueRange,
  standardDeviation,
  variance,
  meanDistance,
  zScore,
  parkinson,
  garmanKlass,
  rogersSatchell,
  yangZhang,
  chaikinVolatility,
  massIndex,
  ulcerIndex,
  skewness,
  kurtosis,
];

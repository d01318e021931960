import type { CatalogueEntry } from '../catalogue/entry.js';
import { type Catalogued, catalogued, period } from '../catalogue/recipe.js';
import type { PrimitivePool } from '../rolling/pool.js';
import type { Source } from '../rolling/primitive.js';
import { ratioOr } from './definition.js';
import { gainsAndLosses, rawStochastic } from './momentum.js';

const CLOSE = ['close'] as const;
const BARS = ['high', 'low', 'close'] as const;
const MIDDLE = 50;

const against = (name: string, summary: string, read: (now: number, before: number) => number): Catalogued<[number]> =>
  catalogued({
    name,
    group: 'momentum',
    summary,
    parameters: [period(10, 1)],
    inputs: CLOSE,
    window: (size: number) => size + 1,
    compose(pool, size) {
      const { close } = pool;
      const before = pool.lag(close, size);
      return () => read(close.value, before.value);
    },
  });

export const mom = against('mom', 'close - close before, in price.', (now, before) => now - before);
export const roc = against('roc', 'Rate of change: 100·(close / close before - 1).', (now, before) => 100 * (now / before - 1));
export const rocr = against('rocr', 'close / close before.', (now, before) => now / before);

const changeMomentum = (
  name: string,
  convention: string,
  smooth: (pool: PrimitivePool, source: Source, size: number) => Source,
): Catalogued<[number]> =>
  catalogued({
    name,
    group: 'momentum',
    summary: "Chande's momentum oscillator: (gains - losses) / (gains + losses), -100 to 100.",
    convention,
    parameters: [period(14)],
    inputs: CLOSE,
    window: (size: number) => size + 1,
    compose(pool, size) {
      const [gain, loss] = gainsAndLosses(pool);
      const up = smooth(pool, gain, size);
      const down = smooth(pool, loss, size);
      return () => ratioOr(100 * (up.value - down.value), up.value + down.value, 0);
    },
  });

export const cmo = changeMomentum('cmo', 'plain sums, as Chande and Tulip have it; 0 when nothing moved', (pool, source, size) =>
  pool.sum(source, size),
);
export const cmoWilder = changeMomentum('cmo_wilder', "Wilder's smoothing, as in TA-Lib; 0 when nothing moved", (pool, source, size) =>
  pool.wilder(source, size),
);

export const cci = catalogued({
  name: 'cci',
  group: 'momentum',
  summary: "Lambert's commodity channel index: typical price against its mean in units of 0.015 mean distances.",
  convention: '0 when nothing moved; costs one pass over its window a bar',
  parameters: [period(20)],
  inputs: BARS,
  window: (size: number) => size,
  compose(pool, size) {
    const price = pool.typicalPrice();
    const distance = pool.meanDistance(price, size);
    // A mean that rounding has moved off a flat series is no movement.
    return () => (distance.value > 1e-13 * Math.abs(distance.mean) ? (price.value - distance.mean) / (0.015 * distance.value) : 0);
  },
});

export const stochasticFastK = catalogued({
  name: 'stochastic_fast_k',
  group: 'momentum',
  summary: "Lane's fast %K, 0 to 100: the place of the close in the range of the last bars.",
  convention: '50 when there was no range (TA-Lib, Tulip: 0)',
  parameters: [period(14)],
  inputs: BARS,
  window: (size: number) => size,
  compose(pool, size) {
    const raw = rawStochastic(pool, size);
    return () => raw.value;
  },
});

/** Where the RSI lies in its own range, 0 to 1 times `scale`. */
const stochasticOf = (pool: PrimitivePool, source: Source, size: number): Source => {
  const top = pool.greatest(source, size);
  const bottom = pool.least(source, size);
  return pool.derive(`place(${source.key},${size})`, [source, top, bottom], () =>
    ratioOr(100 * (source.value - bottom.value), top.value - bottom.value, MIDDLE),
  );
};

const strengthOf = (pool: PrimitivePool, size: number): Source => {
  const [gain, loss] = gainsAndLosses(pool);
  const up = pool.wilder(gain, size);
  const down = pool.wilder(loss, size);
  return pool.derive(`rsi(${size})`, [up, down], () => ratioOr(100 * up.value, up.value + down.value, MIDDLE));
};

export const stochasticRsi = catalogued({
  name: 'stochastic_rsi',
  group: 'momentum',
  summary: 'Place of the RSI in its own range, smoothed by a simple mean, 0 to 100 (Chande and Kroll 1994).',
  convention: '50 when the RSI stood still; Tulip gives 0 to 1',
  parameters: [period(14), period(14, 2, 'stochastic'), period(1, 1, 'smoothing')],
  inputs: CLOSE,
  window: (size: number, stochastic: number, smoothing: number) => size + stochastic + smoothing - 1,
  compose(pool, size, stochastic, smoothing) {
    const raw = stochasticOf(pool, strengthOf(pool, size), stochastic);
    if (smoothing === 1) return () => raw.value;
    const sum = pool.sum(raw, smoothing);
    return () => sum.value / smoothing;
  },
});

export const ultimateOscillator = catalogued({
  name: 'ultimate_oscillator',
  group: 'momentum',
  summary: "Williams' ultimate oscillator, 0 to 100: buying pressure over three periods, weighted 4, 2, 1.",
  convention: '50 for a period without range',
  parameters: [period(7, 1, 'short'), period(14, 1, 'middle'), period(28, 1, 'long')],
  inputs: BARS,
  window: (...sizes: [number, number, number]) => Math.max(...sizes) + 1,
  compose(pool, ...sizes) {
    const { close, low } = pool;
    const before = pool.lag(close, 1);
    const pressure = pool.derive('buying-pressure', [close, low, before], () => close.value - Math.min(low.value, before.value));
    const shares = sizes.map((size) => ({ pressure: pool.sum(pressure, size), range: pool.sum(pool.trueRange(), size) }));
    const [short, middle, long] = shares.map((share) => () => ratioOr(share.pressure.value, share.range.value, 0.5));
    return () => (100 * (4 * short!() + 2 * middle!() + long!())) / 7;
  },
});

export const balanceOfPower = catalogued({
  name: 'bop',
  group: 'momentum',
  summary: 'Balance of power: (close - open) / (high - low), -1 to 1.',
  convention: '0 when there was no range',
  parameters: [],
  inputs: ['open', 'high', 'low', 'close'],
  window: () => 1,
  compose:
    ({ open, high, low, close }) =>
    () =>
      ratioOr(close.value - open.value, high.value - low.value, 0),
});

export const intradayMomentum = catalogued({
  name: 'imi',
  group: 'momentum',
  summary: "Chande's intraday momentum index: gains from open to close as a share of all moves, 0 to 100.",
  convention: '50 when nothing moved',
  parameters: [period(14)],
  inputs: ['open', 'close'],
  window: (size: number) => size,
  compose(pool, size) {
    const { open, close } = pool;
    const gain = pool.sum(
      pool.derive('body-gain', [open, close], () => Math.max(close.value - open.value, 0)),
      size,
    );
    const loss = pool.sum(
      pool.derive('body-loss', [open, close], () => Math.max(open.value - close.value, 0)),
      size,
    );
    return () => ratioOr(100 * gain.value, gain.value + loss.value, MIDDLE);
  },
});

export const qstick = catalogued({
  name: 'qstick',
  group: 'momentum',
  summary: "Chande's Qstick: simple mean of close - open, in price.",
  parameters: [period(8)],
  inputs: ['open', 'close'],
  window: (size: number) => size,
  compose(pool, size) {
    const { open, close } = pool;
    const sum = pool.sum(
      pool.derive('body', [open, close], () => close.value - open.value),
      size,
    );
    return () => sum.value / size;
  },
});

export const OSCILLATORS: readonly CatalogueEntry[] = [
  mom,
  roc,
  rocr,
  cmo,
  cmoWilder,
  cci,
  stochasticFastK,
  stochasticRsi,
  ultimateOscillator,
  balanceOfPower,
  intradayMomentum,
  qstick,
];

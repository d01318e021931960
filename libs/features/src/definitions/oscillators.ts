import type { CatalogueEntry } from '../catalogue/entry.js';
import { type Catalogued, catalogued, choice, period } from '../catalogue/recipe.js';
import type { PrimitivePool } from '../rolling/pool.js';
import type { Source } from '../rolling/primitive.js';
import { ratioOr } from './definition.js';
import { gainsAndLosses, rawStochastic } from './momentum.js';

const CLOSE = ['close'] as const;
const HIGH_LOW = ['high', 'low'] as const;
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

export const detrendedPrice = catalogued({
  name: 'dpo',
  group: 'momentum',
  summary: 'Detrended price: close of period/2 + 1 bars ago - SMA, in price.',
  convention: 'looks back only; period/2 rounded down',
  parameters: [period(20)],
  inputs: CLOSE,
  window: (size: number) => Math.max(size, Math.floor(size / 2) + 2),
  compose(pool, size) {
    const before = pool.lag(pool.close, Math.floor(size / 2) + 1);
    const sum = pool.sum(pool.close, size);
    return () => before.value - sum.value / size;
  },
});

export const awesomeOscillator = catalogued({
  name: 'ao',
  group: 'momentum',
  summary: "Williams' awesome oscillator: fast SMA - slow SMA of the median price, in price.",
  parameters: [period(5, 1, 'fast'), period(34, 2, 'slow')],
  inputs: HIGH_LOW,
  window: (...sizes: [number, number]) => Math.max(...sizes),
  compose(pool, fast, slow) {
    const median = pool.medianPrice();
    const quick = pool.sum(median, fast);
    const lasting = pool.sum(median, slow);
    return () => quick.value / fast - lasting.value / slow;
  },
});

export const trix = catalogued({
  name: 'trix',
  group: 'momentum',
  summary: "Hutson's TRIX: change of a triple EMA in percent a bar.",
  convention: 'each EMA starts with the plain mean of its first values, as in TA-Lib (Tulip: with the first value)',
  parameters: [period(15)],
  inputs: CLOSE,
  window: (size: number) => 3 * size - 1,
  compose(pool, size) {
    const triple = pool.ema(pool.ema(pool.ema(pool.close, size), size), size);
    const before = pool.lag(triple, 1);
    return () => 100 * (triple.value / before.value - 1);
  },
});

const priceOscillator = (
  name: string,
  summary: string,
  read: (fast: number, slow: number) => number,
): Catalogued<[number, number, string]> =>
  catalogued({
    name,
    group: 'momentum',
    summary,
    convention: 'an EMA starts with the plain mean of its own first values, as in TA-Lib',
    parameters: [period(12, 1, 'fast'), period(26, 2, 'slow'), choice('average', 'ema', 'ema', 'sma')],
    inputs: CLOSE,
    window: (fast: number, slow: number, _average: string) => Math.max(fast, slow),
    compose(pool, fast, slow, average) {
      const mean = (size: number): (() => number) => {
        if (average === 'ema') {
          const source = pool.ema(pool.close, size);
          return () => source.value;
        }
        const sum = pool.sum(pool.close, size);
        return () => sum.value / size;
      };
      const quick = mean(fast);
      const lasting = mean(slow);
      return () => read(quick(), lasting());
    },
  });
export const apo = priceOscillator('apo', 'Absolute price oscillator: fast average - slow average, in price.', (fast, slow) => fast - slow);
export const ppo = priceOscillator('ppo', 'Percentage price oscillator: fast average against slow average, in percent.', (fast, slow) => 100 * (fast / slow - 1));

export const trueStrength = catalogued({
  name: 'tsi',
  group: 'momentum',
  summary: "Blau's true strength index (1991): doubly smoothed change / doubly smoothed absolute change, -100 to 100.",
  convention: 'each EMA starts with the plain mean of its first values; 0 when nothing moved',
  parameters: [period(25, 2, 'slow'), period(13, 2, 'fast')],
  inputs: CLOSE,
  window: (slow: number, fast: number) => slow + fast,
  compose(pool, slow, fast) {
    const change = pool.change();
    const size = pool.derive('absolute-change', [change], () => Math.abs(change.value));
    const signed = pool.ema(pool.ema(change, slow), fast);
    const all = pool.ema(pool.ema(size, slow), fast);
    return () => ratioOr(100 * signed.value, all.value, 0);
  },
});

export const verticalHorizontal = catalogued({
  name: 'vhf',
  group: 'trend',
  summary: "White's vertical horizontal filter: range of the closes / way they went, 0 to 1.",
  convention: '0 when nothing moved',
  parameters: [period(28)],
  inputs: CLOSE,
  window: (size: number) => size + 1,
  compose(pool, size) {
    const { close } = pool;
    const top = pool.greatest(close, size);
    const bottom = pool.least(close, size);
    const change = pool.change();
    const way = pool.sum(
      pool.derive('absolute-change', [change], () => Math.abs(change.value)),
      size,
    );
    return () => ratioOr(top.value - bottom.value, way.value, 0);
  },
});

const VALUE = 0;
const FISHER = 1;
const EDGE = 0.999;

export const fisher = catalogued({
  name: 'fisher',
  group: 'momentum',
  summary: "Ehlers' Fisher transform (2002) of the median price's place in its range.",
  convention: 'as in Tulip: 0.001 stands for no range',
  parameters: [period(10)],
  inputs: HIGH_LOW,
  window: (size: number) => size,
  compose(pool, size) {
    const median = pool.medianPrice();
    const top = pool.greatest(median, size);
    const bottom = pool.least(median, size);
    const value = pool.scan(`fisher(${size})`, [median, top, bottom], 2, (memory) => {
      const range = top.value - bottom.value || 0.001;
      const place = 0.33 * 2 * ((median.value - bottom.value) / range - 0.5) + 0.67 * memory[VALUE]!;
      memory[VALUE] = Math.abs(place) > 0.99 ? Math.sign(place) * EDGE : place;
      memory[FISHER] = 0.5 * Math.log((1 + memory[VALUE]) / (1 - memory[VALUE])) + 0.5 * memory[FISHER]!;
      return memory[FISHER];
    });
    return () => value.value;
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
  detrendedPrice,
  awesomeOscillator,
  trix,
  apo,
  ppo,
  trueStrength,
  verticalHorizontal,
  fisher,
];

import type { CatalogueEntry } from '../catalogue/entry.js';
import { type Catalogued, catalogued, choice, period } from '../catalogue/recipe.js';
import { ratioOr } from './definition.js';

const CLOSE = ['close'] as const;
const HIGH_LOW = ['high', 'low'] as const;

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
export const ppo = priceOscillator(
  'ppo',
  'Percentage price oscillator: fast average against slow average, in percent.',
  (fast, slow) => 100 * (fast / slow - 1),
);

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

export const AVERAGE_OSCILLATORS: readonly CatalogueEntry[] = [
  detrendedPrice,
  awesomeOscillator,
  trix,
  apo,
  ppo,
  trueStrength,
  verticalHorizontal,
  fisher,
];

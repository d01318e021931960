import type { CatalogueEntry } from '../catalogue/entry.js';
import { catalogued, factor, period } from '../catalogue/recipe.js';
import type { PrimitivePool } from '../rolling/pool.js';
import type { Source } from '../rolling/primitive.js';

const CLOSE = ['close'] as const;
const EMA_START = 'each EMA starts with the plain mean of its first values, as in TA-Lib (Tulip: with the first value)';

const weightedMean = (pool: PrimitivePool, source: Source, size: number): Source => {
  const sum = pool.weighted(source, size);
  const total = (size * (size + 1)) / 2;
  return pool.derive(`wma(${source.key},${size})`, [sum], () => sum.value / total);
};

/** EMA of the EMA of … the source, `depth` of them, the outermost last. */
const nestedEmas = (pool: PrimitivePool, source: Source, size: number, depth: number): readonly Source[] => {
  const means: Source[] = [];
  for (let level = 0; level < depth; level += 1) means.push(pool.ema(means.at(-1) ?? source, size));
  return means;
};

export const wma = catalogued({
  name: 'wma',
  group: 'trend',
  summary: 'Linearly weighted moving average of the close, the newest weighing most; in price.',
  parameters: [period(10)],
  inputs: CLOSE,
  window: (size: number) => size,
  compose(pool, size) {
    const mean = weightedMean(pool, pool.close, size);
    return () => mean.value;
  },
});

export const dema = catalogued({
  name: 'dema',
  group: 'trend',
  summary: 'Double EMA (Mulloy 1994): 2·EMA - EMA of EMA; in price.',
  convention: EMA_START,
  parameters: [period(10)],
  inputs: CLOSE,
  window: (size: number) => 2 * size - 1,
  compose(pool, size) {
    const [one, two] = nestedEmas(pool, pool.close, size, 2);
    return () => 2 * one!.value - two!.value;
  },
});

export const tema = catalogued({
  name: 'tema',
  group: 'trend',
  summary: 'Triple EMA (Mulloy 1994): 3·EMA - 3·EMA of EMA + EMA of EMA of EMA; in price.',
  convention: EMA_START,
  parameters: [period(10)],
  inputs: CLOSE,
  window: (size: number) => 3 * size - 2,
  compose(pool, size) {
    const [one, two, three] = nestedEmas(pool, pool.close, size, 3);
    return () => 3 * one!.value - 3 * two!.value + three!.value;
  },
});

export const trima = catalogued({
  name: 'trima',
  group: 'trend',
  summary: 'Triangular moving average: the simple mean of a simple mean; in price.',
  parameters: [period(10)],
  inputs: CLOSE,
  window: (size: number) => size,
  compose(pool, size) {
    const inner = Math.ceil(size / 2);
    const outer = size + 1 - inner;
    const sum = pool.sum(pool.sum(pool.close, inner), outer);
    return () => sum.value / (inner * outer);
  },
});

export const t3 = catalogued({
  name: 't3',
  group: 'trend',
  summary: "Tillson's T3 (1998): a generalised double EMA taken three times; in price.",
  convention: EMA_START,
  parameters: [period(5), factor('factor', 0.7, 0, 1)],
  inputs: CLOSE,
  window: (size: number, _factor: number) => 6 * size - 5,
  compose(pool, size, v) {
    const [, , three, four, five, six] = nestedEmas(pool, pool.close, size, 6);
    const c1 = -(v ** 3);
    const c2 = 3 * v ** 2 + 3 * v ** 3;
    const c3 = -6 * v ** 2 - 3 * v - 3 * v ** 3;
    const c4 = 1 + 3 * v + v ** 3 + 3 * v ** 2;
    return () => c1 * six!.value + c2 * five!.value + c3 * four!.value + c4 * three!.value;
  },
});

export const hma = catalogued({
  name: 'hma',
  group: 'trend',
  summary: "Hull's moving average: WMA over √period of 2·WMA(period/2) - WMA(period); in price.",
  convention: 'period/2 and √period are rounded down',
  parameters: [period(9, 4)],
  inputs: CLOSE,
  window: (size: number) => size + Math.floor(Math.sqrt(size)) - 1,
  compose(pool, size) {
    const half = weightedMean(pool, pool.close, Math.floor(size / 2));
    const whole = weightedMean(pool, pool.close, size);
    const quick = pool.derive(`hull(${size})`, [half, whole], () => 2 * half.value - whole.value);
    const mean = weightedMean(pool, quick, Math.floor(Math.sqrt(size)));
    return () => mean.value;
  },
});

export const zlema = catalogued({
  name: 'zlema',
  group: 'trend',
  summary: 'Zero-lag EMA (Ehlers and Way 2010): EMA of the close plus its change over half a period; in price.',
  convention: 'half a period is (period - 1)/2 rounded down; starts with the plain mean (Tulip: with a close)',
  parameters: [period(20)],
  inputs: CLOSE,
  window: (size: number) => size + Math.floor((size - 1) / 2),
  compose(pool, size) {
    const { close } = pool;
    const lag = Math.floor((size - 1) / 2);
    const before = lag === 0 ? close : pool.lag(close, lag);
    const mean = pool.ema(
      pool.derive(`zero-lag(${lag})`, [close, before], () => 2 * close.value - before.value),
      size,
    );
    return () => mean.value;
  },
});

export const wilders = catalogued({
  name: 'wilders',
  group: 'trend',
  summary: "Wilder's smoothing of the close (weight 1/period), in price.",
  convention: 'starts with the plain mean of the first values',
  parameters: [period(14)],
  inputs: CLOSE,
  window: (size: number) => size,
  compose(pool, size) {
    const mean = pool.wilder(pool.close, size);
    return () => mean.value;
  },
});

const SEEN = 0;
const MEAN = 1;

export const kama = catalogued({
  name: 'kama',
  group: 'trend',
  summary: "Kaufman's adaptive moving average (1995), in price.",
  convention: 'fastest 2/(2+1), slowest 2/(30+1); starts at the close before its first value, as in TA-Lib and Tulip',
  parameters: [period(10)],
  inputs: CLOSE,
  window: (size: number) => size + 1,
  compose(pool, size) {
    const { close } = pool;
    const change = pool.change();
    const path = pool.sum(
      pool.derive('absolute-change', [change], () => Math.abs(change.value)),
      size,
    );
    const start = pool.lag(close, size);
    const last = pool.lag(close, 1);
    const fast = 2 / 3;
    const slow = 2 / 31;
    const mean = pool.scan(`kama(${size})`, [path, start, last], 2, (memory) => {
      const way = Math.abs(close.value - start.value);
      const efficiency = way >= path.value ? 1 : way / path.value;
      const before = memory[SEEN] === 0 ? last.value : memory[MEAN]!;
      memory[SEEN] = 1;
      memory[MEAN] = before + (efficiency * (fast - slow) + slow) ** 2 * (close.value - before);
      return memory[MEAN];
    });
    return () => mean.value;
  },
});

export const vwma = catalogued({
  name: 'vwma',
  group: 'trend',
  summary: 'Mean of the close weighted by volume, in price.',
  convention: 'the close when there was no volume',
  parameters: [period(20)],
  inputs: ['close', 'volume'],
  window: (size: number) => size,
  compose(pool, size) {
    const { close, volume } = pool;
    const money = pool.sum(
      pool.derive('close-volume', [close, volume], () => close.value * volume.value),
      size,
    );
    const units = pool.sum(volume, size);
    return () => (units.value > 0 ? money.value / units.value : close.value);
  },
});

export const MOVING_AVERAGES: readonly CatalogueEntry[] = [wma, dema, tema, trima, t3, hma, zlema, wilders, kama, vwma];

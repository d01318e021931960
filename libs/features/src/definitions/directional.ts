import type { CatalogueEntry } from '../catalogue/entry.js';
import { type Catalogued, catalogued, factor, period } from '../catalogue/recipe.js';
import type { PrimitivePool } from '../rolling/pool.js';
import type { Source } from '../rolling/primitive.js';
import { ratioOr } from './definition.js';

const HIGH_LOW = ['high', 'low'] as const;
const BARS = ['high', 'low', 'close'] as const;
const WILDER = 'Wilder 1978, p. 36: his running sum, begun with period - 1 bars as in TA-Lib';

type Direction = 'plus' | 'minus';

/** The part of today's range outside yesterday's, if it is the greater on its side. */
const movementOf = (pool: PrimitivePool, direction: Direction): Source => {
  const { high, low } = pool;
  const highBefore = pool.lag(high, 1);
  const lowBefore = pool.lag(low, 1);
  const sources = [high, low, highBefore, lowBefore];
  return direction === 'plus'
    ? pool.derive('+dm', sources, () => {
        const up = high.value - highBefore.value;
        return up > 0 && up > lowBefore.value - low.value ? up : 0;
      })
    : pool.derive('-dm', sources, () => {
        const down = lowBefore.value - low.value;
        return down > 0 && down > high.value - highBefore.value ? down : 0;
      });
};

const SEEN = 0;
const SUM = 1;

/** Wilder's running sum: adds up period - 1 values, then takes off a share of 1/period before each new one. */
const wilderSum = (pool: PrimitivePool, source: Source, size: number): Source =>
  pool.scan(
    `wilder-sum(${source.key},${size})`,
    [source],
    2,
    (memory) => {
      const seen = memory[SEEN]!;
      memory[SEEN] = Math.min(seen + 1, size);
      memory[SUM] = (seen < size - 1 ? memory[SUM]! : memory[SUM]! - memory[SUM]! / size) + source.value;
      return memory[SUM];
    },
    size - 2,
  );

const movement = (direction: Direction): Catalogued<[number]> =>
  catalogued({
    name: `${direction}_dm`,
    group: 'trend',
    summary: `Wilder's ${direction === 'plus' ? '+' : '-'}DM: smoothed directional movement, in price.`,
    convention: WILDER,
    parameters: [period(14)],
    inputs: HIGH_LOW,
    window: (size: number) => size,
    compose(pool, size) {
      const sum = wilderSum(pool, movementOf(pool, direction), size);
      return () => sum.value;
    },
  });

/** From the bar after the running sums begin, as TA-Lib has it. */
const indicatorOf = (pool: PrimitivePool, direction: Direction, size: number): Source => {
  const moved = wilderSum(pool, movementOf(pool, direction), size);
  const range = wilderSum(pool, pool.trueRange(), size);
  return pool.derive(`${direction}-di(${size})`, [moved, range], () => ratioOr(100 * moved.value, range.value, 0));
};

const indicator = (direction: Direction): Catalogued<[number]> =>
  catalogued({
    name: `${direction}_di`,
    group: 'trend',
    summary: `Wilder's ${direction === 'plus' ? '+' : '-'}DI: directional movement as a share of the true range, 0 to 100.`,
    convention: `${WILDER}; 0 when there was no range`,
    parameters: [period(14)],
    inputs: BARS,
    window: (size: number) => size + 1,
    compose(pool, size) {
      const value = indicatorOf(pool, direction, size);
      return () => value.value;
    },
  });

/** TA-Lib takes the first DX one bar after the running sums begin; a bar without any movement keeps the DX before. */
const movementIndex = (pool: PrimitivePool, size: number): Source => {
  const plus = indicatorOf(pool, 'plus', size);
  const minus = indicatorOf(pool, 'minus', size);
  const second = pool.lag(plus, 1);
  return pool.scan(`dx(${size})`, [plus, minus, second], 1, (memory) => {
    const sum = plus.value + minus.value;
    if (sum > 0) memory[0] = (100 * Math.abs(plus.value - minus.value)) / sum;
    return memory[0]!;
  });
};

const averageIndex = (pool: PrimitivePool, size: number): Source => pool.wilder(movementIndex(pool, size), size);

export const plusDm = movement('plus');
export const minusDm = movement('minus');
export const plusDi = indicator('plus');
export const minusDi = indicator('minus');

export const dx = catalogued({
  name: 'dx',
  group: 'trend',
  summary: "Wilder's directional movement index, 0 to 100.",
  convention: `${WILDER}; without any movement the value before stays`,
  parameters: [period(14)],
  inputs: BARS,
  window: (size: number) => size + 1,
  compose(pool, size) {
    const value = movementIndex(pool, size);
    return () => value.value;
  },
});

export const adx = catalogued({
  name: 'adx',
  group: 'trend',
  summary: "Wilder's average directional movement index, 0 to 100: the strength of a trend, whichever way.",
  convention: WILDER,
  parameters: [period(14)],
  inputs: BARS,
  window: (size: number) => 2 * size,
  compose(pool, size) {
    const mean = averageIndex(pool, size);
    return () => mean.value;
  },
});

export const adxr = catalogued({
  name: 'adxr',
  group: 'trend',
  summary: 'Mean of ADX and the ADX of period - 1 bars before, 0 to 100.',
  convention: 'TA-Lib and Tulip; Wilder himself looks back a whole period',
  parameters: [period(14)],
  inputs: BARS,
  window: (size: number) => 3 * size - 1,
  compose(pool, size) {
    const mean = averageIndex(pool, size);
    const before = pool.lag(mean, size - 1);
    return () => (mean.value + before.value) / 2;
  },
});

const aroonPart = (name: string, summary: string, read: (highAge: number, lowAge: number, size: number) => number): Catalogued<[number]> =>
  catalogued({
    name,
    group: 'trend',
    summary,
    convention: 'Chande 1995, over period + 1 bars; the latest of equal extremes counts',
    parameters: [period(14)],
    inputs: HIGH_LOW,
    window: (size: number) => size + 1,
    compose(pool, size) {
      const top = pool.greatest(pool.high, size + 1);
      const bottom = pool.least(pool.low, size + 1);
      return () => read(top.age, bottom.age, size);
    },
  });

export const aroonUp = aroonPart('aroon_up', 'How recent the highest high is, 0 to 100.', (age, _low, size) => (100 * (size - age)) / size);
export const aroonDown = aroonPart(
  'aroon_down',
  'How recent the lowest low is, 0 to 100.',
  (_high, age, size) => (100 * (size - age)) / size,
);
export const aroonOscillator = aroonPart(
  'aroon_oscillator',
  'Aroon up - Aroon down, -100 to 100.',
  (highAge, lowAge, size) => (100 * (lowAge - highAge)) / size,
);

const vortex = (direction: Direction): Catalogued<[number]> =>
  catalogued({
    name: `vortex_${direction}`,
    group: 'trend',
    summary: `Vortex ${direction === 'plus' ? '+' : '-'}VI (Botes and Siepman 2010): movement against the bar before / true range.`,
    convention: '1 when there was no range',
    parameters: [period(14)],
    inputs: BARS,
    window: (size: number) => size + 1,
    compose(pool, size) {
      const { high, low } = pool;
      const before = direction === 'plus' ? pool.lag(low, 1) : pool.lag(high, 1);
      const now = direction === 'plus' ? high : low;
      const moved = pool.sum(
        pool.derive(`vortex-${direction}`, [now, before], () => Math.abs(now.value - before.value)),
        size,
      );
      const range = pool.sum(pool.trueRange(), size);
      return () => ratioOr(moved.value, range.value, 1);
    },
  });
export const vortexPlus = vortex('plus');
export const vortexMinus = vortex('minus');

const STARTED = 0;
const IS_LONG = 1;
const STOP = 2;
const EXTREME = 3;
const STEP = 4;

/** The level of the bar after, never inside the range of the last two bars. */
const outside = (isLong: boolean, stop: number, lows: number, highs: number): number =>
  isLong ? Math.min(stop, lows) : Math.max(stop, highs);

export const sar = catalogued({
  name: 'sar',
  group: 'trend',
  summary: "Wilder's parabolic stop and reverse (1978, p. 9), in price.",
  convention: 'the first direction is that of the greater directional movement of the second bar, up if equal, as in TA-Lib',
  parameters: [factor('acceleration', 0.02, 0, 1), factor('maximum', 0.2, 0, 1)],
  inputs: HIGH_LOW,
  window: (_acceleration: number, _maximum: number) => 2,
  compose(pool, acceleration, maximum) {
    const { high, low } = pool;
    const highBefore = pool.lag(high, 1);
    const lowBefore = pool.lag(low, 1);
    const down = movementOf(pool, 'minus');
    const step = Math.min(acceleration, maximum);
    const turn = (memory: Float64Array, isLong: boolean, lows: number, highs: number): number => {
      const stop = isLong ? Math.max(memory[EXTREME]!, highs) : Math.min(memory[EXTREME]!, lows);
      memory[IS_LONG] = isLong ? 0 : 1;
      memory[STEP] = step;
      memory[EXTREME] = isLong ? low.value : high.value;
      memory[STOP] = outside(!isLong, stop + step * (memory[EXTREME] - stop), lows, highs);
      return stop;
    };
    const value = pool.scan(`sar(${acceleration},${maximum})`, [highBefore, lowBefore, down], 5, (memory) => {
      const first = memory[STARTED] === 0;
      if (first) {
        const long = down.value <= 0;
        memory.set([1, long ? 1 : 0, long ? lowBefore.value : highBefore.value, long ? high.value : low.value, step]);
      }
      // TA-Lib takes the second bar for the one before it as well when it begins.
      const lows = first ? low.value : Math.min(lowBefore.value, low.value);
      const highs = first ? high.value : Math.max(highBefore.value, high.value);
      const isLong = memory[IS_LONG] === 1;
      const stop = memory[STOP]!;
      if (isLong ? low.value <= stop : high.value >= stop) return turn(memory, isLong, lows, highs);
      const extreme = isLong ? high.value : low.value;
      if (isLong ? extreme > memory[EXTREME]! : extreme < memory[EXTREME]!) {
        memory[EXTREME] = extreme;
        memory[STEP] = Math.min(memory[STEP]! + step, maximum);
      }
      memory[STOP] = outside(isLong, stop + memory[STEP]! * (memory[EXTREME]! - stop), lows, highs);
      return stop;
    });
    return () => value.value;
  },
});

export const DIRECTIONAL: readonly CatalogueEntry[] = [
  plusDm,
  minusDm,
  plusDi,
  minusDi,
  dx,
  adx,
  adxr,
  aroonUp,
  aroonDown,
  aroonOscillator,
  vortexPlus,
  vortexMinus,
  sar,
];

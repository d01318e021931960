import type { CatalogueEntry } from '../catalogue/entry.js';
import { type Catalogued, catalogued, factor, period } from '../catalogue/recipe.js';
import { ratioOr } from './definition.js';

const BARS = ['high', 'low', 'close'] as const;

const band = (name: string, summary: string, side: number): Catalogued<[number, number]> =>
  catalogued({
    name,
    group: 'volatility',
    summary,
    convention: 'population deviation, as in TA-Lib and Tulip',
    parameters: [period(20), factor('deviations', 2, 0.1, 10)],
    inputs: ['close'],
    window: (size: number, _deviations: number) => size,
    compose(pool, size, deviations) {
      const spread = pool.deviation(pool.close, size);
      return () => spread.mean + side * deviations * spread.value;
    },
  });
export const bollingerUpper = band('bollinger_upper', "Bollinger's upper band, in price.", 1);
export const bollingerLower = band('bollinger_lower', "Bollinger's lower band, in price.", -1);

export const donchianPosition = catalogued({
  name: 'donchian_position',
  group: 'trend',
  summary: "Place of the close in Donchian's channel, 0 on the lowest low, 1 on the highest high.",
  convention: '0.5 when there was no range',
  parameters: [period(20)],
  inputs: BARS,
  window: (size: number) => size,
  compose(pool, size) {
    const { close } = pool;
    const high = pool.greatest(pool.high, size);
    const low = pool.least(pool.low, size);
    return () => ratioOr(close.value - low.value, high.value - low.value, 0.5);
  },
});

export const donchianWidth = catalogued({
  name: 'donchian_width',
  group: 'volatility',
  summary: "Width of Donchian's channel / close.",
  parameters: [period(20)],
  inputs: BARS,
  window: (size: number) => size,
  compose(pool, size) {
    const { close } = pool;
    const high = pool.greatest(pool.high, size);
    const low = pool.least(pool.low, size);
    return () => (high.value - low.value) / close.value;
  },
});

const keltner = (
  name: string,
  summary: string,
  read: (close: number, middle: number, range: number) => number,
): Catalogued<[number, number, number]> =>
  catalogued({
    name,
    group: 'volatility',
    summary,
    convention: "Raschke's form: an EMA and multiples of Wilder's ATR; both start with plain means",
    parameters: [period(20), factor('multiple', 2, 0.1, 20), period(10, 2, 'range')],
    inputs: BARS,
    window: (size: number, _multiple: number, range: number) => Math.max(size, range + 1),
    compose(pool, size, multiple, range) {
      const { close } = pool;
      const middle = pool.ema(close, size);
      const reach = pool.wilder(pool.trueRange(), range);
      return () => read(close.value, middle.value, multiple * reach.value);
    },
  });
export const keltnerUpper = keltner('keltner_upper', "Keltner's upper line, in price.", (_close, middle, range) => middle + range);
export const keltnerLower = keltner('keltner_lower', "Keltner's lower line, in price.", (_close, middle, range) => middle - range);
export const keltnerPosition = keltner(
  'keltner_position',
  "Place of the close between Keltner's lines: 0 on the lower, 1 on the upper; 0.5 without range.",
  (close, middle, range) => 0.5 + ratioOr(close - middle, 2 * range, 0),
);

const acceleration = (name: string, summary: string, side: 1 | -1): Catalogued<[number]> =>
  catalogued({
    name,
    group: 'volatility',
    summary,
    convention: 'Headley 2002, factor 4, as in TA-Lib',
    parameters: [period(20)],
    inputs: ['high', 'low'],
    window: (size: number) => size,
    compose(pool, size) {
      const { high, low } = pool;
      const edge = side === 1 ? high : low;
      const sum = pool.sum(
        pool.derive(`acceleration(${side})`, [high, low], () => {
          const middle = high.value + low.value;
          return middle > 0 ? edge.value * (1 + (side * 4 * (high.value - low.value)) / middle) : edge.value;
        }),
        size,
      );
      return () => sum.value / size;
    },
  });
export const accelerationUpper = acceleration('acceleration_upper', "Headley's upper acceleration band, in price.", 1);
export const accelerationLower = acceleration('acceleration_lower', "Headley's lower acceleration band, in price.", -1);

export const CHANNELS: readonly CatalogueEntry[] = [
  bollingerUpper,
  bollingerLower,
  donchianPosition,
  donchianWidth,
  keltnerUpper,
  keltnerLower,
  keltnerPosition,
  accelerationUpper,
  accelerationLower,
];

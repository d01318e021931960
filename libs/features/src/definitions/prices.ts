import type { CatalogueEntry } from '../catalogue/entry.js';
import { type Catalogued, catalogued, choice, period } from '../catalogue/recipe.js';
import type { PrimitivePool } from '../rolling/pool.js';
import type { BarField } from '../rolling/primitive.js';

const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;

const price = (name: string, summary: string, compose: (pool: PrimitivePool) => () => number): Catalogued<[]> =>
  catalogued({ name, group: 'bar', summary, parameters: [], inputs: ['open', 'high', 'low', 'close'], window: () => 1, compose });

export const typicalPrice = price('typical_price', '(high + low + close) / 3.', (pool) => {
  const value = pool.typicalPrice();
  return () => value.value;
});
export const medianPrice = price('median_price', '(high + low) / 2.', (pool) => {
  const value = pool.medianPrice();
  return () => value.value;
});
export const weightedClose = price(
  'weighted_close',
  '(high + low + 2·close) / 4.',
  ({ high, low, close }) =>
    () =>
      (high.value + low.value + 2 * close.value) / 4,
);
export const averagePrice = price(
  'average_price',
  '(open + high + low + close) / 4.',
  ({ open, high, low, close }) =>
    () =>
      (open.value + high.value + low.value + close.value) / 4,
);

export const highest = catalogued({
  name: 'highest',
  group: 'trend',
  summary: 'Greatest value of a field of the last bars.',
  parameters: [choice('field', 'high', ...FIELDS), period(20, 1)],
  inputs: FIELDS,
  window: (_field: BarField, size: number) => size,
  compose(pool, field, size) {
    const top = pool.greatest(pool[field], size);
    return () => top.value;
  },
});
export const lowest = catalogued({
  name: 'lowest',
  group: 'trend',
  summary: 'Least value of a field of the last bars.',
  parameters: [choice('field', 'low', ...FIELDS), period(20, 1)],
  inputs: FIELDS,
  window: (_field: BarField, size: number) => size,
  compose(pool, field, size) {
    const bottom = pool.least(pool[field], size);
    return () => bottom.value;
  },
});

const middle = (name: string, summary: string, top: BarField, bottom: BarField): Catalogued<[number]> =>
  catalogued({
    name,
    group: 'trend',
    summary,
    parameters: [period(14)],
    inputs: [...new Set([top, bottom])],
    window: (size: number) => size,
    compose(pool, size) {
      const high = pool.greatest(pool[top], size);
      const low = pool.least(pool[bottom], size);
      return () => (high.value + low.value) / 2;
    },
  });
export const midpoint = middle('midpoint', 'Middle of the highest and lowest close, in price.', 'close', 'close');
export const midprice = middle('midprice', 'Middle of the highest high and lowest low, in price (the lines of Ichimoku).', 'high', 'low');

export const gap = catalogued({
  name: 'gap',
  group: 'bar',
  summary: 'open / close before - 1.',
  parameters: [],
  inputs: ['open', 'close'],
  window: () => 2,
  compose(pool) {
    const { open } = pool;
    const before = pool.lag(pool.close, 1);
    return () => open.value / before.value - 1;
  },
});

export const PRICES: readonly CatalogueEntry[] = [
  typicalPrice,
  medianPrice,
  weightedClose,
  averagePrice,
  highest,
  lowest,
  midpoint,
  midprice,
  gap,
];

import { toNumber } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { defineFeature } from '../src/catalogue/parameters.js';
import { FEATURE_CATALOGUE } from '../src/index.js';
import { PrimitivePool } from '../src/rolling/pool.js';
import { batchesOf } from '../src/rolling/schedule.js';
import { marketInputs, type MarketInput } from './random-market.js';

/** Every formula of the catalogue that needs no parameter, in one pool. */
const wholePool = (): PrimitivePool => {
  const pool = new PrimitivePool();
  for (const entry of FEATURE_CATALOGUE) {
    const defined = defineFeature(entry, {});
    if (defined.ok) defined.value.compose(pool);
  }
  return pool;
};

const take = (pool: PrimitivePool, input: MarketInput): void => {
  if (input.kind === 'records') {
    for (const record of input.known.records)
      for (const primitive of pool.recordPrimitives) if (primitive.series === record.series) primitive.onRecord(record);
  } else if (input.kind === 'tick') {
    pool.symbolMarket.take(input.tick);
    for (const primitive of pool.tickPrimitives) primitive.onTick();
  } else {
    const { open, high, low, close, volume, closeTime } = input.bar;
    Object.assign(pool.open, { value: toNumber(open) });
    Object.assign(pool.high, { value: toNumber(high) });
    Object.assign(pool.low, { value: toNumber(low) });
    Object.assign(pool.close, { value: toNumber(close) });
    Object.assign(pool.volume, { value: toNumber(volume) });
    Object.assign(pool.seconds, { value: Number(closeTime) / 1e9 });
  }
};

describe('the order of updates', () => {
  it('is another than that of making, in batches of one class, and gives the same to the bit', () => {
    const [made, batched] = [wholePool(), wholePool()];
    const batches = batchesOf(batched.primitives);
    expect(batches.flatMap(({ group }) => group)).toHaveLength(batched.primitives.length);
    expect(batches.length).toBeLessThan(batched.primitives.length / 2);
    let bars = 0;
    for (const input of marketInputs(5, 400).filter((entry) => entry.kind !== 'bar' || entry.bar.symbol === 'A')) {
      take(made, input);
      take(batched, input);
      if (input.kind !== 'bar') continue;
      bars += 1;
      for (const primitive of made.primitives) if (bars >= primitive.startsAt) primitive.update();
      for (const { group } of batches) for (const primitive of group) if (bars >= primitive.startsAt) primitive.update();
      const values = (pool: PrimitivePool): Readonly<Record<string, number>> =>
        Object.fromEntries(pool.primitives.map(({ key, value }) => [key, value]));
      if (bars % 37 === 0) expect(values(batched)).toEqual(values(made));
    }
    expect(bars).toBeGreaterThan(300);
  });
});

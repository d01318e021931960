import { price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { chunkOf, cutTicks, type Tick, ticksOfPartition } from '../src/index.js';

const trade = (at: number, symbol = 'AAPL'): Tick => ({
  kind: 'trade',
  symbol: symbolOf(symbol),
  at: BigInt(at) as UnixNanos,
  sequence: at,
  price: price('1'),
  quantity: quantity('1'),
  aggressor: 'UNKNOWN',
  conditions: [],
  venue: '',
});
const delta = (at: number, changes: number): Tick => ({
  kind: 'book-delta',
  symbol: symbolOf('AAPL'),
  at: BigInt(at) as UnixNanos,
  sequence: at,
  previousSequence: at - 1,
  changes: Array.from({ length: changes }, () => ({ side: 'BID', price: price('1'), quantity: quantity('0') })),
});

describe('chunks of ticks', () => {
  it('keep the order, never exceed the limit but for one tick that is larger itself, and are as few as that allows', () => {
    const ticks = [trade(1), trade(2), delta(3, 2), trade(4), delta(5, 9), trade(6)];
    expect(cutTicks(ticks, 4).map((run) => run.map(({ sequence }) => sequence))).toEqual([[1, 2], [3, 4], [5], [6]]);
    expect(cutTicks(ticks, 1_000)).toEqual([ticks]);
    expect(cutTicks([], 4)).toEqual([]);
  });

  it('carry the step they belong to and the time of their last tick', () => {
    const chunk = chunkOf({ run: 'r', step: 7, partition: 1, chunk: 2 }, [trade(5), trade(9), trade(8)], {
      source: 'test',
      simulated: true,
    });
    expect(chunk).toMatchObject({ header: { id: 'market.ticks/r/7/1/2', step: 7, partition: 1, at: 9n }, chunk: 2, simulated: true });
  });

  it('hold every tick in exactly one partition', () => {
    const ticks = ['AAPL', 'AIG', 'BAC', 'IBM', 'SPY', 'TSLA'].map((symbol, index) => trade(index, symbol));
    const parts = [0, 1, 2].map((partition) => ticksOfPartition(ticks, partition, 3));
    expect(parts.flat()).toHaveLength(ticks.length);
    expect(new Set(parts.flat())).toEqual(new Set(ticks));
    expect(ticksOfPartition(ticks, 0, 1)).toBe(ticks);
  });
});

import { describe, expect, it } from 'vitest';

import { buyAndHold } from '../src/index.js';

const FREE = { commissionRatio: 0, slippageRatio: 0 };
const day = (date: string, prices: Readonly<Record<string, readonly [number, number]>>) => ({
  date,
  bars: Object.entries(prices).map(([symbol, [open, close]]) => ({ symbol, open, close })),
});

describe('buy and hold', () => {
  it('buys equal amounts at the open of the second day and holds', () => {
    const days = [
      day('2000-01-03', { A: [9, 10], B: [50, 50] }),
      day('2000-01-04', { A: [10, 20], B: [50, 50] }),
      day('2000-01-05', { A: [20, 30], B: [50, 25] }),
    ];
    expect(buyAndHold(days, 1000, FREE)).toEqual([
      { date: '2000-01-03', value: 1000 },
      { date: '2000-01-04', value: 1500 },
      { date: '2000-01-05', value: 1750 },
    ]);
  });

  it('pays slippage and commission like the strategy', () => {
    const days = [day('2000-01-03', { A: [10, 10] }), day('2000-01-04', { A: [10, 10] })];
    expect(buyAndHold(days, 1000, { commissionRatio: 0.001, slippageRatio: 0.001 })[1]!.value).toBeCloseTo(1000 / 1.001 ** 2, 9);
  });

  it('spreads the proceeds of an instrument whose data ends over the others at their next open', () => {
    const days = [
      day('2000-01-03', { A: [10, 10], B: [10, 10] }),
      day('2000-01-04', { A: [10, 20], B: [10, 10] }),
      day('2000-01-05', { B: [20, 20] }),
      day('2000-01-06', { B: [20, 40] }),
    ];
    // 50 shares of each; A is sold for 1000 at its last close, which buys 50 more of B.
    expect(buyAndHold(days, 1000, FREE).map((point) => point.value)).toEqual([1000, 1500, 2000, 4000]);
  });

  it('keeps the money when nothing is left to buy', () => {
    const days = [day('2000-01-03', { A: [10, 10] }), day('2000-01-04', { A: [10, 12] })];
    expect(buyAndHold(days, 100, FREE).at(-1)).toEqual({ date: '2000-01-04', value: 120 });
    expect(buyAndHold([], 100, FREE)).toEqual([]);
  });
});

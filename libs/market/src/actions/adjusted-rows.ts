import { type Price, priceFromNumber, quantityFromNumber, toNumber } from '@tradewind/vocabulary';

import type { DailyRow } from '../daily-row.js';
import { type AdjustmentFactors, factorsAt } from './adjustment-factors.js';

/** `SPLITS`: prices of today's shares. `TOTAL_RETURN`: as if dividends had been invested again, so that returns are those of a holder. */
export type Adjustment = 'SPLITS' | 'TOTAL_RETURN';

const scaled = (row: DailyRow, prices: number, shares: number): DailyRow => {
  if (prices === 1 && shares === 1) return row;
  const times = (price: Price): Price => priceFromNumber(toNumber(price) * prices);
  return {
    ...row,
    open: times(row.open),
    high: times(row.high),
    low: times(row.low),
    close: times(row.close),
    volume: quantityFromNumber(toNumber(row.volume) * shares),
  };
};

const priceMultiplier = ({ priceFactor, splitFactor }: AdjustmentFactors, adjustment: Adjustment): number =>
  adjustment === 'SPLITS' ? splitFactor : splitFactor * priceFactor;

/** Raw rows as adjusted ones. Volumes become today's shares; dividends do not change them. Rounded to 9 decimals. */
export const adjustRows = (raw: readonly DailyRow[], rows: readonly AdjustmentFactors[], adjustment: Adjustment): readonly DailyRow[] =>
  raw.map((row) => {
    const factors = factorsAt(rows, row.date);
    return scaled(row, priceMultiplier(factors, adjustment), 1 / factors.splitFactor);
  });

/** Adjusted rows as raw ones again, exact but for the rounding of the adjusted values. */
export const unadjustRows = (
  adjusted: readonly DailyRow[],
  rows: readonly AdjustmentFactors[],
  adjustment: Adjustment,
): readonly DailyRow[] =>
  adjusted.map((row) => {
    const factors = factorsAt(rows, row.date);
    return scaled(row, 1 / priceMultiplier(factors, adjustment), factors.splitFactor);
  });

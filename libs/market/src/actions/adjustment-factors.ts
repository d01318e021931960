import { type Price, toNumber, ZERO_PRICE } from '@tradewind/vocabulary';

import { type CivilDate, civilDate } from '../calendar/civil-date.js';
import type { CorporateAction } from './corporate-action.js';

/** What raw prices up to and including a date are multiplied with. */
export interface AdjustmentFactors {
  /** The last date that the factors are for: the session before an ex-date. */
  readonly date: CivilDate;
  /** For dividends: the share of the price that later dividends leave. */
  readonly priceFactor: number;
  /** For splits. */
  readonly splitFactor: number;
  /** Raw close of the date; 0 in the last row. */
  readonly reference: Price;
}

export interface DatedClose {
  readonly date: CivilDate;
  readonly close: Price;
}

export const NO_LATER_ACTION: AdjustmentFactors = {
  date: civilDate('2050-12-31'),
  priceFactor: 1,
  splitFactor: 1,
  reference: ZERO_PRICE,
};

/** Index of the last close before a date, -1 when there is none. Closes are sorted. */
const lastBefore = (closes: readonly DatedClose[], date: CivilDate): number => {
  let low = 0;
  let high = closes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (closes[middle]!.date < date) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/**
 * Factors out of actions and raw closes, sorted by date, the last row for all that follows the last action. A split multiplies the split factor of
 * what is before by 1 / ratio; a dividend the price factor by 1 - amount / close of the session before the ex-date (CRSP, "Data Definitions and
 * Coding Schemes", factor to adjust prices). Actions before the first close change nothing. Throws RangeError for a ratio that is not above
 * 0 or a dividend that is not below the close.
 */
export const adjustmentFactors = (actions: readonly CorporateAction[], closes: readonly DatedClose[]): readonly AdjustmentFactors[] => {
  const rows: AdjustmentFactors[] = [NO_LATER_ACTION];
  for (const action of actions.toSorted((left, right) => (left.exDate < right.exDate ? 1 : -1))) {
    const before = closes[lastBefore(closes, action.exDate)];
    if (before === undefined) continue;
    const multiplier = multiplierOf(action, before);
    const later = rows[0]!;
    const row = {
      date: before.date,
      priceFactor: later.priceFactor * (action.kind === 'dividend' ? multiplier : 1),
      splitFactor: later.splitFactor * (action.kind === 'split' ? multiplier : 1),
      reference: before.close,
    };
    if (later.date === before.date) rows[0] = row;
    else rows.unshift(row);
  }
  return rows;
};

const multiplierOf = (action: CorporateAction, { date, close }: DatedClose): number => {
  if (action.kind === 'split') {
    if (!(action.ratio > 0 && action.ratio < Infinity))
      throw new RangeError(`split of ${action.exDate}: ratio ${action.ratio} must be above 0`);
    return 1 / action.ratio;
  }
  if (action.amount < 0n || action.amount >= close)
    throw new RangeError(`dividend of ${action.exDate}: ${toNumber(action.amount)} must be at least 0 and below the close of ${date}`);
  return 1 - toNumber(action.amount) / toNumber(close);
};

/** The factors for a date: those of the first row that is not before it. Rows are sorted. */
export const factorsAt = (rows: readonly AdjustmentFactors[], date: CivilDate): AdjustmentFactors =>
  rows.find((row) => row.date >= date) ?? NO_LATER_ACTION;

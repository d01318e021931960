import type { UnixNanos } from '@tradewind/vocabulary';

/**
 * One row of a vendor's history, as doubles: these are judged, nothing is booked with them. NaN where the vendor left a price or volume blank.
 * Prices are adjusted for splits, as vendors have them; dividends are in the same unit.
 */
export interface VendorRow {
  readonly at: UnixNanos;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Close adjusted for dividends as well. */
  readonly adjusted: number;
  readonly volume: number;
  /** Of the ex-date; 0 for none. */
  readonly dividend: number;
  /** New shares for each old one; 0 for none. */
  readonly split: number;
  /** Distributed by a fund on this date; 0 for none. */
  readonly capitalGain: number;
}

export type RepairField = 'open' | 'high' | 'low' | 'close' | 'adjusted' | 'volume' | 'dividend';

/** What can be wrong with a vendor's rows, and what it means. */
export const REPAIR_KINDS = {
  SPLIT_NOT_APPLIED: 'All prices before a split are those of the old shares.',
  SPLIT_PARTLY_APPLIED: 'Prices are those of the old shares up to some rows before the split.',
  SPLIT_WRONG_ROWS: 'Single rows near a split are adjusted once too little or too much.',
  UNIT_100X: 'Prices, or single ones of a row, in hundredths of the unit of the others, or a hundred times it.',
  SPIKE: 'A price that is far from those around it for one row.',
  DIVIDEND_UNIT: 'A dividend a hundred times too large or too small, where the adjustment has it right.',
  DIVIDEND_NOT_SPLIT_ADJUSTED: 'A dividend for each old share, where prices are those of the new shares.',
  DIVIDEND_MISSING_ADJUSTMENT: 'Adjusted closes before a dividend are not adjusted for it.',
  DIVIDEND_WRONG_ADJUSTMENT: 'Adjusted closes are adjusted by another amount than the dividend.',
  CAPITAL_GAIN_DOUBLE_COUNT: 'Adjusted closes are adjusted for a capital gain that the dividend contains already.',
  MISSING_ROW: 'A row without prices.',
  ZERO_VOLUME_PRICE: 'A price that moved without volume.',
} as const;

export type RepairKind = keyof typeof REPAIR_KINDS;

export interface RepairProposal {
  /** Of the row, from 0. */
  readonly index: number;
  readonly at: UnixNanos;
  readonly field: RepairField;
  readonly kind: RepairKind;
  /** The value before this proposal and after those listed before it. */
  readonly now: number;
  /** Undefined where only another source can tell. */
  readonly proposed: number | undefined;
  /** In [0, 1]: how much speaks for it. Not a measured frequency. */
  readonly confidence: number;
  readonly reason: string;
}

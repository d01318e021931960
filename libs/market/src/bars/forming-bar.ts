import { type Price, type Quantity, type UnixNanos, ZERO_PRICE, ZERO_QUANTITY } from '@tradewind/vocabulary';

import { SALE_USE, type SaleUse } from './sale-conditions.js';

/** A bar that still takes events; plain data, changed in place. */
export interface FormingBar {
  openTime: UnixNanos;
  closeTime: UnixNanos;
  /** When its closing prints have come: `closeTime` unless it ends a session. */
  dueTime: UnixNanos;
  /** Session of bars of days and weeks. */
  date: string | undefined;
  open: Price;
  high: Price;
  low: Price;
  close: Price;
  volume: Quantity;
  /** Time and number of the events that made open and close. */
  openAt: UnixNanos;
  openSequence: number;
  closeAt: UnixNanos;
  closeSequence: number;
  /** False while volume is all it has. */
  priced: boolean;
  /** True once a sale that makes the last price came: those that only stand in for one no longer count for open and close. */
  firm: boolean;
}

export const formingBar = (openTime: UnixNanos, closeTime: UnixNanos, dueTime: UnixNanos, date: string | undefined): FormingBar => ({
  openTime,
  closeTime,
  dueTime,
  date,
  open: ZERO_PRICE,
  high: ZERO_PRICE,
  low: ZERO_PRICE,
  close: ZERO_PRICE,
  volume: ZERO_QUANTITY,
  openAt: openTime,
  openSequence: 0,
  closeAt: openTime,
  closeSequence: 0,
  priced: false,
  firm: false,
});

const takeLast = (bar: FormingBar, at: UnixNanos, sequence: number, open: Price, close: Price, firm: boolean): void => {
  const first = !bar.priced || (firm && !bar.firm);
  if (!first && bar.firm && !firm) return;
  if (first || at < bar.openAt || (at === bar.openAt && sequence < bar.openSequence)) {
    bar.open = open;
    bar.openAt = at;
    bar.openSequence = sequence;
  }
  if (first || at > bar.closeAt || (at === bar.closeAt && sequence >= bar.closeSequence)) {
    bar.close = close;
    bar.closeAt = at;
    bar.closeSequence = sequence;
  }
  if (firm) bar.firm = true;
};

/**
 * Takes one event in, whatever the order in which events come: open and close belong to the first and last by time, then number, then
 * arrival. A trade or a mid price has four equal prices; a smaller bar its own.
 */
export const takeEvent = (
  bar: FormingBar,
  at: UnixNanos,
  sequence: number,
  open: Price,
  high: Price,
  low: Price,
  close: Price,
  volume: Quantity,
  use: SaleUse,
): void => {
  if ((use & SALE_USE.VOLUME) !== 0) bar.volume = (bar.volume + volume) as Quantity;
  if ((use & (SALE_USE.LAST | SALE_USE.LAST_IF_ALONE)) === 0) return;
  takeLast(bar, at, sequence, open, close, (use & SALE_USE.LAST) !== 0);
  if (!bar.priced || high > bar.high) bar.high = high;
  if (!bar.priced || low < bar.low) bar.low = low;
  bar.priced = true;
};

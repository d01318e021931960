import type { Quantity, Symbol } from '@tradewind/vocabulary';

/** Whether shares can be borrowed for a short sale, and for how much. */
export interface BorrowPolicy {
  /** How many shares of the symbol can be borrowed in all; undefined for no limit, zero when it can't be shorted. */
  locatable(symbol: Symbol): Quantity | undefined;
  /** Yearly rate on the value of the position, e.g. 0.003. */
  yearlyRate(symbol: Symbol): number;
}

import type { Decimal } from '@tradewind/vocabulary';

/** Exact fraction, e.g. 0.02 for two percent. */
export type Ratio = Decimal;

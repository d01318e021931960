import { ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Quantity } from '@tradewind/vocabulary';

import type { BorrowPolicy } from './borrow-policy.js';

/** EASY: any quantity. HARD: `located` shares, at a rate of its own. NONE: can't be borrowed. */
export type BorrowTerms =
  | { readonly status: 'EASY'; readonly yearlyRate?: number }
  | { readonly status: 'HARD'; readonly located: Quantity; readonly yearlyRate: number }
  | { readonly status: 'NONE' };

/** Yearly rate of shares that are easy to borrow: the general collateral rate that US brokers show, 0.3%. */
export const EASY_RATE = 0.003;

/** A lender's list; symbols that it does not name are as `otherwise`. */
export const borrowList = (list: Readonly<Record<string, BorrowTerms>>, otherwise: BorrowTerms = { status: 'EASY' }): BorrowPolicy => {
  const termsOf = (symbol: string): BorrowTerms => list[symbol] ?? otherwise;
  return {
    locatable(symbol) {
      const terms = termsOf(symbol);
      if (terms.status === 'EASY') return undefined;
      return terms.status === 'HARD' ? terms.located : ZERO_QUANTITY;
    },
    yearlyRate(symbol) {
      const terms = termsOf(symbol);
      if (terms.status === 'NONE') return 0;
      return terms.yearlyRate ?? EASY_RATE;
    },
  };
};

import type { TickPolicy } from './tick-policy.js';

/** A side without an offer is 0; below that is no price and no quantity. */
export const quoteSign: TickPolicy = {
  name: 'quote-sign',
  checkQuote({ bidPrice, askPrice, bidQuantity, askQuantity }) {
    if (bidPrice >= 0n && askPrice >= 0n && bidQuantity >= 0n && askQuantity >= 0n) return undefined;
    return { code: 'QUOTE_NEGATIVE', field: 'bidPrice', rule: 'prices and quantities must not be negative', dropped: true, penalty: 1 };
  },
};

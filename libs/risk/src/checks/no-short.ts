import { formatDecimal } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { OrderCheck } from './check.js';

/** This version trades long only: no sale beyond what is held and not yet being sold. */
export const noShort: OrderCheck = {
  name: 'no-short',
  check: ({ side, quantity, instrument }, { book }) => {
    const free = (book.holding(instrument.symbol)?.quantity ?? 0n) - book.reducing(instrument.symbol);
    return side === 'SELL' && quantity > free ? denial('SHORT_NOT_ALLOWED', { quantity: formatDecimal(quantity) }) : undefined;
  },
};

import { formatDecimal } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** One reduction at a time, and only of what is held. */
export const positionToExit: SignalCheck = {
  name: 'position-to-exit',
  check: ({ decision, book }) => {
    const reducing = book.reducing(decision.symbol);
    if (reducing > 0n) return denial('REDUCTION_WORKING', { quantity: formatDecimal(reducing) });
    return decision.action === 'EXIT' && book.holding(decision.symbol) === undefined ? denial('NO_POSITION') : undefined;
  },
};

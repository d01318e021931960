import { formatDecimal } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/**
 * An account may not trade with itself (FINRA Rule 5210, supplementary material .02), and brokers refuse the second order. The one limit that an exit
 * meets: it leaves with the next step, when the entry has filled or ended. Protective orders are not signals and are not held up.
 */
export const oppositeOrder: SignalCheck = {
  name: 'opposite-order',
  check: ({ decision, book, profile: { orders } }) => {
    if (orders.oppositeSide === 'off' || decision.action !== 'EXIT') return undefined;
    const entering = book.entering(decision.symbol);
    return entering > 0n ? denial('OPPOSITE_ORDER_WORKING', { quantity: formatDecimal(entering) }) : undefined;
  },
};

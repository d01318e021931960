import { formatDecimal } from '@tradewind/vocabulary';

import type { TickPolicy } from './tick-policy.js';

/** A bid above the offer of the same quote is a feed out of step: what happens for moments is told, what lasts costs the symbol its quality. */
export const crossedQuote: TickPolicy = {
  name: 'crossed-quote',
  checkQuote({ bidPrice, askPrice }) {
    if (askPrice <= 0n || bidPrice <= askPrice) return undefined;
    const rule = `bid ${formatDecimal(bidPrice)} must not be above ask ${formatDecimal(askPrice)}`;
    return { code: 'QUOTE_CROSSED', field: 'bidPrice', rule, dropped: false, penalty: 1 };
  },
};

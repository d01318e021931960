import { formatDecimal, toNumber } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** Penny stocks move by whole percents a tick; a price beyond belief is a wrong price. */
export const priceRange: SignalCheck = {
  name: 'price-range',
  check: ({ decision, profile: { limits } }) => {
    if (decision.action !== 'ENTER') return undefined;
    const { priceMin, priceMax } = limits;
    const reference = String(decision.referencePrice);
    if (priceMin !== 'off' && decision.referencePrice < toNumber(priceMin)) {
      return denial('PRICE_TOO_LOW', { reference, limit: formatDecimal(priceMin) });
    }
    return priceMax !== 'off' && decision.referencePrice > toNumber(priceMax)
      ? denial('PRICE_TOO_HIGH', { reference, limit: formatDecimal(priceMax) })
      : undefined;
  },
};

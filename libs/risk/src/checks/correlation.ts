import { toNumber } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { OrderCheck } from './check.js';

/** What moves as everything held moves brings no diversification, only size. */
export const correlation: OrderCheck = {
  name: 'correlation',
  check: ({ entry, instrument }, { portfolio, profile: { portfolio: limits } }) => {
    if (entry === undefined || limits.correlationMax === 'off') return undefined;
    const average = portfolio().averageCorrelation(instrument.symbol);
    const limit = toNumber(limits.correlationMax);
    return average !== undefined && average <= limit
      ? undefined
      : denial('CORRELATION', { correlation: average === undefined ? 'unknown' : average.toFixed(4), limit: String(limit) });
  },
};

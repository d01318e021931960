import { formatDecimal } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { OrderCheck } from './check.js';

/** Small entries cost more than they bring; what is held may always be sold. */
export const minimumNotional: OrderCheck = {
  name: 'minimum-notional',
  check: ({ side, worstNotional }, { profile }) =>
    side === 'BUY' && worstNotional < profile.limits.orderNotionalMin
      ? denial('NOTIONAL_TOO_SMALL', { notional: formatDecimal(worstNotional), limit: formatDecimal(profile.limits.orderNotionalMin) })
      : undefined,
};

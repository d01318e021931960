import { formatDecimal } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { OrderCheck } from './check.js';

/** Small entries cost more than they bring; what is held may always be sold. */
export const minimumNotional: OrderCheck = {
  name: 'minimum-notional',
  check: ({ entry, worstNotional }, { profile }) =>
    entry !== undefined && worstNotional < profile.limits.orderNotionalMinUsd
      ? denial('NOTIONAL_TOO_SMALL', { notional: formatDecimal(worstNotional), limit: formatDecimal(profile.limits.orderNotionalMinUsd) })
      : undefined,
};

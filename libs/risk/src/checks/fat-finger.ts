import { formatDecimal } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { OrderCheck } from './check.js';

/** Refused, not shrunk: an entry of that size is a mistake somewhere. An exit is as large as what is held. */
export const fatFinger: OrderCheck = {
  name: 'fat-finger',
  check: ({ entry, worstNotional }, { profile }) =>
    entry !== undefined && worstNotional > profile.limits.orderNotionalMaxUsd
      ? denial('FAT_FINGER', { notional: formatDecimal(worstNotional), limit: formatDecimal(profile.limits.orderNotionalMaxUsd) })
      : undefined,
};

import { formatDecimal } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { OrderCheck } from './check.js';

/** Less than one lot is nothing. */
export const lotSize: OrderCheck = {
  name: 'lot-size',
  check: ({ quantity, instrument }) =>
    quantity < instrument.lotSize ? denial('LOT_ROUNDS_TO_ZERO', { lotSize: formatDecimal(instrument.lotSize) }) : undefined,
};

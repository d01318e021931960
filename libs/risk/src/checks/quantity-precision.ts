import { formatDecimal } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { OrderCheck } from './check.js';

/** A position with a fraction of a lot (a split, a transfer) can't be sold whole in one order: the venue would refuse it. */
export const quantityPrecision: OrderCheck = {
  name: 'quantity-precision',
  check: ({ quantity, instrument }) =>
    quantity % instrument.lotSize === 0n
      ? undefined
      : denial('QUANTITY_PRECISION', { quantity: formatDecimal(quantity), lotSize: formatDecimal(instrument.lotSize) }),
};

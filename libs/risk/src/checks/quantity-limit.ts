import { formatDecimal } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { OrderCheck } from './check.js';

/** A count of units that nobody means, whatever they cost. */
export const quantityLimit: OrderCheck = {
  name: 'quantity-limit',
  check: ({ entry, quantity }, { profile: { limits } }) =>
    entry !== undefined && limits.quantityMax !== 'off' && quantity > limits.quantityMax
      ? denial('QUANTITY_MAX', { quantity: formatDecimal(quantity), limit: formatDecimal(limits.quantityMax) })
      : undefined,
};

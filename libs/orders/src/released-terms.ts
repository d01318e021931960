import type { Side } from '@tradewind/vocabulary';
import type { OrderTerms } from '@tradewind/venue';

import { isStopType, limitAfterTrigger } from './trail.js';

/**
 * What is left of an order for the venue once its trigger was seen on our side: a stop becomes a market order, a stop limit a limit order, a
 * trailing stop limit a limit order at its offset beyond the level. Orders held for a moment and not for a stop are sent as they are.
 */
export const releasedTerms = (side: Side, terms: OrderTerms): OrderTerms => {
  const { type, quantity } = terms;
  if (!isStopType(type)) return terms;
  if (type === 'STOP' || type === 'TRAILING_STOP') return { type: 'MARKET', quantity };
  return { type: 'LIMIT', quantity, limitPrice: limitAfterTrigger(side, terms) };
};

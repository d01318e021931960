import { formatDecimal, scaleBy, subtract, ZERO_PRICE } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { OrderCheck } from './check.js';

/** A stop within the noise sells at once, one too far protects nothing, and an entry without one is unprotected. Measured from the worst fill. */
export const stopDistance: OrderCheck = {
  name: 'stop-distance',
  check: ({ entry }, { profile: { limits } }) => {
    if (entry === undefined || limits.stopDistance === 'off') return undefined;
    const { worstPrice, protectiveStop = ZERO_PRICE } = entry;
    const distance = subtract(worstPrice, protectiveStop);
    const parameters = { stop: formatDecimal(protectiveStop), worstPrice: formatDecimal(worstPrice) };
    if (distance < scaleBy(worstPrice, limits.stopDistance.min)) return denial('STOP_TOO_NEAR', parameters);
    return distance > scaleBy(worstPrice, limits.stopDistance.max) ? denial('STOP_TOO_FAR', parameters) : undefined;
  },
};

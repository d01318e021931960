import { divideHalfEven, scaleBy, subtract, ZERO_PRICE } from '@tradewind/vocabulary';
import type { Money } from '@tradewind/vocabulary';

import type { ExposureLimit } from './limit.js';

/** Loss at the stop, from the worst fill: the wider the stop, the smaller the entry. */
export const tradeRisk: ExposureLimit = {
  code: 'TRADE_RISK',
  room: ({ worstPrice, protectiveStop = ZERO_PRICE }, { book, profile: { limits } }) => {
    if (limits.tradeRiskMax === 'off') return undefined;
    const distance = subtract(worstPrice, protectiveStop);
    if (distance <= 0n) return undefined;
    return divideHalfEven(scaleBy(book.equity, limits.tradeRiskMax) * worstPrice, distance) as Money;
  },
};

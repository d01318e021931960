import { add, divideHalfEven, quantity, scaleBy, subtract } from '@tradewind/vocabulary';
import type { Money } from '@tradewind/vocabulary';

import type { ExposureLimit } from './limit.js';

const ONE = quantity('1');

/** Free cash less the reserve, after setting the costs aside. */
export const cash: ExposureLimit = {
  code: 'CASH_INSUFFICIENT',
  room: (_instrument, book, { limits }) => {
    const free = subtract(book.cash, scaleBy(book.equity, limits.cashReserve));
    return free <= 0n ? free : (divideHalfEven(free * ONE, add(ONE, limits.costRatio as typeof ONE)) as Money);
  },
};

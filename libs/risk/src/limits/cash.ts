import { add, divideHalfEven, quantity, scaleBy, subtract } from '@tradewind/vocabulary';
import type { Money } from '@tradewind/vocabulary';

import type { RiskProfile } from '../profile.js';
import type { ExposureLimit } from './limit.js';

const ONE = quantity('1');

/** What an amount of cash buys when the costs are paid from it too. */
export const afterCosts = (free: Money, { limits }: RiskProfile): Money =>
  free <= 0n ? free : (divideHalfEven(free * ONE, add(ONE, limits.costRatio as typeof ONE)) as Money);

/** Free cash less the reserve, after setting the costs aside. */
export const cash: ExposureLimit = {
  code: 'CASH_INSUFFICIENT',
  room: (_entry, { book, profile }) => afterCosts(subtract(book.cash, scaleBy(book.equity, profile.limits.cashReserve)), profile),
};

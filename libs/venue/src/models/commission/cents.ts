import { divideHalfEven } from '@tradewind/vocabulary';
import type { Money } from '@tradewind/vocabulary';

import type { DayFees } from './commission-policy.js';
import { CENT } from './commission-policy.js';

/** Half to even. */
export const toCent = (amount: Money): Money => (divideHalfEven(amount, CENT) * CENT) as Money;
/** Up, of an amount of zero or more. */
export const upToCent = (amount: Money): Money => (((amount + CENT - 1n) / CENT) * CENT) as Money;

/** What fees add to a day's total when the total, and not each fill, is rounded: no fill pays for another's cent. */
export const dayCharge = (fees: DayFees, before: DayFees, round: (amount: Money) => Money): Money => {
  let sum = 0n;
  for (const kind of ['section31', 'tradingActivity', 'auditTrail'] as const) {
    const charged = round(before[kind]);
    sum += round((before[kind] + fees[kind]) as Money) - charged;
  }
  return sum as Money;
};

import { divideHalfEven, notional, scaleBy } from '@tradewind/vocabulary';
import type { Decimal, Money } from '@tradewind/vocabulary';

import { CENT } from './commission-policy.js';
import type { CommissionPolicy } from './commission-policy.js';

/** A share of the notional, rounded half to even to the cent. */
export const ratioCommission = (ratio: Decimal): CommissionPolicy => ({
  commission: ({ price, quantity }) => (divideHalfEven(scaleBy(notional(price, quantity), ratio), CENT) * CENT) as Money,
});

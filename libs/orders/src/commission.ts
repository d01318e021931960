import { divideHalfEven, notional, scaleBy, ZERO_MONEY } from '@tradewind/vocabulary';
import type { Decimal, Money, Price, Quantity } from '@tradewind/vocabulary';

export interface CommissionPolicy {
  /** Zero or more, in whole cents. */
  commission(price: Price, quantity: Quantity): Money;
}

const CENT = 10_000_000n;

/** A share of the notional, rounded half to even to the cent. */
export const ratioCommission = (ratio: Decimal): CommissionPolicy => ({
  commission: (price, quantity) => (divideHalfEven(scaleBy(notional(price, quantity), ratio), CENT) * CENT) as Money,
});

export const noCommission: CommissionPolicy = { commission: () => ZERO_MONEY };

import { greatest, least, scaleBy, subtract, ZERO_MONEY, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Decimal, Money, Quantity } from '@tradewind/vocabulary';
import { add, notional } from '@tradewind/vocabulary';

import { toCent } from './cents.js';
import type { CommissionableFill, CommissionPolicy } from './commission-policy.js';

export interface PerShareTerms {
  readonly perShare: Decimal;
  /** Per order. */
  readonly minimum?: Money;
  /** Per order, a share of its value; where it is below the minimum it is what is charged. */
  readonly maximumRatio?: Decimal;
}

/** Commission of an order after so much of it has filled, not rounded. */
export const perShareCharge = (base: Money, value: Money, { minimum, maximumRatio }: Omit<PerShareTerms, 'perShare'>): Money => {
  const charged = minimum === undefined ? base : greatest(base, minimum);
  return maximumRatio === undefined ? charged : least(charged, scaleBy(value, maximumRatio));
};

/** What a fill adds to its order's total: minimum and maximum count once an order, however many fills it takes. */
export const chargedByOrder = (fill: CommissionableFill, total: (quantity: Quantity, value: Money) => Money): Money => {
  const quantity = fill.order?.quantity ?? ZERO_QUANTITY;
  const value = fill.order?.notional ?? ZERO_MONEY;
  const before = quantity === 0n ? ZERO_MONEY : toCent(total(quantity, value));
  return subtract(toCent(total(add(quantity, fill.quantity), add(value, notional(fill.price, fill.quantity)))), before);
};

/** An amount for each share, with a minimum and a maximum per order. */
export const perShareCommission = (terms: PerShareTerms): CommissionPolicy => ({
  commission: (fill) =>
    chargedByOrder(fill, (quantity, value) => perShareCharge(scaleBy(quantity, terms.perShare) as unknown as Money, value, terms)),
});

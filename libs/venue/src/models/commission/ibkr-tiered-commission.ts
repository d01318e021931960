import { add, least, money, quantity, scaleBy, subtract, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Decimal, Money, Quantity } from '@tradewind/vocabulary';

import { toCent } from './cents.js';
import type { CommissionPolicy } from './commission-policy.js';
import { passedOnFees } from './ibkr-fixed-commission.js';
import { chargedByOrder, perShareCharge } from './per-share-commission.js';

/** Rates by shares traded in the calendar month; each rate holds for the shares within its tier alone. */
export const IBKR_TIERS: readonly { readonly upTo: Quantity | undefined; readonly perShare: Decimal }[] = [
  { upTo: quantity('300000'), perShare: quantity('0.0035') },
  { upTo: quantity('3000000'), perShare: quantity('0.002') },
  { upTo: quantity('20000000'), perShare: quantity('0.0015') },
  { upTo: quantity('100000000'), perShare: quantity('0.001') },
  { upTo: undefined, perShare: quantity('0.0005') },
];

const MINIMUM = money('0.35');
const MINIMUM_FRACTIONAL = money('0.01');
const MAXIMUM_RATIO = quantity('0.01');
const ONE_SHARE = quantity('1');
const CLEARING_PER_SHARE = quantity('0.0002');
/** Of the commission. */
const NYSE_PASS_THROUGH = quantity('0.000175');
const FINRA_PASS_THROUGH = quantity('0.00056');

export interface IbkrTieredTerms {
  /** Exchange fee per share that takes; 0.003 unless given, which is the cap of Regulation NMS rule 610. */
  readonly removePerShare?: Decimal;
  /** Exchange rebate per share that rests, below zero; 0 unless given, since rebates differ by venue and IBKR may keep a part. */
  readonly addPerShare?: Decimal;
}

export const IBKR_TIERED_DEFAULTS = { removePerShare: quantity('0.003'), addPerShare: quantity('0') } as const;

/** Commission of `shares` that follow `month` shares of the same month. */
const tieredCommission = (month: Quantity, shares: Quantity): Money => {
  let from: bigint = month;
  let rest: bigint = shares;
  let sum = 0n;
  for (const { upTo, perShare } of IBKR_TIERS) {
    const room = upTo === undefined ? rest : upTo - from;
    if (rest === 0n || room <= 0n) continue;
    const here = least(room as Quantity, rest as Quantity);
    sum += scaleBy(here, perShare);
    from += here;
    rest -= here;
  }
  return sum as Money;
};

/**
 * Interactive Brokers, tiered pricing of US shares: IBKR_TIERS with 0.35 at least and 1% of the value at most per order, exchange and clearing fees
 * (NSCC, DTC), the pass-through fees of NYSE and FINRA on the commission, and regulatory fees (interactivebrokers.com/en/pricing/commissions-stocks.php).
 */
export const ibkrTieredCommission = (terms: IbkrTieredTerms = {}): CommissionPolicy => {
  const { removePerShare, addPerShare } = { ...IBKR_TIERED_DEFAULTS, ...terms };
  return {
    commission(fill) {
      const filledBefore = fill.order?.quantity ?? ZERO_QUANTITY;
      const monthBefore = subtract(fill.account?.monthQuantity ?? filledBefore, filledBefore);
      const month = monthBefore > 0n ? monthBefore : ZERO_QUANTITY;
      const byOrder = chargedByOrder(fill, (shares, value) => {
        const own = perShareCharge(tieredCommission(month, shares), value, {
          minimum: shares < ONE_SHARE ? MINIMUM_FRACTIONAL : MINIMUM,
          maximumRatio: MAXIMUM_RATIO,
        });
        const passed = add(scaleBy(own, NYSE_PASS_THROUGH), scaleBy(own, FINRA_PASS_THROUGH));
        return add(add(own, passed), scaleBy(shares, CLEARING_PER_SHARE) as unknown as Money);
      });
      const exchange = scaleBy(fill.quantity, fill.liquidity === 'ADDED' ? addPerShare : removePerShare) as unknown as Money;
      return add(add(byOrder, toCent(exchange)), passedOnFees(fill));
    },
  };
};

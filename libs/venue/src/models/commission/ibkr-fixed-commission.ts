import { add, money, quantity, scaleBy, ZERO_MONEY } from '@tradewind/vocabulary';
import type { Money } from '@tradewind/vocabulary';

import { dayCharge, toCent } from './cents.js';
import type { CommissionableFill, CommissionPolicy, DayFees } from './commission-policy.js';
import { chargedByOrder, perShareCharge } from './per-share-commission.js';
import { regulatoryFees } from './us-regulatory-fees.js';

const PER_SHARE = quantity('0.005');
const MINIMUM = money('1');
/** Orders of less than one share. */
const MINIMUM_FRACTIONAL = money('0.01');
const MAXIMUM_RATIO = quantity('0.01');
const ONE_SHARE = quantity('1');
const NOTHING: DayFees = { section31: ZERO_MONEY, tradingActivity: ZERO_MONEY, auditTrail: ZERO_MONEY };

/** Regulatory fees as IBKR passes them on: exact over the day, half to even at the cent. */
export const passedOnFees = (fill: CommissionableFill): Money => dayCharge(regulatoryFees(fill), fill.account?.dayFees ?? NOTHING, toCent);

/**
 * Interactive Brokers, fixed pricing of US shares: USD 0.005 a share, at least 1.00 an order, at most 1% of its value (the maximum rules where it is below the
 * minimum), and regulatory fees (interactivebrokers.com/en/pricing/commissions-stocks.php).
 */
export const ibkrFixedCommission: CommissionPolicy = {
  commission: (fill) =>
    add(
      chargedByOrder(fill, (shares, value) =>
        perShareCharge(scaleBy(shares, PER_SHARE) as unknown as Money, value, {
          minimum: shares < ONE_SHARE ? MINIMUM_FRACTIONAL : MINIMUM,
          maximumRatio: MAXIMUM_RATIO,
        }),
      ),
      passedOnFees(fill),
    ),
};

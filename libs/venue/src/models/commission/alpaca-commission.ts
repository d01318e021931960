import { ZERO_MONEY } from '@tradewind/vocabulary';

import { dayCharge, upToCent } from './cents.js';
import type { CommissionPolicy, DayFees } from './commission-policy.js';
import { regulatoryFees } from './us-regulatory-fees.js';

const NOTHING: DayFees = { section31: ZERO_MONEY, tradingActivity: ZERO_MONEY, auditTrail: ZERO_MONEY };

/**
 * Alpaca, US shares: no commission; regulatory fees as they were in force on the day, each kind's total of the day rounded up to the cent
 * (docs.alpaca.markets/docs/regulatory-fees). Without the day's totals each fill counts as the first of its day, which errs to the dear side.
 */
export const alpacaCommission: CommissionPolicy = {
  commission: (fill) => dayCharge(regulatoryFees(fill), fill.account?.dayFees ?? NOTHING, upToCent),
};

import { money, notional, quantity, scaleBy, utcDateOf, ZERO_MONEY } from '@tradewind/vocabulary';
import type { Decimal, Money } from '@tradewind/vocabulary';

import type { CommissionableFill, DayFees } from './commission-policy.js';

interface DatedRate {
  /** First day it holds, `YYYY-MM-DD`. */
  readonly from: string;
  readonly rate: Decimal;
}

interface CappedRate extends DatedRate {
  readonly capPerTrade: Money;
}

/**
 * SEC fee of section 31 of the Exchange Act, in dollars per dollar sold (a rate of 0.0000278 is $27.80 per million). From the SEC's fee rate advisories and
 * FINRA's information notices; the last row holds until a new one is added here.
 */
export const SECTION_31_RATES: readonly DatedRate[] = [
  { from: '2013-05-25', rate: quantity('0.0000174') },
  { from: '2014-03-18', rate: quantity('0.0000221') },
  { from: '2015-02-14', rate: quantity('0.0000184') },
  { from: '2016-02-16', rate: quantity('0.0000218') },
  { from: '2017-07-04', rate: quantity('0.0000231') },
  { from: '2018-05-22', rate: quantity('0.000013') },
  { from: '2019-04-16', rate: quantity('0.0000207') },
  { from: '2020-02-18', rate: quantity('0.0000221') },
  { from: '2021-02-25', rate: quantity('0.0000051') },
  { from: '2022-05-14', rate: quantity('0.0000229') },
  { from: '2023-02-27', rate: quantity('0.000008') },
  { from: '2024-05-22', rate: quantity('0.0000278') },
  { from: '2025-05-14', rate: quantity('0') },
  { from: '2026-04-04', rate: quantity('0.0000206') },
];

/** FINRA Trading Activity Fee per share sold, with its cap per trade (FINRA By-Laws, Schedule A, section 1; since 2026 by SR-FINRA-2024-019). */
export const TRADING_ACTIVITY_RATES: readonly CappedRate[] = [
  { from: '2012-07-01', rate: quantity('0.000119'), capPerTrade: money('5.95') },
  { from: '2022-01-01', rate: quantity('0.00013'), capPerTrade: money('6.49') },
  { from: '2023-01-01', rate: quantity('0.000145'), capPerTrade: money('7.27') },
  { from: '2024-01-01', rate: quantity('0.000166'), capPerTrade: money('8.30') },
  { from: '2026-01-01', rate: quantity('0.000195'), capPerTrade: money('9.79') },
];

/**
 * Consolidated Audit Trail, per share bought or sold: prospective fee and historical assessment together (CAT Fee Alerts 2024-1, 2024-2, 2025-1; the sum of
 * July 2025 as Alpaca publishes it).
 */
export const AUDIT_TRAIL_RATES: readonly DatedRate[] = [
  { from: '2024-09-01', rate: quantity('0.000035') },
  { from: '2024-10-01', rate: quantity('0.000048') },
  { from: '2025-01-01', rate: quantity('0.000035') },
  { from: '2025-07-01', rate: quantity('0.0000265') },
];

const inForce = <T extends DatedRate>(rates: readonly T[], date: string): T | undefined => rates.findLast(({ from }) => from <= date);

/** What regulators charge a US broker for one fill, and US brokers pass on; not rounded. The first two are charged on sales alone. */
export const regulatoryFees = ({ side, price, quantity: shares, at }: CommissionableFill): DayFees => {
  const date = utcDateOf(at);
  const section31 = inForce(SECTION_31_RATES, date);
  const activity = inForce(TRADING_ACTIVITY_RATES, date);
  const trail = inForce(AUDIT_TRAIL_RATES, date);
  const sells = side === 'SELL';
  const perShare = (rate: Decimal): Money => scaleBy(shares, rate) as unknown as Money;
  const uncapped = sells && activity !== undefined ? perShare(activity.rate) : ZERO_MONEY;
  return {
    section31: sells && section31 !== undefined ? scaleBy(notional(price, shares), section31.rate) : ZERO_MONEY,
    tradingActivity: activity !== undefined && uncapped > activity.capPerTrade ? activity.capPerTrade : uncapped,
    auditTrail: trail === undefined ? ZERO_MONEY : perShare(trail.rate),
  };
};

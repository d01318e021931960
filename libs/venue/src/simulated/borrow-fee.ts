import { absolute, moneyFromNumber, notional, subtract, toNumber } from '@tradewind/vocabulary';
import type { Symbol } from '@tradewind/vocabulary';

import type { VenueDesk } from './venue-desk.js';

/** Days of the year by which US lenders divide a yearly rate. */
const YEAR_DAYS = 360;
const DAY_MS = 86_400_000;
const CENTS = 2;

/** What the shorts of the account cost since they were last paid for: value × yearly rate ÷ 360 for each calendar day, at the end of a session. */
export const payBorrow = (desk: VenueDesk): void => {
  const { state, settings, policies } = desk;
  const { account } = state;
  for (const [symbol, { quantity, averagePrice }] of Object.entries(account.positions)) {
    if (quantity > 0n) continue;
    const today = desk.calendarOf(symbol as Symbol).dateAt(state.now);
    const days = account.borrowPaid === '' ? 1 : Math.max(1, (Date.parse(today) - Date.parse(account.borrowPaid)) / DAY_MS);
    const value = notional(account.marks[symbol] ?? averagePrice, absolute(quantity));
    const fee = moneyFromNumber((toNumber(value) * policies.borrow.yearlyRate(symbol as Symbol) * days) / YEAR_DAYS, CENTS);
    if (fee <= 0n) continue;
    account.cash = subtract(account.cash, fee);
    state.activities.push({
      id: `${settings.account.venueAccount}-b${today}-${symbol}`,
      kind: 'BORROW',
      at: state.now,
      symbol: symbol as Symbol,
      amount: -fee as typeof fee,
      currency: settings.account.currency,
      description: `borrowing ${symbol} for ${days} day${days === 1 ? '' : 's'}`,
    });
  }
  const [first] = Object.keys(account.positions);
  account.borrowPaid = desk.calendarOf((first ?? '') as Symbol).dateAt(state.now);
};

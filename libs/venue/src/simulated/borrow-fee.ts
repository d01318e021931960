import type { CivilDate } from '@tradewind/market';
import { absolute, moneyFromNumber, notional, subtract, toNumber } from '@tradewind/vocabulary';
import type { Symbol } from '@tradewind/vocabulary';

import type { VenueDesk } from './venue-desk.js';

/** Days of the year by which US lenders divide a yearly rate. */
const YEAR_DAYS = 360;
const DAY_MS = 86_400_000;
const CENTS = 2;

/** Two weeks: exchanges are never shut for longer. */
const REACH_DAYS = 14;

/** Calendar days until the next session: a short held over Friday's close is paid for three. */
const nightsAfter = (desk: VenueDesk, symbol: Symbol): { readonly today: CivilDate; readonly nights: number } => {
  const calendar = desk.calendarOf(symbol);
  const today = calendar.dateAt(desk.state.now);
  const until = new Date(Date.parse(today) + REACH_DAYS * DAY_MS).toISOString().slice(0, 10) as CivilDate;
  const next = calendar.sessionsBetween(today, until)[0];
  return { today, nights: next === undefined ? 1 : (Date.parse(next) - Date.parse(today)) / DAY_MS };
};

/** What the shorts of the account cost until the next session, at the end of one: value × yearly rate ÷ 360 for each calendar day. Once a day. */
export const payBorrow = (desk: VenueDesk): void => {
  const { state, settings, policies } = desk;
  const { account } = state;
  for (const [name, { quantity, averagePrice }] of Object.entries(account.positions)) {
    const symbol = name as Symbol;
    const { today, nights } = nightsAfter(desk, symbol);
    const id = `${settings.account.venueAccount}-b${today}-${symbol}`;
    if (quantity > 0n || state.activities.some((activity) => activity.id === id)) continue;
    const value = notional(account.marks[symbol] ?? averagePrice, absolute(quantity));
    const fee = moneyFromNumber((toNumber(value) * policies.borrow.yearlyRate(symbol) * nights) / YEAR_DAYS, CENTS);
    if (fee <= 0n) continue;
    account.cash = subtract(account.cash, fee);
    state.activities.push({
      id,
      kind: 'BORROW',
      at: state.now,
      symbol,
      amount: -fee as typeof fee,
      currency: settings.account.currency,
      description: `borrowing ${symbol} for ${nights} day${nights === 1 ? '' : 's'}`,
    });
  }
};

import type { CivilDate, TradingCalendar } from '@tradewind/market';

/**
 * Business days from trade to settlement of US shares, by the first trade date they hold for. Sources: SEC Release 34-80295 (T+2 from 2017-09-05),
 * Release 34-96930 (T+1 from 2024-05-28), and before them SEC Rule 15c6-1 of 1993 (T+3 from 1995-06-07).
 */
export const SETTLEMENT_CYCLES = [
  { from: '1995-06-07', days: 3 },
  { from: '2017-09-05', days: 2 },
  { from: '2024-05-28', days: 1 },
] as const;

/** Business days to settlement for a trade of that date; five before 1995. */
export const settlementDaysAt = (date: CivilDate): number => {
  let days = 5;
  for (const cycle of SETTLEMENT_CYCLES) if (date >= cycle.from) days = cycle.days;
  return days;
};

const DAY_MS = 86_400_000;
/** A week and a half: no closure of an exchange since 1985 lasted longer than a week. */
const REACH_DAYS = 21;

const plusDays = (date: CivilDate, days: number): CivilDate =>
  new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10) as CivilDate;

/** The date on which a trade settles: so many sessions of the exchange after it. Throws RangeError for dates before the calendar's first year. */
export const settlementDateOf = (calendar: TradingCalendar, tradeDate: CivilDate): CivilDate => {
  const days = settlementDaysAt(tradeDate);
  const sessions = calendar.sessionsBetween(tradeDate, plusDays(tradeDate, REACH_DAYS));
  return sessions[days - 1] ?? plusDays(tradeDate, days);
};

import { dayNumber, type DayNumber, nthWeekday, weekdayOf } from './civil-date.js';
import type { Hours } from './exchange-rules.js';

const THURSDAY = 4;
const FRIDAY = 5;
const OPEN_MINUTES = 9 * 60 + 30;
const OPEN_MINUTES_UNTIL_1985 = 10 * 60;
const CLOSE_MINUTES = 16 * 60;
const EXTENDED_OPEN_MINUTES = 4 * 60;
const EXTENDED_AFTER_CLOSE_MINUTES = 4 * 60;
const EARLY_CLOSE_MINUTES = 13 * 60;
const EARLY_CLOSE_MINUTES_UNTIL_1992 = 14 * 60;
const FIRST_EARLIER_OPEN = dayNumber(1985, 9, 30);
/** Shortened days outside the rules. */
const SPECIAL_EARLY_CLOSES: ReadonlySet<DayNumber> = new Set([dayNumber(1997, 12, 26), dayNumber(1999, 12, 31), dayNumber(2003, 12, 26)]);

/** The short day beside Independence Day: the eve; the Friday after it when it fell on a Thursday, until 2012. */
const independenceShortDay = (year: number): DayNumber | undefined => {
  if (year < 1995) return undefined;
  const holiday = dayNumber(year, 7, 4);
  const weekday = weekdayOf(holiday);
  if (weekday === THURSDAY && year <= 2012) return holiday + 1;
  return weekday >= 2 && weekday <= FRIDAY ? holiday - 1 : undefined;
};

const isEarlyClose = (year: number, day: DayNumber): boolean =>
  (year >= 1992 && day === nthWeekday(year, 11, THURSDAY, 4) + 1) ||
  (year >= 1990 && day === dayNumber(year, 12, 24)) ||
  day === independenceShortDay(year) ||
  SPECIAL_EARLY_CLOSES.has(day);

/** Hours of a day that is a session. Source: NYSE, "History of trading hours"; checked day by day against exchange_calendars XNYS. */
export const usHoursOf = (year: number, day: DayNumber): Hours => {
  const early = isEarlyClose(year, day);
  const earlyClose = year <= 1992 ? EARLY_CLOSE_MINUTES_UNTIL_1992 : EARLY_CLOSE_MINUTES;
  return { open: day < FIRST_EARLIER_OPEN ? OPEN_MINUTES_UNTIL_1985 : OPEN_MINUTES, close: early ? earlyClose : CLOSE_MINUTES, early };
};

/** From 04:00 (NYSE Arca's and NASDAQ's first auction) to four hours after the close: 20:00, and 17:00 on days that end at 13:00. */
export const usExtendedHoursOf = (regular: Hours): { readonly open: number; readonly close: number } => ({
  open: EXTENDED_OPEN_MINUTES,
  close: regular.close + EXTENDED_AFTER_CLOSE_MINUTES,
});

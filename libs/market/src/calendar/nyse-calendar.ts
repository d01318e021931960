import type { UnixNanos } from '@tradewind/vocabulary';

import { type CivilDate, civilDateOf, type DayNumber, dayNumberOf, weekdayOf, yearOf } from './civil-date.js';
import { newYorkInstant } from './new-york-time.js';
import { closedDaysOf } from './nyse-holidays.js';
import { hoursOf } from './nyse-hours.js';

/** One day of regular trading. */
export interface Session {
  readonly date: CivilDate;
  readonly openTime: UnixNanos;
  readonly closeTime: UnixNanos;
  readonly earlyClose: boolean;
}

export interface TradingCalendar {
  readonly name: string;
  /** Throws RangeError for dates before the calendar's first year. */
  isSession(date: CivilDate): boolean;
  /** Undefined when the exchange is shut that day. */
  sessionOf(date: CivilDate): Session | undefined;
  /** Sessions strictly between two dates. */
  sessionsBetween(after: CivilDate, before: CivilDate): readonly CivilDate[];
}

const FIRST_YEAR = 1985;
const SUNDAY = 0;
const SATURDAY = 6;

const closedDaysByYear = new Map<number, ReadonlySet<DayNumber>>();

const closedDays = (year: number): ReadonlySet<DayNumber> => {
  if (year < FIRST_YEAR) throw new RangeError(`the calendar XNYS begins in ${FIRST_YEAR}, not ${year}`);
  let days = closedDaysByYear.get(year);
  if (days === undefined) {
    days = closedDaysOf(year);
    closedDaysByYear.set(year, days);
  }
  return days;
};

const isOpen = (day: DayNumber): boolean => {
  const weekday = weekdayOf(day);
  return weekday !== SUNDAY && weekday !== SATURDAY && !closedDays(yearOf(day)).has(day);
};

const sessionOf = (date: CivilDate): Session | undefined => {
  const day = dayNumberOf(date);
  if (!isOpen(day)) return undefined;
  const hours = hoursOf(yearOf(day), day);
  return { date, openTime: newYorkInstant(day, hours.open), closeTime: newYorkInstant(day, hours.close), earlyClose: hours.early };
};

const sessionsBetween = (after: CivilDate, before: CivilDate): readonly CivilDate[] => {
  const found: CivilDate[] = [];
  for (let day = dayNumberOf(after) + 1; day < dayNumberOf(before); day += 1) {
    if (isOpen(day)) found.push(civilDateOf(day));
  }
  return found;
};

/** The New York Stock Exchange from 1985 on, by rule; sessions are regular hours, 09:30 to 16:00 New York. */
export const nyseCalendar: TradingCalendar = {
  name: 'XNYS',
  isSession: (date) => isOpen(dayNumberOf(date)),
  sessionOf,
  sessionsBetween,
};

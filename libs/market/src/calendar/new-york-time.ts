import { nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

import { type DayNumber, lastWeekday, nthWeekday, yearOf } from './civil-date.js';

const MILLIS_PER_DAY = 86_400_000;
const MILLIS_PER_MINUTE = 60_000;
const STANDARD_OFFSET_MINUTES = -300;
const SUMMER_OFFSET_MINUTES = -240;
const SUNDAY = 0;

/**
 * First day of summer time and first day after it. Clocks change on a Sunday at 02:00, when no exchange is open, so whole days suffice.
 * Source: Uniform Time Act 1966, its amendment of 1986 and the Energy Policy Act of 2005 (rule "US" of the tz database, from 1976).
 */
const summerOf = (year: number): readonly [DayNumber, DayNumber] => {
  if (year >= 2007) return [nthWeekday(year, 3, SUNDAY, 2), nthWeekday(year, 11, SUNDAY, 1)];
  const start = year >= 1987 ? nthWeekday(year, 4, SUNDAY, 1) : lastWeekday(year, 4, SUNDAY);
  return [start, lastWeekday(year, 10, SUNDAY)];
};

/** The instant of a New York wall-clock time, in minutes after midnight, on a day from 1976 on. */
export const newYorkInstant = (day: DayNumber, minutes: number): UnixNanos => {
  const [start, end] = summerOf(yearOf(day));
  const offset = day >= start && day < end ? SUMMER_OFFSET_MINUTES : STANDARD_OFFSET_MINUTES;
  return nanosFromMillis(day * MILLIS_PER_DAY + (minutes - offset) * MILLIS_PER_MINUTE);
};

import { nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

import { type DayNumber, lastWeekday, nthWeekday, yearOf } from './civil-date.js';

const MILLIS_PER_DAY = 86_400_000;
const MILLIS_PER_MINUTE = 60_000;
const NANOS_PER_DAY = 86_400_000_000_000n;
const NANOS_PER_MINUTE = 60_000_000_000n;
const STANDARD_OFFSET_MINUTES = -300;
const SUMMER_OFFSET_MINUTES = -240;
const SUNDAY = 0;

/**
 * First day of summer time and first day after it. Clocks change on a Sunday at 02:00, when no exchange is open, so whole days suffice.
 * Source: Uniform Time Act 1966, its amendment of 1986 and the Energy Policy Act of 2005 (rule "US" of the tz database, from 1976);
 * Ontario has kept the same days since 1976 (O. Reg. 111/06 followed the change of 2007).
 */
const summerOf = (year: number): readonly [DayNumber, DayNumber] => {
  if (year >= 2007) return [nthWeekday(year, 3, SUNDAY, 2), nthWeekday(year, 11, SUNDAY, 1)];
  const start = year >= 1987 ? nthWeekday(year, 4, SUNDAY, 1) : lastWeekday(year, 4, SUNDAY);
  return [start, lastWeekday(year, 10, SUNDAY)];
};

const offsetMinutes = (day: DayNumber): number => {
  const [start, end] = summerOf(yearOf(day));
  return day >= start && day < end ? SUMMER_OFFSET_MINUTES : STANDARD_OFFSET_MINUTES;
};

/** The instant of a wall-clock time of New York and Toronto, in minutes after midnight, on a day from 1976 on. */
export const easternInstant = (day: DayNumber, minutes: number): UnixNanos =>
  nanosFromMillis(day * MILLIS_PER_DAY + (minutes - offsetMinutes(day)) * MILLIS_PER_MINUTE);

/** The day that New York and Toronto have at an instant from 1976 on (within the hour around a change of clocks: the day of the new time). */
export const easternDayOf = (at: UnixNanos): DayNumber => {
  const utcDay = Number(at / NANOS_PER_DAY);
  const local = at + BigInt(offsetMinutes(utcDay)) * NANOS_PER_MINUTE;
  return Number(local / NANOS_PER_DAY);
};

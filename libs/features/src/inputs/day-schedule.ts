import { type CivilDate, civilDate, type TradingCalendar } from '@tradewind/market';
import { NANOS_PER_MILLI, nanosFromMillis, type UnixNanos, utcDateOf } from '@tradewind/vocabulary';

const MILLIS_PER_HOUR = 3_600_000;
const HOURS_PER_DAY = 24;
const MILLIS_PER_DAY = HOURS_PER_DAY * MILLIS_PER_HOUR;
const THURSDAY = 4;
const FRIDAY = 5;
const DAYS_PER_WEEK = 7;
/** The longest closure since 1985 was six days; a calendar silent for longer is broken. */
const NEXT_SESSION_DAYS_MAX = 31;
/**
 * A civil day of an American exchange is taken to begin at 05:00 UTC: midnight in New York in winter, 01:00 in summer. No session, early or
 * late hours included, lies across it.
 */
const DAY_BEGINS_UTC_HOUR = 5;

/** What a civil day of the exchange is like: all of it known beforehand. */
export interface DaySchedule {
  readonly startsAt: UnixNanos;
  readonly endsAt: UnixNanos;
  readonly openTime: UnixNanos | undefined;
  readonly closeTime: UnixNanos | undefined;
  readonly earlyClose: boolean;
  readonly weekday: number;
  readonly dayOfMonth: number;
  readonly month: number;
  readonly sessionsToMonthEnd: number;
  readonly sessionsToExpiry: number;
  readonly quarterlyExpiry: boolean;
  readonly daysToNextSession: number;
}

const dayOf = (date: CivilDate): number => Date.parse(date) / MILLIS_PER_DAY;
const dateOf = (day: number): CivilDate => civilDate(new Date(day * MILLIS_PER_DAY).toISOString().slice(0, 10));
const monthOf = (day: number): number => new Date(day * MILLIS_PER_DAY).getUTCMonth() + 1;
const isoWeekday = (day: number): number => ((day + THURSDAY - 1) % DAYS_PER_WEEK) + 1;

/** First day of the month that is `months` after that of `day`. */
const monthStart = (day: number, months: number): number => {
  const date = new Date(day * MILLIS_PER_DAY);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / MILLIS_PER_DAY;
};

const sessionsIn = (calendar: TradingCalendar, from: number, until: number): number => {
  let count = 0;
  for (let day = from; day < until; day += 1) if (calendar.isSession(dateOf(day))) count += 1;
  return count;
};

/** Expiry day of a month's options: its third Friday, or the last session before it when the exchange is shut (OCC rules since 2015). */
const expiryOf = (calendar: TradingCalendar, first: number): number => {
  let day = first + ((FRIDAY - isoWeekday(first) + DAYS_PER_WEEK) % DAYS_PER_WEEK) + 2 * DAYS_PER_WEEK;
  while (!calendar.isSession(dateOf(day))) day -= 1;
  return day;
};

const daysToNextSession = (calendar: TradingCalendar, day: number): number => {
  for (let days = 1; days <= NEXT_SESSION_DAYS_MAX; days += 1) if (calendar.isSession(dateOf(day + days))) return days;
  throw new RangeError(`calendar ${calendar.name} has no session in ${NEXT_SESSION_DAYS_MAX} days after ${dateOf(day)}`);
};

/** The schedule of the civil day that holds an instant. Throws RangeError before the calendar's first year. */
export const scheduleOf = (calendar: TradingCalendar, at: UnixNanos): DaySchedule => {
  const shift = BigInt(DAY_BEGINS_UTC_HOUR * MILLIS_PER_HOUR) * NANOS_PER_MILLI;
  const date = civilDate(utcDateOf((at - shift) as UnixNanos));
  const day = dayOf(date);
  const session = calendar.sessionOf(date);
  const thisExpiry = expiryOf(calendar, monthStart(day, 0));
  const expiry = day <= thisExpiry ? thisExpiry : expiryOf(calendar, monthStart(day, 1));
  const start = day * MILLIS_PER_DAY + DAY_BEGINS_UTC_HOUR * MILLIS_PER_HOUR;
  return {
    startsAt: nanosFromMillis(start),
    endsAt: nanosFromMillis(start + MILLIS_PER_DAY),
    openTime: session?.openTime,
    closeTime: session?.closeTime,
    earlyClose: session?.earlyClose ?? false,
    weekday: isoWeekday(day),
    dayOfMonth: day - monthStart(day, 0) + 1,
    month: monthOf(day),
    sessionsToMonthEnd: sessionsIn(calendar, day + 1, monthStart(day, 1)),
    sessionsToExpiry: sessionsIn(calendar, day + 1, expiry + 1),
    quarterlyExpiry: day === thisExpiry && monthOf(day) % 3 === 0,
    daysToNextSession: daysToNextSession(calendar, day),
  };
};

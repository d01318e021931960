import type { CivilDate, TradingCalendar } from '@tradewind/market';
import { NANOS_PER_MILLI, nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

import { dayOf, isoWeekday, type MonthSchedule, MonthSchedules } from './month-schedule.js';

const MILLIS_PER_HOUR = 3_600_000;
const MILLIS_PER_DAY = 24 * MILLIS_PER_HOUR;
const MONTHS_PER_QUARTER = 3;
/**
 * A civil day of an American exchange is taken to begin at 05:00 UTC: midnight in New York in winter, 01:00 in summer. No session, early or
 * late hours included, lies across it.
 */
const DAY_BEGINS_MILLIS = 5 * MILLIS_PER_HOUR;

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

/** The date is one that Date itself wrote, so it needs no check. */
const dateOf = (day: number): CivilDate => new Date(day * MILLIS_PER_DAY).toISOString().slice(0, 10) as CivilDate;

/** Schedules of the civil days of one calendar. */
export class DaySchedules {
  readonly #months: MonthSchedules;

  constructor(private readonly calendar: TradingCalendar) {
    this.#months = new MonthSchedules(calendar.name, (day) => calendar.isSession(dateOf(day)));
  }

  /** The schedule of the civil day that holds an instant. Throws RangeError before the calendar's first year. */
  at(instant: UnixNanos): DaySchedule {
    const day = dayOf(Number(instant / NANOS_PER_MILLI) - DAY_BEGINS_MILLIS);
    const month = this.#months.of(day);
    const session = month.isSession(day) ? this.calendar.sessionOf(dateOf(day)) : undefined;
    const start = day * MILLIS_PER_DAY + DAY_BEGINS_MILLIS;
    return {
      startsAt: nanosFromMillis(start),
      endsAt: nanosFromMillis(start + MILLIS_PER_DAY),
      openTime: session?.openTime,
      closeTime: session?.closeTime,
      earlyClose: session?.earlyClose ?? false,
      weekday: isoWeekday(day),
      dayOfMonth: day - month.first + 1,
      month: month.number,
      sessionsToMonthEnd: month.sessionsAfter(day),
      sessionsToExpiry: this.#sessionsToExpiry(month, day),
      quarterlyExpiry: day === month.expiry && month.number % MONTHS_PER_QUARTER === 0,
      daysToNextSession: this.#months.nextSession(day) - day,
    };
  }

  #sessionsToExpiry(month: MonthSchedule, day: number): number {
    if (day <= month.expiry) return month.sessionsAfter(day) - month.sessionsAfter(month.expiry);
    const next = this.#months.of(month.end);
    return month.sessionsAfter(day) + next.sessions - next.sessionsAfter(next.expiry);
  }
}

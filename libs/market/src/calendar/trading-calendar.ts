import type { UnixNanos } from '@tradewind/vocabulary';

import { type CivilDate, civilDateOf, type DayNumber, dayNumberOf, weekdayOf, yearOf } from './civil-date.js';
import { easternDayOf, easternInstant } from './eastern-time.js';
import type { ExchangeRules } from './exchange-rules.js';

/** One day of regular trading. */
export interface Session {
  readonly date: CivilDate;
  readonly openTime: UnixNanos;
  readonly closeTime: UnixNanos;
  readonly earlyClose: boolean;
}

export interface TradingCalendar {
  /** Market identifier code (ISO 10383). */
  readonly name: string;
  /** IANA name of the exchange's time zone. */
  readonly timeZone: string;
  /** Throws RangeError for dates before the calendar's first year. */
  isSession(date: CivilDate): boolean;
  /** Undefined when the exchange is shut that day. */
  sessionOf(date: CivilDate): Session | undefined;
  /** From the first trade before the open to the last one after the close, of a day that is a session. */
  extendedSessionOf(date: CivilDate): Session | undefined;
  /** Sessions strictly between two dates. */
  sessionsBetween(after: CivilDate, before: CivilDate): readonly CivilDate[];
  /** The exchange's own date at an instant. */
  dateAt(at: UnixNanos): CivilDate;
  /** Midnight with which the exchange's date begins. */
  midnightOf(date: CivilDate): UnixNanos;
}

const SUNDAY = 0;
const SATURDAY = 6;

/** A calendar by rule: weekdays that the rules do not close are sessions. */
export const tradingCalendar = (rules: ExchangeRules): TradingCalendar => {
  const closedDaysByYear = new Map<number, ReadonlySet<DayNumber>>();
  const closedDays = (year: number): ReadonlySet<DayNumber> => {
    if (year < rules.firstYear) throw new RangeError(`the calendar ${rules.name} begins in ${rules.firstYear}, not ${year}`);
    let days = closedDaysByYear.get(year);
    if (days === undefined) {
      days = rules.closedDaysOf(year);
      closedDaysByYear.set(year, days);
    }
    return days;
  };
  const isOpen = (day: DayNumber): boolean => {
    const weekday = weekdayOf(day);
    return weekday !== SUNDAY && weekday !== SATURDAY && !closedDays(yearOf(day)).has(day);
  };
  return {
    name: rules.name,
    timeZone: rules.timeZone,
    isSession: (date) => isOpen(dayNumberOf(date)),
    sessionOf(date) {
      const day = dayNumberOf(date);
      if (!isOpen(day)) return undefined;
      const { open, close, early } = rules.hoursOf(yearOf(day), day);
      return { date, openTime: easternInstant(day, open), closeTime: easternInstant(day, close), earlyClose: early };
    },
    extendedSessionOf(date) {
      const day = dayNumberOf(date);
      if (!isOpen(day)) return undefined;
      const hours = rules.hoursOf(yearOf(day), day);
      const { open, close } = rules.extendedHoursOf(hours);
      return { date, openTime: easternInstant(day, open), closeTime: easternInstant(day, close), earlyClose: hours.early };
    },
    sessionsBetween(after, before) {
      const found: CivilDate[] = [];
      for (let day = dayNumberOf(after) + 1; day < dayNumberOf(before); day += 1) {
        if (isOpen(day)) found.push(civilDateOf(day));
      }
      return found;
    },
    dateAt: (at) => civilDateOf(easternDayOf(at)),
    midnightOf: (date) => easternInstant(dayNumberOf(date), 0),
  };
};

import type { UnixNanos } from '@tradewind/vocabulary';

import { type CivilDate, civilDateOf, dayNumberOf } from './civil-date.js';
import type { Session, TradingCalendar } from './trading-calendar.js';

/** What part of an exchange's day bars are made of: regular hours, or with the trading before the open and after the close. */
export type TradingHoursKind = 'REGULAR' | 'EXTENDED';

/** The spans within which a symbol trades; no bar reaches over the end of one, except bars of days and weeks. */
export interface TradingHours {
  readonly kind: TradingHoursKind;
  readonly calendar: TradingCalendar;
  /** Undefined when the exchange is shut that day. */
  spanOf(date: CivilDate): Session | undefined;
  /** The first span that closes after an instant: the one that holds it, else the next. */
  spanEndingAfter(at: UnixNanos): Session;
}

/** The longest closure since 1990 is six days (11 to 16 September 2001). */
const SHUT_DAYS_MAX = 15;

/** Throws RangeError from `spanEndingAfter` for instants before the calendar's first year. */
export const tradingHours = (calendar: TradingCalendar, kind: TradingHoursKind): TradingHours => {
  const spanOf = (date: CivilDate): Session | undefined =>
    kind === 'REGULAR' ? calendar.sessionOf(date) : calendar.extendedSessionOf(date);
  return {
    kind,
    calendar,
    spanOf,
    spanEndingAfter(at) {
      const first = dayNumberOf(calendar.dateAt(at));
      for (let day = first; day < first + SHUT_DAYS_MAX; day += 1) {
        const span = spanOf(civilDateOf(day));
        if (span !== undefined && span.closeTime > at) return span;
      }
      throw new RangeError(`${calendar.name} has no session within ${SHUT_DAYS_MAX} days after ${calendar.dateAt(at)}`);
    },
  };
};

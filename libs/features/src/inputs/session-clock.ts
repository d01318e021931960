import { calendarOf, type TradingCalendar } from '@tradewind/market';
import type { UnixNanos } from '@tradewind/vocabulary';

import type { SessionView } from './session-view.js';
import { type DaySchedule, DaySchedules } from './day-schedule.js';

const NANOS_PER_SECOND = 1e9;
const SECONDS_PER_MINUTE = 60;

const secondsOf = (at: UnixNanos): number => Number(at) / NANOS_PER_SECOND;

/** A session view that is moved from bar to bar. What a day looks like is worked out once a day. */
class SessionClock implements SessionView {
  weekday = Number.NaN;
  inSession = Number.NaN;
  minute = Number.NaN;
  minutesToClose = Number.NaN;
  minutes = Number.NaN;
  earlyClose = Number.NaN;
  dayOfMonth = Number.NaN;
  month = Number.NaN;
  sessionsToMonthEnd = Number.NaN;
  sessionsToExpiry = Number.NaN;
  quarterlyExpiry = Number.NaN;
  daysToNextSession = Number.NaN;
  #at: UnixNanos | undefined;
  #day: DaySchedule | undefined;

  readonly #days: DaySchedules;

  constructor(calendar: TradingCalendar) {
    this.#days = new DaySchedules(calendar);
  }

  moveTo(at: UnixNanos): void {
    if (at === this.#at) return;
    this.#at = at;
    if (this.#day === undefined || at < this.#day.startsAt || at >= this.#day.endsAt) this.#turnTo(this.#days.at(at));
    const { openTime, closeTime } = this.#day!;
    if (openTime === undefined || closeTime === undefined) return;
    const minute = (secondsOf(at) - secondsOf(openTime)) / SECONDS_PER_MINUTE;
    this.inSession = at >= openTime && at <= closeTime ? 1 : 0;
    this.minute = Math.min(Math.max(minute, 0), this.minutes);
    this.minutesToClose = Math.min(Math.max(this.minutes - minute, 0), this.minutes);
  }

  #turnTo(day: DaySchedule): void {
    this.#day = day;
    this.inSession = 0;
    this.minute = 0;
    this.minutesToClose = 0;
    this.minutes =
      day.openTime === undefined || day.closeTime === undefined
        ? 0
        : (secondsOf(day.closeTime) - secondsOf(day.openTime)) / SECONDS_PER_MINUTE;
    this.weekday = day.weekday;
    this.earlyClose = day.earlyClose ? 1 : 0;
    this.dayOfMonth = day.dayOfMonth;
    this.month = day.month;
    this.sessionsToMonthEnd = day.sessionsToMonthEnd;
    this.sessionsToExpiry = day.sessionsToExpiry;
    this.quarterlyExpiry = day.quarterlyExpiry ? 1 : 0;
    this.daysToNextSession = day.daysToNextSession;
  }
}

/** The clocks of an engine: symbols whose bars close at the same instant share the work. */
export class SessionClocks {
  readonly #clocks = new Map<string, SessionClock>();

  /** By the exchange's market identifier code. Throws RangeError when there is no such calendar. */
  of(name: string): SessionView {
    let clock = this.#clocks.get(name);
    if (clock === undefined) {
      clock = new SessionClock(calendarOf(name));
      this.#clocks.set(name, clock);
    }
    return clock;
  }

  moveTo(at: UnixNanos): void {
    for (const clock of this.#clocks.values()) clock.moveTo(at);
  }
}

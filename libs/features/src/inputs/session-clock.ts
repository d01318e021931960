import { calendarOf, type TradingCalendar } from '@tradewind/market';
import type { UnixNanos } from '@tradewind/vocabulary';

import type { SessionView } from './session-view.js';
import { type DaySchedule, DaySchedules } from './day-schedule.js';

const NANOS_PER_SECOND = 1e9;
const SECONDS_PER_MINUTE = 60;

/** Seconds since 1970 as a double: instants of whole milliseconds stay apart and in order. */
export const secondsOf = (at: UnixNanos): number => Number(at) / NANOS_PER_SECOND;

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
  #seconds = Number.NaN;
  #startsAt = Number.NaN;
  #endsAt = Number.NaN;
  #opensAt = Number.NaN;
  #closesAt = Number.NaN;
  readonly #days: DaySchedules;

  constructor(calendar: TradingCalendar) {
    this.#days = new DaySchedules(calendar);
  }

  /** `seconds` is the instant `at`: comparing doubles is cheaper than comparing bigints, and a day's work is done once. */
  moveTo(at: UnixNanos, seconds: number): void {
    if (seconds === this.#seconds) return;
    if (!(seconds >= this.#startsAt && seconds < this.#endsAt)) this.#turnTo(this.#days.at(at));
    this.#seconds = seconds;
    if (this.minutes === 0) return;
    const minute = (seconds - this.#opensAt) / SECONDS_PER_MINUTE;
    this.inSession = minute >= 0 && seconds <= this.#closesAt ? 1 : 0;
    this.minute = Math.min(Math.max(minute, 0), this.minutes);
    this.minutesToClose = Math.min(Math.max(this.minutes - minute, 0), this.minutes);
  }

  #turnTo(day: DaySchedule): void {
    const { openTime, closeTime } = day;
    this.#startsAt = secondsOf(day.startsAt);
    this.#endsAt = secondsOf(day.endsAt);
    this.#opensAt = openTime === undefined ? Number.NaN : secondsOf(openTime);
    this.#closesAt = closeTime === undefined ? Number.NaN : secondsOf(closeTime);
    this.inSession = 0;
    this.minute = 0;
    this.minutesToClose = 0;
    this.minutes = openTime === undefined ? 0 : (this.#closesAt - this.#opensAt) / SECONDS_PER_MINUTE;
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
  readonly #list: SessionClock[] = [];

  /** By the exchange's market identifier code. Throws RangeError when there is no such calendar. */
  of(name: string): SessionView {
    let clock = this.#clocks.get(name);
    if (clock === undefined) {
      clock = new SessionClock(calendarOf(name));
      this.#clocks.set(name, clock);
      this.#list.push(clock);
    }
    return clock;
  }

  moveTo(at: UnixNanos, seconds = secondsOf(at)): void {
    const clocks = this.#list;
    for (let index = 0; index < clocks.length; index += 1) clocks[index]!.moveTo(at, seconds);
  }
}

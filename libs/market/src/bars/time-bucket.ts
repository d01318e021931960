import { isoFromNanos, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import type { BarInterval, BarRule } from '../bar-interval.js';
import { civilDateOf, type DayNumber, dayNumberOf } from '../calendar/civil-date.js';
import type { Session } from '../calendar/trading-calendar.js';
import type { TradingHours } from '../calendar/trading-hours.js';
import { RememberedSpan } from './remembered-span.js';

/** The time that one bar covers: from `openTime` to just before `closeTime`. */
export interface TimeBucket {
  readonly openTime: UnixNanos;
  readonly closeTime: UnixNanos;
  /** Last session of the bucket, for bars of days and weeks; undefined for shorter ones. */
  readonly date: string | undefined;
}

type TimeRule = Extract<BarRule, { kind: 'time' }>;

const NANOS = { s: 1_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n } as const;
const NANOS_PER_DAY = 86_400_000_000_000n;
const DAYS = { d: 1, w: 7 } as const;
/** Day 4 of 1970 was a Monday, with which weeks begin. */
const FIRST_MONDAY: DayNumber = 4;

/**
 * Cuts an exchange's time into bars. Bars of seconds to hours are counted from the exchange's midnight and cut at the ends of each span of
 * trading, so hours are whole hours of the wall clock and the first of a day that opens at 09:30 has thirty minutes. Bars of days and weeks
 * go from the open of their first session to the close of their last.
 */
export class TimeBuckets {
  readonly #rule: TimeRule;
  readonly #hours: TradingHours;
  readonly #spans: RememberedSpan;

  /** Throws RangeError for a bar of hours that is longer than a day. */
  constructor(rule: TimeRule, hours: TradingHours) {
    if ((rule.unit === 's' || rule.unit === 'm' || rule.unit === 'h') && NANOS[rule.unit] * BigInt(rule.count) > NANOS_PER_DAY)
      throw new RangeError(`a bar of ${rule.count}${rule.unit} is longer than a day: count days`);
    this.#rule = rule;
    this.#hours = hours;
    this.#spans = new RememberedSpan(hours);
  }

  /** True when a bar may hold more than one span of trading, and so times at which nothing trades. */
  get reachOverSessions(): boolean {
    return this.#rule.unit === 'w' || (this.#rule.unit === 'd' && this.#rule.count > 1);
  }

  isOpen(at: UnixNanos): boolean {
    return at >= this.#spans.endingAfter(at).openTime;
  }

  /** Undefined when nothing trades at the instant. */
  bucketAt(at: UnixNanos): TimeBucket | undefined {
    const span = this.#spans.endingAfter(at);
    return at < span.openTime ? undefined : this.#bucketIn(span, at);
  }

  /** The bucket that closes next after an instant. */
  bucketClosingAfter(at: UnixNanos): TimeBucket {
    const span = this.#spans.endingAfter(at);
    return this.#bucketIn(span, at < span.openTime ? span.openTime : at);
  }

  #bucketIn(span: Session, at: UnixNanos): TimeBucket {
    const { unit, count } = this.#rule;
    if (unit === 'd' || unit === 'w') return this.#daysOf(span, DAYS[unit] * count, unit === 'w' ? FIRST_MONDAY : 0);
    const length = NANOS[unit] * BigInt(count);
    const midnight = this.#hours.calendar.midnightOf(span.date);
    const start = (at - ((at - midnight) % length)) as UnixNanos;
    const end = (start + length) as UnixNanos;
    return {
      openTime: start < span.openTime ? span.openTime : start,
      closeTime: end > span.closeTime ? span.closeTime : end,
      date: undefined,
    };
  }

  #daysOf(span: Session, length: number, origin: DayNumber): TimeBucket {
    const day = dayNumberOf(span.date);
    const first = day - ((((day - origin) % length) + length) % length);
    let opening = span;
    let closing = span;
    for (let other = first; other < first + length; other += 1) {
      if (other === day) continue;
      const session = this.#hours.spanOf(civilDateOf(other));
      if (session === undefined) continue;
      if (session.openTime < opening.openTime) opening = session;
      if (session.closeTime > closing.closeTime) closing = session;
    }
    return { openTime: opening.openTime, closeTime: closing.closeTime, date: closing.date };
  }
}

/** `bar/<symbol>/<interval>/<date of the session or ISO instant of the close>`. */
export const timeBarId = (symbol: Symbol, interval: BarInterval, bucket: TimeBucket): string =>
  `bar/${symbol}/${interval}/${bucket.date ?? isoFromNanos(bucket.closeTime)}`;

import type { UnixNanos } from '@tradewind/vocabulary';

import type { BarRule } from '../bar-interval.js';
import { SessionEnd } from '../bars/session-end.js';
import { TimeBuckets } from '../bars/time-bucket.js';
import type { TradingHours } from '../calendar/trading-hours.js';

/** When steps of time bars end: whenever a bar of any symbol does, traded or not. */
export class StepTimes {
  readonly #buckets: readonly TimeBuckets[];
  readonly #ends: readonly SessionEnd[];

  constructor(hours: readonly TradingHours[], rule: Extract<BarRule, { kind: 'time' }>, closingMs: number) {
    this.#buckets = hours.map((some) => new TimeBuckets(rule, some));
    this.#ends = hours.map((some) => new SessionEnd(some, closingMs));
  }

  /** The first end of a step after an instant. */
  after(at: UnixNanos): UnixNanos {
    return this.#buckets
      .map((buckets) => buckets.bucketClosingAfter(at).closeTime)
      .reduce((earliest, close) => (close < earliest ? close : earliest));
  }

  /** When everything that belongs to the step has come, if nothing is late. */
  dueOf(end: UnixNanos): UnixNanos {
    return this.#ends.map((ends) => ends.dueOf(end)).reduce((latest, due) => (due > latest ? due : latest));
  }
}

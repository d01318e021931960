import type { UnixNanos } from '@tradewind/vocabulary';

import type { BarRule } from '../bar-interval.js';
import { TimeBuckets } from '../bars/time-bucket.js';
import type { AssembledSymbol } from './assembly-plan.js';

/** When steps of time bars end: whenever a bar of any symbol does, traded or not. */
export class StepTimes {
  readonly #buckets: readonly TimeBuckets[];

  constructor(symbols: readonly AssembledSymbol[], rule: Extract<BarRule, { kind: 'time' }>) {
    const distinct = new Map(symbols.map(({ hours }) => [`${hours.calendar.name}/${hours.kind}`, hours]));
    this.#buckets = [...distinct.values()].map((hours) => new TimeBuckets(rule, hours));
  }

  /** The first end of a step after an instant. */
  after(at: UnixNanos): UnixNanos {
    return this.#buckets
      .map((buckets) => buckets.bucketClosingAfter(at).closeTime)
      .reduce((earliest, close) => (close < earliest ? close : earliest));
  }
}

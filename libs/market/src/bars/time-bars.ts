import { NANOS_PER_MILLI, type Price, type Quantity, type UnixNanos } from '@tradewind/vocabulary';

import type { Bar } from '../bar.js';
import type { BarRule } from '../bar-interval.js';
import type { BarOutcome, BarPlan } from './bar-plan.js';
import { type FormingBar, formingBar, takeEvent } from './forming-bar.js';
import type { SaleUse } from './sale-conditions.js';
import { SeenEvents, type SeenEventsState } from './seen-events.js';
import type { SessionEnd } from './session-end.js';
import { TimeBuckets, timeBarId } from './time-bucket.js';

export interface TimeBarsState {
  readonly kind: 'time';
  /** In order of time. */
  readonly forming: readonly FormingBar[];
  readonly closedUntil: UnixNanos;
  readonly lastClose: Price | undefined;
  readonly seen: SeenEventsState;
}

const BEFORE_EVERYTHING = 0n as UnixNanos;

/** Bars of fixed times. An event is taken as long as its bar is open, so nothing has to be held back or sorted. */
export class TimeBars {
  readonly #plan: BarPlan;
  readonly #grace: bigint;
  readonly #buckets: TimeBuckets;
  readonly #overSessions: boolean;
  readonly #ends: SessionEnd;
  readonly #seen: SeenEvents;
  #forming: FormingBar[];
  /** The bar of the event before: the next one is nearly always its too. */
  #current: FormingBar | undefined;
  #closedUntil: UnixNanos;
  #lastClose: Price | undefined;

  constructor(plan: BarPlan, rule: Extract<BarRule, { kind: 'time' }>, ends: SessionEnd, state?: TimeBarsState) {
    this.#plan = plan;
    this.#ends = ends;
    this.#grace = BigInt(plan.graceMs) * NANOS_PER_MILLI;
    this.#buckets = new TimeBuckets(rule, plan.hours);
    this.#overSessions = this.#buckets.reachOverSessions;
    this.#seen = new SeenEvents(plan.eventsRemembered, state?.seen);
    this.#forming = (state?.forming ?? []).map((bar) => ({ ...bar }));
    this.#closedUntil = state?.closedUntil ?? BEFORE_EVERYTHING;
    this.#lastClose = state?.lastClose;
  }

  take(at: UnixNanos, sequence: number, open: Price, high: Price, low: Price, close: Price, volume: Quantity, use: SaleUse): BarOutcome {
    if (this.#seen.isRepeated(sequence, at)) return 'DUPLICATE';
    if (this.#overSessions && !this.#buckets.isOpen(at)) return 'OUTSIDE_HOURS';
    let bar = this.#current;
    if (bar === undefined || at < bar.openTime || at >= bar.closeTime) {
      const found = this.#barAt(at);
      if (typeof found === 'string') return found;
      bar = found;
      this.#current = bar;
    }
    this.#seen.remember(sequence, at);
    takeEvent(bar, at, sequence, open, high, low, close, volume, use);
    return 'TAKEN';
  }

  /** Bars that are due by `time` less the grace, in order of time. */
  advanceTo(time: UnixNanos): readonly Bar[] {
    const until = (time - this.#grace) as UnixNanos;
    if (until <= this.#closedUntil) return NO_BARS;
    this.#closedUntil = until;
    if (this.#forming.length === 0 || this.#forming[0]!.dueTime > until) return NO_BARS;
    const bars: Bar[] = [];
    while (this.#forming.length > 0 && this.#forming[0]!.dueTime <= until) {
      const closed = this.#closed(this.#forming.shift()!);
      if (closed !== undefined) bars.push(closed);
    }
    this.#current = undefined;
    return bars;
  }

  save(): TimeBarsState {
    return {
      kind: 'time',
      forming: this.#forming.map((bar) => ({ ...bar })),
      closedUntil: this.#closedUntil,
      lastClose: this.#lastClose,
      seen: this.#seen.save(),
    };
  }

  #barAt(at: UnixNanos): FormingBar | 'LATE' | 'OUTSIDE_HOURS' {
    const found = this.#forming.find((bar) => at >= bar.openTime && at < bar.closeTime);
    if (found !== undefined) return found;
    const bucket = this.#buckets.bucketAt(at);
    if (bucket === undefined) return 'OUTSIDE_HOURS';
    const dueTime = this.#ends.dueOf(bucket.closeTime);
    if (dueTime <= this.#closedUntil) return 'LATE';
    const bar = formingBar(bucket.openTime, bucket.closeTime, dueTime, bucket.date);
    const after = this.#forming.findIndex((other) => other.openTime > bar.openTime);
    this.#forming.splice(after === -1 ? this.#forming.length : after, 0, bar);
    return bar;
  }

  /** A bar whose sales may make no price (odd lots, say) is flat at the last sale that could; without one there is nothing to tell. */
  #closed(bar: FormingBar): Bar | undefined {
    const flat = bar.priced ? undefined : this.#lastClose;
    if (!bar.priced && flat === undefined) return undefined;
    const close = flat ?? bar.close;
    this.#lastClose = close;
    const { symbol, interval, source } = this.#plan;
    return {
      id: timeBarId(symbol, interval, bar),
      symbol,
      interval,
      openTime: bar.openTime,
      closeTime: bar.closeTime,
      open: flat ?? bar.open,
      high: flat ?? bar.high,
      low: flat ?? bar.low,
      close,
      volume: bar.volume,
      source,
      warmUp: false,
    };
  }
}

const NO_BARS: readonly Bar[] = [];

import { isoFromNanos, NANOS_PER_MILLI, type Price, type Quantity, type UnixNanos } from '@tradewind/vocabulary';

import type { Bar } from '../bar.js';
import type { BarRule } from '../bar-interval.js';
import type { BarOutcome, BarPlan } from './bar-plan.js';
import { type FormingBar, formingBar, takeEvent } from './forming-bar.js';
import { RememberedSpan } from './remembered-span.js';
import { SALE_USE, type SaleUse } from './sale-conditions.js';
import type { SessionEnd } from './session-end.js';
import { SeenEvents, type SeenEventsState } from './seen-events.js';

/** An event that waits for those before it; plain data. */
interface WaitingEvent {
  readonly at: UnixNanos;
  readonly sequence: number;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Quantity;
  readonly use: SaleUse;
}

export interface CountedBarsState {
  readonly kind: 'counted';
  readonly waiting: readonly WaitingEvent[];
  readonly forming: FormingBar | undefined;
  /** What the forming bar has of what it counts: events, 10^-9 units, or 10^-18 units of money. */
  readonly filled: bigint;
  readonly takenUntil: UnixNanos;
  readonly lastClosedAt: UnixNanos;
  readonly lastClose: Price | undefined;
  readonly seen: SeenEventsState;
}

type CountedRule = Exclude<BarRule, { kind: 'time' }>;

const BEFORE_EVERYTHING = 0n as UnixNanos;
const UNITS = 1_000_000_000n;
/** A trade of a million times the bar's size is a wrong interval or a wrong trade: what is left after so many bars stays in the last one. */
const BARS_OF_ONE_TRADE_MAX = 1_000;

/** In events, 10^-9 units, or 10^-18 units of money. */
const fullAt = ({ kind, count }: CountedRule): bigint => {
  const perUnit = { tick: 1n, volume: UNITS, dollar: UNITS * UNITS };
  return BigInt(count) * perUnit[kind];
};

/**
 * Bars of so many trades, units or dollars. Where a bar ends depends on the order of its trades, so trades wait until the grace is over and
 * are taken in order of time, then number, then arrival. A trade that overfills a bar is divided: the bar is exactly full and the rest opens
 * the next (for dollars to the unit of quantity above, 10^-9; the excess of money counts for the next). Bars that one trade fills close one
 * nanosecond after another. The bar that a session leaves unfilled closes with it.
 */
export class CountedBars {
  readonly #plan: BarPlan;
  readonly #rule: CountedRule;
  readonly #full: bigint;
  readonly #grace: bigint;
  readonly #ends: SessionEnd;
  readonly #seen: SeenEvents;
  readonly #spans: RememberedSpan;
  #waiting: WaitingEvent[];
  #forming: FormingBar | undefined;
  #filled: bigint;
  #takenUntil: UnixNanos;
  #lastClosedAt: UnixNanos;
  #lastClose: Price | undefined;

  constructor(plan: BarPlan, rule: CountedRule, ends: SessionEnd, state?: CountedBarsState) {
    this.#plan = plan;
    this.#ends = ends;
    this.#rule = rule;
    this.#full = fullAt(rule);
    this.#grace = BigInt(plan.graceMs) * NANOS_PER_MILLI;
    this.#seen = new SeenEvents(plan.eventsRemembered, state?.seen);
    this.#spans = new RememberedSpan(plan.hours);
    this.#waiting = [...(state?.waiting ?? [])];
    this.#forming = state?.forming === undefined ? undefined : { ...state.forming };
    this.#filled = state?.filled ?? 0n;
    this.#takenUntil = state?.takenUntil ?? BEFORE_EVERYTHING;
    this.#lastClosedAt = state?.lastClosedAt ?? BEFORE_EVERYTHING;
    this.#lastClose = state?.lastClose;
  }

  take(at: UnixNanos, sequence: number, open: Price, high: Price, low: Price, close: Price, volume: Quantity, use: SaleUse): BarOutcome {
    if (this.#seen.isRepeated(sequence, at)) return 'DUPLICATE';
    if (at < this.#spans.endingAfter(at).openTime) return 'OUTSIDE_HOURS';
    if (at < this.#takenUntil) return 'LATE';
    this.#seen.remember(sequence, at);
    const waiting = this.#waiting;
    let place = waiting.length;
    while (place > 0 && (waiting[place - 1]!.at > at || (waiting[place - 1]!.at === at && waiting[place - 1]!.sequence > sequence)))
      place -= 1;
    const event = { at, sequence, open, high, low, close, volume, use };
    if (place === waiting.length) waiting.push(event);
    else waiting.splice(place, 0, event);
    return 'TAKEN';
  }

  /** Bars that close before `time` less the grace, in order of time. */
  advanceTo(time: UnixNanos): readonly Bar[] {
    const until = this.#ends.completeUntil((time - this.#grace) as UnixNanos);
    const bars: Bar[] = [];
    if (until <= this.#takenUntil) return bars;
    this.#takenUntil = until;
    let taken = 0;
    for (; taken < this.#waiting.length && this.#waiting[taken]!.at < until; taken += 1) {
      const event = this.#waiting[taken]!;
      this.#endSession(event.at, bars);
      this.#fill(event, bars);
    }
    if (taken > 0) this.#waiting.splice(0, taken);
    this.#endSession(until, bars);
    return bars;
  }

  save(): CountedBarsState {
    return {
      kind: 'counted',
      waiting: [...this.#waiting],
      forming: this.#forming === undefined ? undefined : { ...this.#forming },
      filled: this.#filled,
      takenUntil: this.#takenUntil,
      lastClosedAt: this.#lastClosedAt,
      lastClose: this.#lastClose,
      seen: this.#seen.save(),
    };
  }

  #endSession(at: UnixNanos, bars: Bar[]): void {
    if (this.#forming === undefined || this.#forming.closeTime > at) return;
    this.#filled = 0n;
    this.#close(this.#forming.closeTime, bars);
  }

  #fill(event: WaitingEvent, bars: Bar[]): void {
    let rest: bigint = event.volume;
    let events = this.#rule.kind === 'tick' && (event.use & SALE_USE.LAST) !== 0 ? 1n : 0n;
    for (let filledBars = 0; ; filledBars += 1) {
      const bar = this.#barFor(event.at);
      const lastOne = filledBars >= BARS_OF_ONE_TRADE_MAX;
      const part = this.#rule.kind === 'tick' || lastOne ? rest : this.#partOf(rest, event.close);
      takeEvent(bar, event.at, event.sequence, event.open, event.high, event.low, event.close, part as Quantity, event.use);
      rest -= part;
      this.#filled += this.#rule.kind === 'tick' ? events : this.#counted(part, event);
      events = 0n;
      if (this.#filled < this.#full) return;
      this.#filled = this.#rule.kind === 'dollar' && !lastOne ? this.#filled - this.#full : 0n;
      this.#close(event.at, bars);
      if (rest === 0n) return;
    }
  }

  /** What of a trade the forming bar still takes. */
  #partOf(rest: bigint, price: Price): bigint {
    const missing = this.#full - this.#filled;
    const part = this.#rule.kind === 'volume' ? missing : (missing + price - 1n) / price;
    return part < rest ? part : rest;
  }

  #counted(part: bigint, { use, close }: WaitingEvent): bigint {
    if ((use & SALE_USE.VOLUME) === 0) return 0n;
    return this.#rule.kind === 'volume' ? part : part * close;
  }

  #barFor(at: UnixNanos): FormingBar {
    if (this.#forming === undefined) {
      const openTime = at > this.#lastClosedAt ? at : this.#lastClosedAt;
      const { closeTime } = this.#spans.endingAfter(at);
      this.#forming = formingBar(openTime, closeTime, closeTime, undefined);
    }
    return this.#forming;
  }

  #close(at: UnixNanos, bars: Bar[]): void {
    const bar = this.#forming!;
    this.#forming = undefined;
    const flat = bar.priced ? undefined : this.#lastClose;
    if (!bar.priced && flat === undefined) return;
    const closeTime = (at > this.#lastClosedAt ? at : this.#lastClosedAt + 1n) as UnixNanos;
    this.#lastClosedAt = closeTime;
    this.#lastClose = flat ?? bar.close;
    const { symbol, interval, source } = this.#plan;
    bars.push({
      id: `bar/${symbol}/${interval}/${isoFromNanos(closeTime).slice(0, -1)}${String(closeTime % 1_000_000n).padStart(6, '0')}Z`,
      symbol,
      interval,
      openTime: bar.openTime,
      closeTime,
      open: flat ?? bar.open,
      high: flat ?? bar.high,
      low: flat ?? bar.low,
      close: this.#lastClose,
      volume: bar.volume,
      source,
      warmUp: false,
    });
  }
}

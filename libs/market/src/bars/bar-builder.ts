import { divideHalfEven, type Price, type UnixNanos, ZERO_QUANTITY } from '@tradewind/vocabulary';

import type { Bar } from '../bar.js';
import { parseBarInterval } from '../bar-interval.js';
import type { Quote, Trade } from '../tick.js';
import type { BarOutcome, BarPlan } from './bar-plan.js';
import { CountedBars, type CountedBarsState } from './counted-bars.js';
import { SALE_USE } from './sale-conditions.js';
import { SessionEnd } from './session-end.js';
import { TimeBars, type TimeBarsState } from './time-bars.js';

/** Plain data: everything a builder knows between two events. */
export type BarBuilderState = TimeBarsState | CountedBarsState;

/**
 * Builds the bars of one symbol out of trades, or of consolidated quotes (their mid price, without volume), or of smaller bars; one kind for
 * each builder. Knows no clock: bars close when `advanceTo` says that the time has come. Live and replay differ in who calls it, not in the rules.
 */
export interface BarBuilder {
  addTrade(trade: Trade): BarOutcome;
  addQuote(quote: Quote): BarOutcome;
  /** A bar of a smaller interval; it belongs to the bar that holds its open. */
  addBar(bar: Bar): BarOutcome;
  /** Says that events up to `time` have come but for those that the grace allows, and returns the bars that are thereby closed. */
  advanceTo(time: UnixNanos): readonly Bar[];
  save(): BarBuilderState;
}

const REGULAR = SALE_USE.VOLUME | SALE_USE.HIGH_LOW | SALE_USE.LAST;

const unusableTrade = (trade: Trade): boolean => trade.price <= 0n || trade.quantity < 0n;
const unusableQuote = ({ bidPrice, askPrice }: Quote): boolean => bidPrice <= 0n || askPrice <= 0n || bidPrice > askPrice;
const unusableBar = ({ open, high, low, close, volume }: Bar): boolean =>
  low <= 0n || high < low || open < low || open > high || close < low || close > high || volume < 0n;

const seriesOf = (plan: BarPlan, ends: SessionEnd, state: BarBuilderState | undefined): TimeBars | CountedBars => {
  const rule = parseBarInterval(plan.interval);
  if (!rule.ok) throw new RangeError(`bar interval '${plan.interval}' must be ${rule.error.rule}`);
  const kind = rule.value.kind === 'time' ? 'time' : 'counted';
  if (state !== undefined && state.kind !== kind) throw new RangeError(`the state of ${state.kind} bars does not fit ${plan.interval}`);
  return rule.value.kind === 'time'
    ? new TimeBars(plan, rule.value, ends, state as TimeBarsState | undefined)
    : new CountedBars(plan, rule.value, ends, state as CountedBarsState | undefined);
};

/** Starts empty, or where `state` left off. Throws RangeError for a plan that makes no bars, or the state of another kind of bars. */
export const barBuilder = (plan: BarPlan, state?: BarBuilderState): BarBuilder => {
  const ends = new SessionEnd(plan.hours, plan.closingMs ?? 0);
  const series = seriesOf(plan, ends, state);
  const extended = plan.hours.kind === 'EXTENDED';
  return {
    addTrade(trade) {
      if (unusableTrade(trade)) return 'UNUSABLE';
      const { sequence, price, quantity } = trade;
      const at = ends.timeOf(trade, plan.sales);
      return series.take(at, sequence, price, price, price, price, quantity, plan.sales.useOf(trade, extended));
    },
    addQuote(quote) {
      if (unusableQuote(quote)) return 'UNUSABLE';
      const mid = divideHalfEven(quote.bidPrice + quote.askPrice, 2n) as Price;
      return series.take(quote.at, quote.sequence, mid, mid, mid, mid, ZERO_QUANTITY, REGULAR);
    },
    addBar(bar) {
      if (unusableBar(bar)) return 'UNUSABLE';
      // A symbol has one bar of an interval for each open: the opening second is number enough to know a repeated one by.
      const sequence = Number(bar.openTime / 1_000_000_000n);
      return series.take(bar.openTime, sequence, bar.open, bar.high, bar.low, bar.close, bar.volume, REGULAR);
    },
    advanceTo: (time) => series.advanceTo(time),
    save: () => series.save(),
  };
};

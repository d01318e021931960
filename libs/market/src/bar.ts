import type { Price, Quantity, StepHeader, Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { BarInterval } from './bar-interval.js';
import type { SymbolQuality } from './fault.js';

/** One finished bar. `id` is `bar/<symbol>/<interval>/<UTC date or ISO instant of the close>`. */
export interface Bar {
  readonly id: string;
  readonly symbol: Symbol;
  readonly interval: BarInterval;
  readonly openTime: UnixNanos;
  readonly closeTime: UnixNanos;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Quantity;
  /** Where it came from, e.g. `vega-datasets@3.2.1/sp500-2000.csv`. */
  readonly source: string;
  /** True while the bar only warms features up and must not be traded on. */
  readonly warmUp: boolean;
}

/** All bars of one partition that close at one instant, sorted by symbol; may be empty. */
export interface BarsClosed {
  readonly header: StepHeader;
  readonly bars: readonly Bar[];
  /** Symbols whose data quality is below the minimum at this instant, by symbol: nothing new may be traded in them. */
  readonly lowQuality: readonly SymbolQuality[];
  /** True on the last step of a replay. */
  readonly final: boolean;
}

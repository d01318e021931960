import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

/** One finding about a record of a source. */
export interface QualityFault {
  /** `qf/<source row or bar id>/<code>`. */
  readonly id: string;
  readonly symbol: Symbol;
  readonly at: UnixNanos;
  /** Stable code, e.g. `BAR_HIGH_BELOW_LOW`. */
  readonly code: string;
  readonly field: string;
  readonly rule: string;
  readonly source: string;
  /** The record was dropped (true) or let through with a warning (false). */
  readonly dropped: boolean;
}

export interface SymbolQuality {
  readonly symbol: Symbol;
  /** In [0, 1]; below 0.95 trading in the symbol stops (MD7). */
  readonly score: number;
}

export interface QualityFaultsFound {
  readonly id: string;
  readonly at: UnixNanos;
  readonly faults: readonly QualityFault[];
  readonly scores: readonly SymbolQuality[];
}

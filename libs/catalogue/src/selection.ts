import type { BarInterval, PointInTimeRecord, Tick } from '@tradewind/market';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

/** What ticks are kept apart by: `book` holds snapshots and deltas in their order, `samples` snapshots taken at intervals. */
export type TickKind = 'trades' | 'quotes' | 'book' | 'samples';

/** Bars whose close lies in [from, until). */
export interface BarSelection {
  readonly symbols: readonly Symbol[];
  readonly interval: BarInterval;
  readonly from: UnixNanos;
  readonly until: UnixNanos;
}

/** Ticks whose event time lies in [from, until). */
export interface TickSelection {
  readonly symbols: readonly Symbol[];
  readonly kinds: readonly TickKind[];
  readonly from: UnixNanos;
  readonly until: UnixNanos;
  /** Goes on after this place of an earlier reading of the same selection. */
  readonly after?: TickCursor;
}

/** A place between two ticks: everything before `at` was read, and `count` ticks of that very instant. */
export interface TickCursor {
  readonly at: UnixNanos;
  readonly count: number;
}

export interface TickBatch {
  readonly ticks: readonly Tick[];
  /** The place after the last of them. */
  readonly cursor: TickCursor;
}

/**
 * Bars in columns, by close time and then by the symbols' order in the selection. Prices are counts of 10^-9. A volume is `volume` whole units
 * and `volumeFraction` x 10^-9, both with the sign of the volume.
 */
export interface BarColumns {
  readonly length: number;
  readonly symbols: readonly Symbol[];
  /** Index into `symbols`. */
  readonly symbol: Uint16Array;
  readonly openTime: BigInt64Array;
  readonly closeTime: BigInt64Array;
  readonly open: BigInt64Array;
  readonly high: BigInt64Array;
  readonly low: BigInt64Array;
  readonly close: BigInt64Array;
  readonly volume: BigInt64Array;
  readonly volumeFraction: Int32Array;
}

/** Records that were known at `asOf`. There is no way to ask without it. */
export interface RecordSelection {
  /** Inclusive: what became known at this very instant is seen. */
  readonly asOf: UnixNanos;
  /** Exact names, or prefixes that end in `/`; all series without it. */
  readonly series?: readonly string[];
  /** Only of these symbols, and what concerns the whole market; everything without it. */
  readonly symbols?: readonly Symbol[];
  /** Only what became known from then on; everything without it. */
  readonly knownFrom?: UnixNanos;
}

/** Undefined where nothing of the series was known yet. */
export type KnownRecords = Readonly<Record<string, PointInTimeRecord | undefined>>;

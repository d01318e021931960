import type { PointInTimeRecord } from '@tradewind/market';

export type BarField = 'open' | 'high' | 'low' | 'close' | 'volume';

/** Something that has a value once a bar: a field of the bar or a primitive. */
export interface Source {
  /** Names what it computes of what; equal keys are one primitive. */
  readonly key: string;
  /** Bars until `value` means something. */
  readonly window: number;
  readonly value: number;
  /** Set on a field of the bar, which has its value before any primitive. */
  readonly isField?: true;
}

/**
 * A source with a memory. `update` reads only its sources' values of this bar and its own memory, one Float64Array, so that saving and
 * restoring a primitive is a copy. It is called from the bar on at which all its sources mean something.
 */
export interface Primitive extends Source {
  /** Bar at which `update` is called first, from 1. */
  readonly startsAt: number;
  readonly memory: Float64Array;
  /** What `update` reads, if it names it: all else is taken to read whatever was made before it. */
  readonly sources?: readonly Source[];
  /** Set when the value hangs on the bars of its window alone (but for rounding), not on everything since the first bar. */
  readonly forgets?: true;
  update(): void;
}

/**
 * A primitive that ticks move between bars. It reads the pool's market view, which has taken in the tick already. `update` comes at the
 * bar's close: it sets `value` (and what other fields a definition reads) and begins the next interval. Between two bars nothing may
 * live outside `memory`. NaN says that nothing is known.
 */
export interface TickPrimitive extends Primitive {
  onTick(): void;
}

/**
 * A primitive that records move: it is told each record of its series that concerns the symbol or the whole market, in the order in
 * which they became known, never before a bar that closes earlier. The same rules as for ticks hold for `update` and `memory`.
 */
export interface RecordPrimitive extends Primitive {
  readonly series: string;
  onRecord(record: PointInTimeRecord): void;
}

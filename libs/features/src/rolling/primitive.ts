export type BarField = 'open' | 'high' | 'low' | 'close' | 'volume';

/** Something that has a value once a bar: a field of the bar or a primitive. */
export interface Source {
  /** Names what it computes of what; equal keys are one primitive. */
  readonly key: string;
  /** Bars until `value` means something. */
  readonly window: number;
  readonly value: number;
}

/**
 * A source with a memory. `update` reads only its sources' values of this bar and its own memory, one Float64Array, so that saving and
 * restoring a primitive is a copy. It is called from the bar on at which all its sources mean something.
 */
export interface Primitive extends Source {
  /** Bar at which `update` is called first, from 1. */
  readonly startsAt: number;
  readonly memory: Float64Array;
  update(): void;
}

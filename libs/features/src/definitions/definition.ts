import type { PrimitivePool } from '../rolling/pool.js';
import type { BarField } from '../rolling/primitive.js';

/** What a feature reads: fields of the bar, the symbol's book and trades since the bar before, records known by now, the calendar. */
export type FeatureInput = BarField | 'book' | 'trades' | 'records' | 'session';
export type FeatureParameter = number | string;

/** One feature: what it is called, what it reads, how long until it means something, and how it is put together. */
export interface FeatureDefinition {
  readonly name: string;
  /** The formula; a new number after the `@` when its meaning changes, which changes the set's hash. */
  readonly formula: string;
  readonly parameters: readonly FeatureParameter[];
  readonly inputs: readonly FeatureInput[];
  /** Bars until the value means something; NaN before. */
  readonly window: number;
  /** Asks the pool for primitives and returns how to read the value of the bar just taken in. */
  compose(pool: PrimitivePool): () => number;
}

/**
 * True for a feature of ticks or records: a market without a book, or a company without reports, leaves it NaN for ever. It does not keep
 * a vector from being warm, and a model that needs it refuses the vector by itself.
 */
export const isLeftOut = ({ inputs }: FeatureDefinition): boolean =>
  inputs.some((input) => input === 'book' || input === 'trades' || input === 'records');

/** numerator / denominator, or `otherwise` when the denominator is too small to say anything (no volume, no movement). */
export const ratioOr = (numerator: number, denominator: number, otherwise: number): number =>
  denominator > 0 ? numerator / denominator : otherwise;

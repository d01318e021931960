import type { FeatureDefinition, FeatureParameter } from '../definitions/definition.js';

/** What a parameter of a catalogued feature may be. Periods are counts of bars. */
export type ParameterRule =
  | { readonly kind: 'integer' | 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** Free text, e.g. the name of a series of records: letters, digits and `_ . / -`. */
  | { readonly kind: 'text' };

export interface ParameterSpec {
  readonly name: string;
  readonly rule: ParameterRule;
  /** Used when a set file leaves it out; a parameter without one must be given. */
  readonly otherwise?: FeatureParameter;
}

export type FeatureGroup =
  | 'bar'
  | 'trend'
  | 'momentum'
  | 'volatility'
  | 'volume'
  | 'statistics'
  | 'microstructure'
  | 'regime'
  | 'records'
  | 'session';

/** A formula that set files can name. */
export interface CatalogueEntry {
  /** As set files write it: lower case, words joined by `_`. */
  readonly name: string;
  readonly group: FeatureGroup;
  /** One sentence: what it is, its unit and range. */
  readonly summary: string;
  /** Which of several customs it follows (start of an average, sample or population, neutral values); empty when there is but one. */
  readonly convention: string;
  readonly parameters: readonly ParameterSpec[];
  /** Takes the parameters in the order of `parameters`, checked. Throws RangeError when they contradict each other. */
  define(...values: readonly never[]): FeatureDefinition;
}

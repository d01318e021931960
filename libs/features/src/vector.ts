import type { StepHeader, Symbol, UnixNanos } from '@tradewind/vocabulary';

/** Feature values of one symbol at one bar close. */
export interface FeatureVector {
  /** `fv/<symbol>/<interval>/<close date or instant>/<first 8 of the set hash>`. */
  readonly id: string;
  readonly symbol: Symbol;
  readonly at: UnixNanos;
  readonly barId: string;
  /** Hash of the feature set (names, order, parameters, version). */
  readonly setHash: string;
  /** In the order of the set's names. NaN until the feature is warm. */
  readonly values: Float64Array;
  /** True when every value is finite. */
  readonly warm: boolean;
  /** True for bars before trading starts. */
  readonly warmUp: boolean;
}

export interface FeaturesComputed {
  readonly header: StepHeader;
  readonly vectors: readonly FeatureVector[];
  readonly final: boolean;
}

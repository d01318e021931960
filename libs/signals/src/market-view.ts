import type { FeatureSet, FeatureVector } from '@tradewind/features';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

/** The features that the rules read, by the names of the feature set. */
export const VIEW_FEATURES = [
  'close',
  'log_return_1',
  'sma_50',
  'sma_200',
  'momentum_20',
  'rsi_14',
  'atr_14',
  'hv_20',
  'volume_ratio_20',
] as const;

/** What the rules know of one symbol at one bar close. */
export interface MarketView {
  readonly symbol: Symbol;
  readonly at: UnixNanos;
  readonly vectorId: string;
  /** Price at the close of the bar. */
  readonly close: number;
  /** ln(close / previous close). */
  readonly logReturn: number;
  readonly sma50: number;
  readonly sma200: number;
  /** close / close 20 bars ago - 1. */
  readonly momentum20: number;
  /** Wilder's relative strength index, 0 to 100. */
  readonly rsi14: number;
  /** Wilder's average true range, an absolute price distance. */
  readonly atr14: number;
  /** Annualised deviation of 20 daily log returns, a fraction. */
  readonly volatility20: number;
  /** Volume of the bar against its own 20-bar average. */
  readonly volumeRatio: number;
}

export type MarketViewReader = (vector: FeatureVector) => MarketView;

/** A vector or a set that the rules cannot read: a wiring fault, never a market condition. */
export class FeatureSetError extends Error {
  override readonly name = 'FeatureSetError';

  constructor(
    readonly code: 'FEATURE_MISSING' | 'FEATURE_SET_UNKNOWN',
    message: string,
  ) {
    super(message);
  }
}

/**
 * A reader for vectors of this set. Throws FeatureSetError: at once when the set lacks one of VIEW_FEATURES, and on reading a vector
 * that was computed with another set. `satisfies` tells the sets that extend this one: their first columns are its own.
 */
export const marketViewReader = (
  { names, hash }: Pick<FeatureSet, 'names' | 'hash'>,
  satisfies: (setHash: string) => boolean = (setHash) => setHash === hash,
): MarketViewReader => {
  const missing = VIEW_FEATURES.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new FeatureSetError('FEATURE_MISSING', `the feature set lacks ${missing.join(', ')}`);
  const [close, logReturn, sma50, sma200, momentum20, rsi14, atr14, volatility20, volumeRatio] = VIEW_FEATURES.map((name) =>
    names.indexOf(name),
  ) as [number, number, number, number, number, number, number, number, number];
  return ({ symbol, at, id, values, setHash }) => {
    if (!satisfies(setHash)) throw new FeatureSetError('FEATURE_SET_UNKNOWN', `vector ${id} is of feature set ${setHash}, not ${hash}`);
    return {
      symbol,
      at,
      vectorId: id,
      close: values[close]!,
      logReturn: values[logReturn]!,
      sma50: values[sma50]!,
      sma200: values[sma200]!,
      momentum20: values[momentum20]!,
      rsi14: values[rsi14]!,
      atr14: values[atr14]!,
      volatility20: values[volatility20]!,
      volumeRatio: values[volumeRatio]!,
    };
  };
};

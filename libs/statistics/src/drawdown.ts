export interface Drawdown {
  /** Fraction lost from the peak, in [0, 1]: 0.25 is a quarter. */
  readonly depth: number;
  readonly peakIndex: number;
  readonly troughIndex: number;
  /** First index back at the peak's value; undefined while still under water at the end. */
  readonly recoveryIndex: number | undefined;
}

/** Fraction below the running peak at each value, in [0, 1]. */
export const underwater = (values: ArrayLike<number>): Float64Array => {
  const depths = new Float64Array(values.length);
  let peak = -Infinity;
  for (let index = 0; index < values.length; index += 1) {
    peak = Math.max(peak, values[index]!);
    depths[index] = 1 - values[index]! / peak;
  }
  return depths;
};

/** The deepest fall from a peak, the first of equals; undefined when the series never falls. Values must be positive at the peaks. */
export const maximumDrawdown = (values: ArrayLike<number>): Drawdown | undefined => {
  let peakIndex = 0;
  let worst: { depth: number; peakIndex: number; troughIndex: number } | undefined;
  for (let index = 1; index < values.length; index += 1) {
    if (values[index]! > values[peakIndex]!) peakIndex = index;
    const depth = 1 - values[index]! / values[peakIndex]!;
    if (depth > (worst?.depth ?? 0)) worst = { depth, peakIndex, troughIndex: index };
  }
  if (worst === undefined) return undefined;
  let recoveryIndex: number | undefined;
  for (let index = worst.troughIndex + 1; index < values.length && recoveryIndex === undefined; index += 1) {
    if (values[index]! >= values[worst.peakIndex]!) recoveryIndex = index;
  }
  return { ...worst, recoveryIndex };
};

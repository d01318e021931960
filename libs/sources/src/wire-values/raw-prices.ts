import { divideHalfEven, price, type Price, type Quantity } from '@tradewind/vocabulary';

/** A split by the day from which prices are after it: `numerator` shares for each `denominator`. */
export interface Split {
  /** `YYYY-MM-DD` at the exchange. */
  readonly date: string;
  readonly numerator: number;
  readonly denominator: number;
}

/** Shares now for each share then, as a fraction. */
export interface SplitRatio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Half a unit in the last place of the vendor's single-precision numbers, relative, and a little for the arithmetic in double precision. */
const RELATIVE_ERROR = 2 ** -24 * 1.001;
/** The vendor rounds an adjusted price to six digits before it stores it. */
const ADJUSTED_ERROR = 0.5e-6 * 1.001;
const DIGITS_MAX = 9;
const WHOLE = 1_000_000_000n;

/** What the prices of a day were multiplied with since: all splits that took effect after it. */
export const ratioAfter = (date: string, splits: readonly Split[]): SplitRatio => {
  let [numerator, denominator] = [1n, 1n];
  for (const split of splits) {
    if (split.date <= date) continue;
    numerator *= BigInt(split.numerator);
    denominator *= BigInt(split.denominator);
  }
  return { numerator, denominator };
};

/**
 * The price as it was traded, from the vendor's split-adjusted number: multiplied back, then read as the shortest decimal that lies within the error that
 * the vendor's rounding can have made. Exact for prices of at most two decimals up to 80,000 and of four up to 800. Undefined when it is no price.
 */
export const rawPrice = (adjusted: number, { numerator, denominator }: SplitRatio): Price | undefined => {
  const ratio = Number(numerator) / Number(denominator);
  const value = adjusted * ratio;
  if (!(value > 0) || value >= 1e15) return undefined;
  const error = value * RELATIVE_ERROR + (ratio === 1 ? 0 : ADJUSTED_ERROR * ratio);
  for (let digits = 0; digits < DIGITS_MAX; digits += 1) {
    const text = value.toFixed(digits);
    if (Math.abs(Number(text) - value) <= error && Number(text) > 0) return price(text);
  }
  return price(value.toFixed(DIGITS_MAX));
};

/** Units traded, from the vendor's split-adjusted count: whole ones, half to even. */
export const rawVolume = (adjusted: number, { numerator, denominator }: SplitRatio): Quantity | undefined => {
  if (!(adjusted >= 0) || adjusted > Number.MAX_SAFE_INTEGER) return undefined;
  return (divideHalfEven(BigInt(Math.round(adjusted)) * denominator, numerator) * WHOLE) as Quantity;
};

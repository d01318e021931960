export interface SplitRatio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Records tell a ratio with six digits or more: what is rounded off is 5 millionths of it at the most. */
const TOLERANCE = 6e-6;

/**
 * The fraction of whole numbers that a ratio told as a float stands for: the first convergent of its continued fraction that is within what
 * records round off (0.333333 is 1/3, 1.5 is 3/2), since shares are counted in fractions, not floats. Takes a value above zero.
 */
export const ratioOf = (value: number): SplitRatio => {
  let [before, numerator] = [0, 1];
  let [below, denominator] = [1, 0];
  let rest = value;
  for (;;) {
    const whole = Math.floor(rest);
    [before, numerator] = [numerator, whole * numerator + before];
    [below, denominator] = [denominator, whole * denominator + below];
    if (Math.abs(numerator / denominator - value) <= value * TOLERANCE)
      return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
    rest = 1 / (rest - whole);
  }
};

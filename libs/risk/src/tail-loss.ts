/**
 * Historical value at risk: −quantile (type 7) of the returns, what `historicalValueAtRisk` of libs/statistics gives to the bit, found without sorting. Only
 * the few worst returns are kept in order, and every signal asks three times. NaN without returns.
 */
export const tailLoss = (returns: Float64Array, confidence: number): number => {
  const { length } = returns;
  if (length === 0) return Number.NaN;
  const position = (length - 1) * (1 - confidence);
  const below = Math.floor(position);
  const kept = Math.min(below + 2, length);
  const worst = new Float64Array(kept).fill(Infinity);
  for (let index = 0; index < length; index += 1) {
    const value = returns[index]!;
    if (value >= worst[kept - 1]!) continue;
    let at = kept - 1;
    while (at > 0 && worst[at - 1]! > value) {
      worst[at] = worst[at - 1]!;
      at -= 1;
    }
    worst[at] = value;
  }
  const low = worst[below]!;
  const high = worst[Math.min(below + 1, kept - 1)]!;
  return -(low + (position - below) * (high - low));
};

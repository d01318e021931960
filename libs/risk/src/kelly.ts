/**
 * The fraction of equity that maximises expected log growth for a bet that wins `win` or loses `loss` per unit staked (both fractions above 0)
 * with probability `probability` and 1 − probability: f* = p/loss − q/win.
 * E. O. Thorp, "The Kelly Criterion in Blackjack, Sports Betting, and the Stock Market" (1997, rev. 2006), section 2, with loss ≠ 1.
 * Zero or less means: no bet. NaN when an argument is not finite or out of range.
 */
export const kellyFraction = (probability: number, win: number, loss: number): number => {
  if (!(probability >= 0 && probability <= 1 && win > 0 && loss > 0 && Number.isFinite(win) && Number.isFinite(loss))) return Number.NaN;
  return probability / loss - (1 - probability) / win;
};

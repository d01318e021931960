import { mean, sampleDeviation } from './moments.js';
import { TRADING_DAYS_A_YEAR } from './returns.js';

/**
 * Annualised Sharpe ratio (Sharpe, 1994): mean excess return over its sample deviation, times √periods. `riskFree` is per period, 0 unless
 * said. NaN below two returns; ±Infinity for a gain or loss without spread.
 */
export const sharpeRatio = (returns: ArrayLike<number>, riskFree = 0, periodsAYear = TRADING_DAYS_A_YEAR): number =>
  ((mean(returns) - riskFree) / sampleDeviation(returns)) * Math.sqrt(periodsAYear);

/** Root mean square of returns below the target, over all periods (Sortino and van der Meer, 1991), times √periods. */
export const downsideDeviation = (returns: ArrayLike<number>, target = 0, periodsAYear = TRADING_DAYS_A_YEAR): number => {
  if (returns.length === 0) return Number.NaN;
  let sum = 0;
  for (let index = 0; index < returns.length; index += 1) sum += Math.min(0, returns[index]! - target) ** 2;
  return Math.sqrt(sum / returns.length) * Math.sqrt(periodsAYear);
};

/**
 * Annualised Sortino ratio: mean return above the target, times periods, over the downside deviation over all periods (not only the losing
 * ones). NaN for fewer than two returns or neither gain nor loss; Infinity when no return is below the target.
 */
export const sortinoRatio = (returns: ArrayLike<number>, target = 0, periodsAYear = TRADING_DAYS_A_YEAR): number =>
  returns.length < 2 ? Number.NaN : ((mean(returns) - target) * periodsAYear) / downsideDeviation(returns, target, periodsAYear);

/** Annual growth over the depth of the worst drawdown (Young, 1991). NaN when there was none. `maxDrawdown` is positive or negative. */
export const calmarRatio = (annualGrowth: number, maxDrawdown: number): number =>
  maxDrawdown === 0 ? Number.NaN : annualGrowth / Math.abs(maxDrawdown);

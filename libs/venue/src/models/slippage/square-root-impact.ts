import { priceFromNumber, toNumber } from '@tradewind/vocabulary';

import { worsened } from './slippage-policy.js';
import type { SlippagePolicy } from './slippage-policy.js';

export interface ImpactInputs {
  /** Daily volume and volatility for symbols of which the context knows none. */
  readonly averageDailyVolume: number;
  readonly dailyVolatility: number;
}

export const SQUARE_ROOT_DEFAULTS = { coefficient: 1, averageDailyVolume: 1_000_000, dailyVolatility: 0.02 } as const;

/** Share of the price that a quantity costs: coefficient × daily volatility × √(quantity ÷ daily volume). */
export const squareRootImpact = (quantity: number, dailyVolume: number, dailyVolatility: number, coefficient: number): number =>
  coefficient * dailyVolatility * Math.sqrt(quantity / dailyVolume);

/**
 * The square-root law (Torre, BARRA Market Impact Model Handbook, 1997; Grinold and Kahn, Active Portfolio Management, chapter 16): trading a day's volume
 * costs about a day's volatility, so the coefficient is near 1.
 */
export const squareRootSlippage = (terms: Partial<ImpactInputs & { readonly coefficient: number }> = {}): SlippagePolicy => {
  const { coefficient, averageDailyVolume, dailyVolatility } = { ...SQUARE_ROOT_DEFAULTS, ...terms };
  return {
    slip(context) {
      const volume = context.averageDailyVolume === undefined ? averageDailyVolume : toNumber(context.averageDailyVolume);
      const impact = squareRootImpact(toNumber(context.quantity), volume, context.dailyVolatility ?? dailyVolatility, coefficient);
      return worsened(context, priceFromNumber(toNumber(context.reference) * impact));
    },
  };
};

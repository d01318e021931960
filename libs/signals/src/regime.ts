import type { MarketView } from './market-view.js';

export type Trend = 'BULL' | 'BEAR' | 'SIDEWAYS';
export type VolatilityRegime = 'LOW' | 'NORMAL' | 'HIGH' | 'EXTREME';

/** Annualised volatility at which a regime ends: upper bounds of LOW, NORMAL and HIGH. */
export interface VolatilityBounds {
  readonly low: number;
  readonly normal: number;
  readonly high: number;
}

/**
 * BULL when the close and the 50-bar average are both above the 200-bar average, BEAR when both are below, else SIDEWAYS.
 * The 200-day rule is Faber's (A Quantitative Approach to Tactical Asset Allocation, 2007, in months); asking the 50-day average to
 * agree keeps a single bar from turning the regime.
 */
export const trendOf = (view: MarketView): Trend => {
  const closeAbove = view.close > view.sma200;
  const averageAbove = view.sma50 > view.sma200;
  if (closeAbove && averageAbove) return 'BULL';
  if (!closeAbove && !averageAbove) return 'BEAR';
  return 'SIDEWAYS';
};

export const volatilityRegimeOf = (volatility: number, bounds: VolatilityBounds): VolatilityRegime => {
  if (volatility < bounds.low) return 'LOW';
  if (volatility < bounds.normal) return 'NORMAL';
  return volatility < bounds.high ? 'HIGH' : 'EXTREME';
};

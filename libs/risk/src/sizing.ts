import type { SignalDecision } from '@tradewind/signals';
import { toNumber } from '@tradewind/vocabulary';

import { kellyFraction } from './kelly.js';
import type { RiskProfile } from './profile.js';

const SESSIONS_PER_YEAR = 252;
/** Mean range of a driftless walk in units of its standard deviation: √(8/π). M. Parkinson, Journal of Business 53 (1980), 61–65. */
const RANGE_PER_DEVIATION = Math.sqrt(8 / Math.PI);

/** Annual volatility that an average true range stands for, of daily bars unless told otherwise; overstates it a little, since true range includes gaps. */
export const annualVolatility = (atr: number, price: number, barsPerYear = SESSIONS_PER_YEAR): number =>
  (atr / price / RANGE_PER_DEVIATION) * Math.sqrt(barsPerYear);

/**
 * The share of equity that a signal deserves, at most the position limit; NaN or at most 0 for a signal without edge. The least of fractional Kelly
 * scaled by confidence, the volatility target and the position limit; then the signal's own multiplier, and half of it while a drawdown is on.
 */
export const targetWeight = (decision: SignalDecision, profile: RiskProfile, isThrottled: boolean, barsPerYear?: number): number => {
  const { kellyFraction: share, volatilityTarget } = profile.sizing;
  const kelly = toNumber(share) * kellyFraction(decision.probabilityUp, decision.expectedWin, decision.expectedLoss) * decision.confidence;
  const byVolatility = toNumber(volatilityTarget) / annualVolatility(decision.atr, decision.referencePrice, barsPerYear);
  const full = Math.min(kelly, byVolatility, toNumber(profile.limits.positionMax));
  return full * decision.sizeMultiplier * (isThrottled ? 0.5 : 1);
};

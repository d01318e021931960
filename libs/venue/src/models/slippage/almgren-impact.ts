import { priceFromNumber, toNumber } from '@tradewind/vocabulary';

import { worsened } from './slippage-policy.js';
import type { SlippagePolicy } from './slippage-policy.js';
import type { ImpactInputs } from './square-root-impact.js';

/** Table 2 of the paper: γ = 0.314 ± 0.041, η = 0.142 ± 0.0062, α = 1, β = 3/5, δ = 1/4. */
const GAMMA = 0.314;
const ETA = 0.142;
const BETA = 0.6;
const DELTA = 0.25;

export const ALMGREN_DEFAULTS = { averageDailyVolume: 1_000_000, dailyVolatility: 0.02, turnoverDays: 200, horizonDays: 0.1 } as const;

export interface AlmgrenTerms extends ImpactInputs {
  /** Shares outstanding ÷ daily volume. */
  readonly turnoverDays: number;
  /** How long the order is worked, in days of trading. */
  readonly horizonDays: number;
}

export interface AlmgrenTrade {
  /** Quantity ÷ daily volume. */
  readonly volumeShare: number;
  readonly dailyVolatility: number;
  readonly turnoverDays: number;
  readonly horizonDays: number;
}

/**
 * Almgren, Thum, Hauptmann and Li, "Direct Estimation of Equity Market Impact" (Risk, July 2005), as shares of the price: `permanent` I = γσ(X/V)(Θ/V)^¼,
 * `temporary` K = ησ(X/VT)^⅗, and what the order pays on average, J = I/2 + K.
 */
export const almgrenImpact = ({ volumeShare, dailyVolatility, turnoverDays, horizonDays }: AlmgrenTrade) => {
  const permanent = GAMMA * dailyVolatility * volumeShare * turnoverDays ** DELTA;
  const temporary = ETA * dailyVolatility * (volumeShare / horizonDays) ** BETA;
  return { permanent, temporary, cost: permanent / 2 + temporary };
};

/** What a fill pays on average by `almgrenImpact`. */
export const almgrenSlippage = (terms: Partial<AlmgrenTerms> = {}): SlippagePolicy => {
  const { averageDailyVolume, dailyVolatility, turnoverDays, horizonDays } = { ...ALMGREN_DEFAULTS, ...terms };
  return {
    slip(context) {
      const volume = context.averageDailyVolume === undefined ? averageDailyVolume : toNumber(context.averageDailyVolume);
      const volumeShare = toNumber(context.quantity) / volume;
      const { cost } = almgrenImpact({
        volumeShare,
        dailyVolatility: context.dailyVolatility ?? dailyVolatility,
        turnoverDays,
        horizonDays,
      });
      return worsened(context, priceFromNumber(toNumber(context.reference) * cost));
    },
  };
};

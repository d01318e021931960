import { toNumber } from '@tradewind/vocabulary';

import type { FactorExposures, PortfolioRisk } from '../exposure/portfolio-risk.js';
import { measuredBreaker } from './measured-breaker.js';

const largest = (exposures: FactorExposures): number => Math.max(...Object.values(exposures).map(Math.abs));

const largestBeta = (portfolio: PortfolioRisk, bars: number): number | undefined => {
  const exposures = portfolio.factorExposures(bars);
  return exposures === undefined ? undefined : largest(exposures);
};

/** The largest beta, either way. Cutting every position by one share brings all betas down by it. */
export const factorExposure = measuredBreaker({
  rule: 'factor-exposure',
  action: 'REBALANCE',
  reason: 'exposure to a factor grew beyond its limit',
  endReason: 'no factor is above the limit',
  becomes: () => 'ACTIVE',
  settings: (profile) => profile.breakers.factorExposure,
  measure: ({ portfolio }, { bars }) => largestBeta(portfolio, bars),
  cuts: ({ portfolio }, { bars, rearm }) => {
    const beta = largestBeta(portfolio, bars) ?? 0;
    const share = beta > 0 ? Math.max(0, 1 - toNumber(rearm) / beta) : 0;
    return new Map(portfolio.exposures.map(({ symbol }) => [symbol, share]));
  },
});

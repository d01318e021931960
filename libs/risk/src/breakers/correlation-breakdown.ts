import type { PortfolioRisk } from '../exposure/portfolio-risk.js';
import { measuredBreaker } from './measured-breaker.js';

/**
 * Equal risk, reached by reducing alone: value times volatility is the risk of a position (inverse-volatility weights make them all equal; Maillard, Roncalli and
 * Teïletche 2010), and what is above the average of the positions is cut down to it.
 */
const aboveAverageRisk = (portfolio: PortfolioRisk, bars: number): ReadonlyMap<string, number> => {
  const risks = portfolio.exposures.flatMap(({ symbol, value }) => {
    const deviation = portfolio.deviationOf(symbol, bars);
    return deviation === undefined ? [] : [{ symbol, risk: value * deviation }];
  });
  const average = risks.reduce((sum, { risk }) => sum + risk, 0) / risks.length;
  return new Map(risks.filter(({ risk }) => risk > average).map(({ symbol, risk }) => [symbol, 1 - average / risk]));
};

/** Positions begin to move together, or cease to: what was diversified, or hedged, is so no more. Fisher's z test of the latest bars against those before. */
export const correlationBreakdown = measuredBreaker({
  rule: 'correlation-breakdown',
  action: 'REBALANCE',
  reason: 'correlations between the positions changed',
  endReason: 'correlations are what they were',
  becomes: () => 'ACTIVE',
  settings: (profile) => profile.breakers.correlationBreakdown,
  measure: ({ portfolio }, { shortBars, longBars }) => {
    const shift = portfolio.correlationShift(shortBars, longBars);
    return shift === undefined ? undefined : Math.abs(shift.z);
  },
  cuts: ({ portfolio }, { shortBars }) => aboveAverageRisk(portfolio, shortBars),
});

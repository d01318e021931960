import type { SignalDecision } from '@tradewind/signals';
import { toNumber } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import { analyseImpact } from '../impact.js';
import type { ImpactLimits } from '../impact.js';
import type { RiskProfile } from '../profile.js';
import type { OrderCheck } from './check.js';

export const impactLimitsOf = (settings: Exclude<RiskProfile['impact'], 'off'>): ImpactLimits => ({
  sharpeLossMax: toNumber(settings.sharpeLossMax),
  drawdownRiseMax: toNumber(settings.drawdownRiseMax),
  correlationMax: toNumber(settings.correlationMax),
  valueAtRiskRiseMax: toNumber(settings.valueAtRiskRiseMax),
  concentrationMax: toNumber(settings.concentrationMax),
});

/** What the signal expects of a bar: its mean outcome over its horizon, spread evenly. */
export const expectedReturnOf = ({ probabilityUp, expectedWin, expectedLoss, horizonBars }: SignalDecision): number =>
  (probabilityUp * expectedWin - (1 - probabilityUp) * expectedLoss) / Math.max(1, horizonBars);

/** The last question: does the portfolio get better by it, or worse by no more than was agreed? */
export const impact: OrderCheck = {
  name: 'impact',
  check: ({ entry, instrument, worstNotional }, { decision, portfolio, market, profile }) => {
    if (entry === undefined || profile.impact === 'off') return undefined;
    const estimate = portfolio();
    const trade = {
      symbol: instrument.symbol,
      weight: toNumber(worstNotional) / estimate.equity,
      expectedReturn: expectedReturnOf(decision),
    };
    const { decision: answer, reasons } = analyseImpact(estimate, trade, market.barsPerYear, impactLimitsOf(profile.impact));
    return answer === 'EXECUTE' ? undefined : denial('IMPACT_SKIP', { reasons: reasons.join(' ') });
  },
};

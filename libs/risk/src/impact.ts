import type { AccountSnapshot } from '@tradewind/portfolio';
import { mean, sampleDeviation } from '@tradewind/statistics';

import type { ReturnHistory } from './history.js';
import { exposuresOf, PortfolioReturns } from './portfolio-returns.js';
import { tailLoss } from './tail-loss.js';

/** E[maximum drawdown] of a driftless Brownian motion in units of σ√T: √(π/2). Magdon-Ismail, Atiya, Pratap and Abu-Mostafa, Journal of Applied Probability 41 (2004), 147–161. */
const DRAWDOWN_PER_DEVIATION = Math.sqrt(Math.PI / 2);
const CONFIDENCE = 0.95;

/** A trade that is thought of. */
export interface CandidateTrade {
  readonly symbol: string;
  /** Exposure that it adds, as a fraction of equity. */
  readonly weight: number;
  /** Return of the instrument that is expected of a bar. */
  readonly expectedReturn: number;
}

/** Doubles, all of them: estimates for a judgement, never amounts. */
export interface PortfolioEstimate {
  /** Expected return over volatility, annual; 0 without volatility. */
  readonly sharpe: number;
  readonly volatility: number;
  /** Expected maximum drawdown over a year, of equity. */
  readonly expectedDrawdown: number;
  /** The worst drawdown that these positions would have had within the window, of equity. */
  readonly windowDrawdown: number;
  /** Historical, over one bar at 95%, of equity. */
  readonly valueAtRisk: number;
  /** Herfindahl index of the exposures: 1 over the number of equal positions. */
  readonly concentration: number;
}

export type ImpactReason = 'SHARPE_FALLS' | 'DRAWDOWN_RISES' | 'CORRELATED' | 'VALUE_AT_RISK_RISES' | 'CONCENTRATED' | 'HISTORY_SHORT';

export interface Impact {
  readonly decision: 'EXECUTE' | 'SKIP';
  /** Why it is skipped; empty for EXECUTE. */
  readonly reasons: readonly ImpactReason[];
  readonly before: PortfolioEstimate;
  readonly after: PortfolioEstimate;
  /** Average correlation of the instrument with the positions, weighted by exposure; NaN when too few bars are known. */
  readonly correlation: number;
}

/** What a trade may do at most; fractions of equity but for Sharpe ratio, correlation and concentration. */
export interface ImpactLimits {
  readonly sharpeLossMax: number;
  readonly drawdownRiseMax: number;
  readonly correlationMax: number;
  readonly valueAtRiskRiseMax: number;
  readonly concentrationMax: number;
}

const worstFall = (returns: Float64Array): number => {
  let value = 1;
  let peak = 1;
  let worst = 0;
  for (let index = 0; index < returns.length; index += 1) {
    value *= 1 + returns[index]!;
    peak = Math.max(peak, value);
    worst = Math.max(worst, 1 - value / peak);
  }
  return worst;
};

const estimateOf = (returns: Float64Array, expected: number, barsPerYear: number, concentration: number): PortfolioEstimate => {
  const deviation = sampleDeviation(returns);
  const volatility = deviation * Math.sqrt(barsPerYear);
  return {
    sharpe: deviation > 0 ? (expected * barsPerYear) / volatility : 0,
    volatility,
    expectedDrawdown: DRAWDOWN_PER_DEVIATION * volatility,
    windowDrawdown: worstFall(returns),
    valueAtRisk: tailLoss(returns, CONFIDENCE),
    concentration,
  };
};

/**
 * What a trade would do to the portfolio (SPEC RK5): the portfolio's returns over the window at today's weights, against the same with the trade in
 * them. The expected return of what is held is its mean over the window, that of the trade is the signal's own, so that the change of the Sharpe ratio
 * has the sign of Dowd's rule: a position is worth adding when its Sharpe ratio is above the portfolio's times their correlation
 * (K. Dowd, Beyond Value at Risk, 1998). Throws nothing; with too few bars the answer is SKIP.
 */
export const analyseImpact = (
  portfolio: PortfolioReturns,
  { symbol, weight, expectedReturn }: CandidateTrade,
  barsPerYear: number,
  limits: ImpactLimits,
): Impact => {
  const held = portfolio.returnsWith(symbol, 0);
  const joined = portfolio.returnsWith(symbol, weight);
  const expected = mean(held);
  const before = estimateOf(held, expected, barsPerYear, portfolio.concentrationWith(symbol, 0));
  const after = estimateOf(joined, expected + weight * expectedReturn, barsPerYear, portfolio.concentrationWith(symbol, weight));
  const correlation = portfolio.averageCorrelation(symbol) ?? Number.NaN;
  const isFirst = portfolio.gross <= 0;
  const faults: readonly (readonly [ImpactReason, boolean])[] = [
    ['HISTORY_SHORT', Number.isNaN(correlation)],
    ['SHARPE_FALLS', before.sharpe - after.sharpe > limits.sharpeLossMax],
    ['DRAWDOWN_RISES', after.expectedDrawdown - before.expectedDrawdown > limits.drawdownRiseMax],
    ['CORRELATED', correlation > limits.correlationMax],
    ['VALUE_AT_RISK_RISES', after.valueAtRisk - before.valueAtRisk > limits.valueAtRiskRiseMax],
    // The first position is all of the exposure, which says nothing.
    ['CONCENTRATED', !isFirst && after.concentration > limits.concentrationMax && after.concentration > before.concentration],
  ];
  const reasons = faults.filter(([, holds]) => holds).map(([reason]) => reason);
  return { decision: reasons.length === 0 ? 'EXECUTE' : 'SKIP', reasons, before, after, correlation };
};

/** `analyseImpact` of an account as it stands, for whoever asks outside a step: a console, a report. */
export const impactOnAccount = (
  account: AccountSnapshot,
  history: ReturnHistory,
  trade: CandidateTrade,
  setting: { readonly windowBars: number; readonly barsPerYear: number; readonly limits: ImpactLimits },
): Impact =>
  analyseImpact(new PortfolioReturns(exposuresOf(account), history, setting.windowBars), trade, setting.barsPerYear, setting.limits);

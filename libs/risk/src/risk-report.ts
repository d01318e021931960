import { BREAKERS } from './breakers/sequence.js';
import { lossShare } from './breakers/equity-loss.js';
import { lossesAtRisk } from './exposure/loss-at-risk.js';
import type { LossAtRisk } from './exposure/loss-at-risk.js';
import type { FactorExposures, PortfolioRisk } from './exposure/portfolio-risk.js';
import type { RiskProfile } from './profile.js';
import type { BreakerRule, RiskState } from './risk-state.js';

export interface BreakerReading {
  readonly rule: BreakerRule;
  /** The profile watches it. */
  readonly isArmed: boolean;
  /** Its episode lasts. */
  readonly isFired: boolean;
  readonly measured: number;
  readonly limit: number;
}

/** What the monitor sees at one moment, for people. Fractions of equity; betas of equity. */
export interface RiskReport {
  readonly drawdown: number;
  readonly breakers: readonly BreakerReading[];
  /** Over one bar; empty while too few are known. */
  readonly losses: readonly LossAtRisk[];
  readonly sectors: ReadonlyMap<string, number>;
  readonly factors: FactorExposures;
  readonly gross: number;
}

const windowOf = ({ breakers, portfolio }: RiskProfile): number =>
  breakers.valueAtRisk === 'off' ? portfolio.windowBars : breakers.valueAtRisk.bars;

export const riskReport = (state: RiskState, profile: RiskProfile, portfolio: PortfolioRisk): RiskReport => {
  const view = { state, previous: state, profile, portfolio };
  const returns = portfolio.returns(windowOf(profile));
  return {
    drawdown: lossShare(state.peakEquity, state.equity),
    breakers: BREAKERS.map((breaker) => {
      const limit = breaker.limit(profile);
      return {
        rule: breaker.rule,
        isArmed: limit > 0,
        isFired: state.fired[breaker.rule],
        measured: breaker.measured(view),
        limit,
      };
    }),
    losses: returns === undefined ? [] : lossesAtRisk(returns),
    sectors: portfolio.sectors,
    factors: portfolio.factorExposures(windowOf(profile)) ?? {},
    gross: portfolio.gross,
  };
};

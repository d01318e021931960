/*
 * The risk step: decideStep (account, breakers, signals -> verdicts), decideCommand (halt and resume between steps). Each takes the plain-data state
 * and returns the next one, the fact to publish and the events that lead from the one to the other.
 */
export { decideCommand } from './decide-command.js';
export type { CommandAnswer, CommandRefusal } from './decide-command.js';
export { decideStep, intentsOf, joinDecisions, RiskStepError } from './decide-step.js';
export type { RiskInput, RiskSetting, StepMarket } from './decide-step.js';
export type { CapitalUsed } from './capital-use.js';
export { capitalInUse } from './exposure-book.js';
export { DENY_CODES, denyCodesMarkdown } from './deny-codes.js';
export type { Denial, DenyCode } from './deny-codes.js';
export type {
  BreakerAction,
  ProfileChanged,
  ProtectionsOrdered,
  RiskCommand,
  TradingState,
  TradingStateChanged,
  TradingStatus,
  Verdict,
  VerdictsReached,
} from './facts.js';
export { HISTORY_BARS_MAX, NO_HISTORY, NO_SNAPSHOT, RollingHistory } from './history.js';
export type { HistorySnapshot, ReturnHistory } from './history.js';
export { analyseImpact, impactOnAccount } from './impact.js';
export type { CandidateTrade, Impact, ImpactLimits, ImpactReason, PortfolioEstimate } from './impact.js';
export { kellyFraction } from './kelly.js';
export { observeChanges } from './observe-changes.js';
export type { ChangesAnswer } from './observe-changes.js';
export { lossesAtRisk } from './exposure/loss-at-risk.js';
export type { LossAtRisk, RiskMeasure, RiskMethod } from './exposure/loss-at-risk.js';
export { PortfolioRisk } from './exposure/portfolio-risk.js';
export type { FactorExposures } from './exposure/portfolio-risk.js';
export { factorReturns, FACTORS } from './exposure/factor-returns.js';
export type { Factor } from './exposure/factor-returns.js';
export { asksForHistory } from './profile-history.js';
export { ProfileInForce } from './profile-in-force.js';
export { silentSeconds } from './controls/data-silence.js';
export type { Hearing } from './controls/data-silence.js';
export { riskReport } from './risk-report.js';
export type { BreakerReading, RiskReport } from './risk-report.js';
export { accuracyOf } from './controls/control-state.js';
export { parseRiskProfile, riskProfileDigest, riskProfileText } from './profile-parse.js';
export { PreTradeGate } from './pre-trade-gate.js';
export type { GateInput, GateSetting } from './pre-trade-gate.js';
export { riskProfileMarkdown } from './profile-reference.js';
export { RiskProfileError } from './profile.js';
export type { EpisodeLimit, Ratio, RiskProfile } from './profile.js';
export { BREAKER_RULES, completeRisk, evolveRisk, initialRisk, isStepDecided } from './risk-state.js';
export type { PendingOrder, Reservations } from './reservation.js';
export type { BreakerRule, RiskEvent, RiskState } from './risk-state.js';
export { annualVolatility, targetWeight } from './sizing.js';

/*
 * The risk step: decideStep (account, breakers, signals -> verdicts), decideCommand (halt and resume between steps). Each takes the plain-data state
 * and returns the next one, the fact to publish and the events that lead from the one to the other.
 */
export { decideCommand } from './decide-command.js';
export type { CommandAnswer, CommandRefusal } from './decide-command.js';
export { decideStep, intentsOf, joinDecisions, RiskStepError } from './decide-step.js';
export type { RiskInput, RiskSetting, StepMarket } from './decide-step.js';
export { DENY_CODES, denyCodesMarkdown } from './deny-codes.js';
export type { Denial, DenyCode } from './deny-codes.js';
export type { BreakerAction, ProtectionsOrdered,
  RiskCommand, TradingState, TradingStateChanged, TradingStatus, Verdict, VerdictsReached } from './facts.js';
export { HISTORY_BARS_MAX, NO_HISTORY, RollingHistory } from './history.js';
export type { ReturnHistory } from './history.js';
export { kellyFraction } from './kelly.js';
export { parseRiskProfile } from './profile-parse.js';
export { RiskProfileError } from './profile.js';
export type { EpisodeLimit, Ratio, RiskProfile } from './profile.js';
export { evolveRisk, initialRisk, isStepDecided } from './risk-state.js';
export type { BreakerRule, PendingOrder, RiskEvent, RiskState } from './risk-state.js';
export { annualVolatility, targetWeight } from './sizing.js';

/*
 * Stage functions of the risk step (being written; signatures are final):
 *   parseRiskProfile(json: unknown): RiskProfile                                            throws RiskProfileError listing every fault; files in services/risk/profiles
 *   initialRisk({ accountId }): RiskState                                                   plain data
 *   joinDecisions(batches: readonly SignalsDecided[], executions: ExecutionsReported): RiskInput   { header (partition 0), decisions, executions, final }
 *   decideStep(state, riskInput, { profile, instruments }): { state, reached: VerdictsReached, events: readonly RiskEvent[] }
 *   intentsOf(reached: VerdictsReached): readonly OrderIntent[]                             protective first, then approved in verdict order
 *   decideCommand(state, command: RiskCommand): { state, changed: TradingStateChanged | undefined, events }
 *   evolveRisk(state, event: RiskEvent): RiskState
 */
export type { BreakerAction, RiskCommand, TradingState, TradingStateChanged, TradingStatus, Verdict, VerdictsReached } from './facts.js';

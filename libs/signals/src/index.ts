export { BASELINE_SIGNAL_RULES, signalRulesFor } from './baseline-rules.js';
export { analyse, analyseStep, opine, opineStep, RULE_ANALYST } from './analyst.js';
export { decideSignals } from './decide.js';
export type { SignalsOutcome } from './decide.js';
export type { SignalEvent } from './events.js';
export { evolveSignals } from './evolve.js';
export type {
  Analysis,
  AnalysesMade,
  LayerName,
  LayerResult,
  RiskLevel,
  SignalAction,
  SignalDecision,
  SignalsDecided,
  Stance,
  Vote,
} from './facts.js';
export { isDaily } from './daily-bars.js';
export { FeatureSetError, marketViewReader, VIEW_FEATURES } from './market-view.js';
export type { MarketView, MarketViewReader } from './market-view.js';
export { signalQuality } from './outcomes.js';
export type { SignalQuality } from './outcomes.js';
export { DEFAULT_SIGNAL_POLICY } from './policy.js';
export type { CorrelationPolicy, CostPolicy, EntryPolicy, FusionPolicy, SignalPolicy, SignificancePolicy, SizePolicy } from './policy.js';
export { trendOf, volatilityRegimeOf } from './regime.js';
export type { Trend, VolatilityBounds, VolatilityRegime } from './regime.js';
export type { SignalRules, SignalsStep } from './signals-step.js';
export { signalsDecided } from './signals-decided.js';
export type { SignalsInputs } from './signals-decided.js';
export { initialSignalsState, isStepDone } from './state.js';
export type { HeldSignal, PendingOutcome, SignalsState, SymbolSignals } from './state.js';
export type { AnalystOpinion } from './votes.js';

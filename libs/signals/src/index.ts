export type {
  Analysis, AnalysesMade, LayerName, LayerResult, RiskLevel, SignalAction, SignalDecision, SignalsDecided, Stance, Vote,
} from './facts.js';

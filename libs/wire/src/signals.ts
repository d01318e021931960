import {
  Layer as WireLayer,
  RiskLevel as WireRisk,
  SignalAction as WireAction,
  type SignalDecisionMessage,
  SignalStatus as WireStatus,
  Stance as WireStance,
  Voter as WireVoter,
} from '@tradewind/contracts';
import type {
  AnalysesMade,
  Analysis,
  LayerName,
  RiskLevel,
  SignalAction,
  SignalDecision,
  SignalsDecided,
  Stance,
  Vote,
} from '@tradewind/signals';

import type { FactCodec } from './fact-codec.js';
import { readHeader, writeHeader } from './header.js';
import { enumCodec, readCount, readFinite, readFraction, readNanos, readSymbol, readText } from './scalars.js';

const stance = enumCodec<Stance, WireStance>({ UP: WireStance.UP, DOWN: WireStance.DOWN, FLAT: WireStance.FLAT });
const risk = enumCodec<RiskLevel, WireRisk>({
  low: WireRisk.LOW,
  medium: WireRisk.MEDIUM,
  high: WireRisk.HIGH,
  extreme: WireRisk.EXTREME,
});
const action = enumCodec<SignalAction, WireAction>({ ENTER: WireAction.ENTER, EXIT: WireAction.EXIT });
const status = enumCodec<SignalDecision['status'], WireStatus>({ VALIDATED: WireStatus.VALIDATED, REJECTED: WireStatus.REJECTED });
const voter = enumCodec<Vote['voter'], WireVoter>({
  model: WireVoter.MODEL,
  analyst: WireVoter.ANALYST,
  'volume-price': WireVoter.VOLUME_PRICE,
});
const layer = enumCodec<LayerName, WireLayer>({
  'statistical-significance': WireLayer.STATISTICAL_SIGNIFICANCE,
  'regime-alignment': WireLayer.REGIME_ALIGNMENT,
  'position-size': WireLayer.POSITION_SIZE,
  'portfolio-correlation': WireLayer.PORTFOLIO_CORRELATION,
  'transaction-cost': WireLayer.TRANSACTION_COST,
});

export const analysesCodec: FactCodec<AnalysesMade, 'analysis.analyses'> = {
  write: (fact) => ({
    header: writeHeader(fact.header, fact.final),
    analyses: fact.analyses.map(({ at, ...analysis }) => ({
      ...analysis,
      atNs: at,
      stance: stance.write(analysis.stance),
      risk: risk.write(analysis.risk),
    })),
  }),
  read: (message) => ({
    ...readHeader(message.header),
    analyses: message.analyses.map((analysis, index): Analysis => {
      const at = `analyses[${index}]`;
      return {
        id: readText(analysis.id, `${at}.id`),
        symbol: readSymbol(analysis.symbol, `${at}.symbol`),
        at: readNanos(analysis.atNs, `${at}.at_ns`),
        vectorId: readText(analysis.vectorId, `${at}.vector_id`),
        analyst: readText(analysis.analyst, `${at}.analyst`),
        ruleBased: analysis.ruleBased,
        signalType: readText(analysis.signalType, `${at}.signal_type`),
        stance: stance.read(analysis.stance, `${at}.stance`),
        confidence: readFraction(analysis.confidence, `${at}.confidence`),
        risk: risk.read(analysis.risk, `${at}.risk`),
        rationale: analysis.rationale,
        promptHash: analysis.promptHash,
        answerHash: analysis.answerHash,
      };
    }),
  }),
};

const writeDecision = (decision: SignalDecision) => ({
  ...decision,
  atNs: decision.at,
  action: action.write(decision.action),
  status: status.write(decision.status),
  votes: decision.votes.map((vote) => ({ ...vote, voter: voter.write(vote.voter), stance: stance.write(vote.stance) })),
  layers: decision.layers.map((result) => ({ ...result, layer: layer.write(result.layer), reasons: [...result.reasons] })),
  expiresAtStep: BigInt(decision.expiresAtStep),
  causes: [...decision.causes],
});

const readVotes = (message: SignalDecisionMessage, at: string): SignalDecision['votes'] =>
  message.votes.map((vote, index) => ({
    voter: voter.read(vote.voter, `${at}.votes[${index}].voter`),
    stance: stance.read(vote.stance, `${at}.votes[${index}].stance`),
    confidence: readFraction(vote.confidence, `${at}.votes[${index}].confidence`),
    weight: readFinite(vote.weight, `${at}.votes[${index}].weight`),
    sourceId: vote.sourceId,
  }));

const readLayers = (message: SignalDecisionMessage, at: string): SignalDecision['layers'] =>
  message.layers.map((result, index) => ({
    layer: layer.read(result.layer, `${at}.layers[${index}].layer`),
    passed: result.passed,
    score: readFraction(result.score, `${at}.layers[${index}].score`),
    reasons: result.reasons,
  }));

const readDecision = (message: SignalDecisionMessage, at: string): SignalDecision => ({
  id: readText(message.id, `${at}.id`),
  symbol: readSymbol(message.symbol, `${at}.symbol`),
  at: readNanos(message.atNs, `${at}.at_ns`),
  action: action.read(message.action, `${at}.action`),
  status: status.read(message.status, `${at}.status`),
  rejectionCode: message.rejectionCode,
  signalType: readText(message.signalType, `${at}.signal_type`),
  confidence: readFraction(message.confidence, `${at}.confidence`),
  probabilityUp: readFraction(message.probabilityUp, `${at}.probability_up`),
  sizeMultiplier: readFraction(message.sizeMultiplier, `${at}.size_multiplier`),
  horizonBars: message.horizonBars,
  expectedWin: readFinite(message.expectedWin, `${at}.expected_win`),
  expectedLoss: readFinite(message.expectedLoss, `${at}.expected_loss`),
  atr: readFinite(message.atr, `${at}.atr`),
  referencePrice: readFinite(message.referencePrice, `${at}.reference_price`),
  votes: readVotes(message, at),
  layers: readLayers(message, at),
  expiresAtStep: readCount(message.expiresAtStep, `${at}.expires_at_step`),
  causes: message.causes,
});

export const signalsCodec: FactCodec<SignalsDecided, 'signals.decisions'> = {
  write: (fact) => ({ header: writeHeader(fact.header, fact.final), decisions: fact.decisions.map(writeDecision) }),
  read: (message) => ({
    ...readHeader(message.header),
    decisions: message.decisions.map((decision, index) => readDecision(decision, `decisions[${index}]`)),
  }),
};

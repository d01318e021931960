import type { StepHeader } from '@tradewind/vocabulary';

import type { LayerResult, SignalAction, SignalDecision } from './facts.js';
import type { FusedView } from './fusion.js';
import { EXIT_RESULTS, judgeEntry } from './layers/five-layers.js';
import type { Candidate } from './layers/layer.js';
import type { SignalPolicy } from './policy.js';
import type { SymbolStep } from './signals-step.js';

const TRADING_DAYS_A_YEAR = 252;
/** Mean of the absolute value of a standard normal, sqrt(2/π). */
const MEAN_ABSOLUTE_NORMAL = Math.sqrt(2 / Math.PI);

export type EntryContext = Pick<Candidate, 'outcomes' | 'returns' | 'peers'> & { readonly renewal: boolean };

/** Typical move over the horizon as a fraction of the price: the half-normal mean of the deviation scaled by the root of time. */
const typicalMoveOf = (volatility: number, horizonBars: number): number =>
  volatility * Math.sqrt(horizonBars / TRADING_DAYS_A_YEAR) * MEAN_ABSOLUTE_NORMAL;

type Verdict = Pick<SignalDecision, 'status' | 'rejectionCode' | 'signalType' | 'layers' | 'expiresAtStep'>;

const decisionOf = (
  step: SymbolStep,
  fused: FusedView,
  action: SignalAction,
  horizonBars: number,
  instant: string,
  verdict: Verdict,
): SignalDecision => {
  const { view, prediction, analysis } = step;
  const move = typicalMoveOf(view.volatility20, horizonBars);
  const causes = [view.vectorId];
  if (prediction !== undefined) causes.push(prediction.id);
  if (analysis !== undefined) causes.push(analysis.id);
  return {
    id: `sg/${view.symbol}/${instant}`,
    symbol: view.symbol,
    at: view.at,
    action,
    status: verdict.status,
    rejectionCode: verdict.rejectionCode,
    signalType: verdict.signalType,
    confidence: fused.confidence,
    probabilityUp: fused.probabilityUp,
    sizeMultiplier: fused.sizeMultiplier,
    horizonBars,
    expectedWin: move,
    expectedLoss: move,
    atr: view.atr14,
    referencePrice: view.close,
    votes: fused.votes,
    layers: verdict.layers,
    expiresAtStep: verdict.expiresAtStep,
    causes,
  };
};

/** The rule or layer that refuses, in order: the confidence threshold (SG5), then the layers. Empty when none does. */
const rejectionOf = (fused: FusedView, layers: readonly LayerResult[], policy: SignalPolicy): string => {
  if (fused.confidence < policy.entry.confidenceMin) return 'CONFIDENCE_BELOW_THRESHOLD';
  return layers.find((layer) => !layer.passed)?.reasons[0] ?? '';
};

/** Judges an ENTER by the confidence threshold and the five layers. */
export const enterDecision = (
  step: SymbolStep,
  fused: FusedView,
  context: EntryContext,
  header: StepHeader,
  instant: string,
  policy: SignalPolicy,
): SignalDecision => {
  const horizonBars = step.prediction?.horizonBars ?? policy.entry.horizonBars;
  const move = typicalMoveOf(step.view.volatility20, horizonBars);
  const { outcomes, returns, peers } = context;
  const layers = judgeEntry(
    { view: step.view, fused, horizonBars, expectedWin: move, expectedLoss: move, outcomes, returns, peers },
    policy,
  );
  const rejectionCode = rejectionOf(fused, layers, policy);
  const kind = context.renewal ? 'renewal' : 'entry';
  return decisionOf(step, fused, 'ENTER', horizonBars, instant, {
    status: rejectionCode === '' ? 'VALIDATED' : 'REJECTED',
    rejectionCode,
    signalType: fused.confidence >= policy.entry.highConfidence ? `high-confidence-${kind}` : kind,
    layers,
    expiresAtStep: header.step + (rejectionCode === '' ? policy.entry.expiryBars : policy.entry.quietBars),
  });
};

/** An EXIT is validated always: it takes no risk. */
export const exitDecision = (
  step: SymbolStep,
  fused: FusedView,
  signalType: 'regime-exit' | 'stance-exit',
  header: StepHeader,
  instant: string,
  policy: SignalPolicy,
): SignalDecision => {
  const horizonBars = step.prediction?.horizonBars ?? policy.entry.horizonBars;
  return decisionOf(step, fused, 'EXIT', horizonBars, instant, {
    status: 'VALIDATED',
    rejectionCode: '',
    signalType,
    layers: EXIT_RESULTS,
    expiresAtStep: header.step + policy.entry.quietBars,
  });
};

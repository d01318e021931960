import type { Prediction } from '@tradewind/models';

import type { Stance, Vote } from './facts.js';
import type { MarketView } from './market-view.js';
import type { FusionPolicy } from './policy.js';
import { analystVote, modelVote, volumePriceVote, type AnalystOpinion } from './votes.js';

/** The votes of one symbol at one step, made one. */
export interface FusedView {
  readonly stance: Stance;
  /** In [0, 1], after SG1 and after missing inputs. */
  readonly confidence: number;
  /** Of a rise over the horizon, in [0.01, 0.99]. */
  readonly probabilityUp: number;
  readonly baseRateUp: number;
  /** In (0, 1]. */
  readonly sizeMultiplier: number;
  readonly votes: readonly Vote[];
}

const directionOf = (stance: Stance): number => (stance === 'UP' ? 1 : stance === 'DOWN' ? -1 : 0);
const clampProbability = (value: number): number => Math.max(0.01, Math.min(0.99, value));

/** Mean of direction times confidence under the weights of the voters present, in [-1, 1]. */
const scoreOf = (votes: readonly Vote[]): number => {
  let sum = 0;
  let weight = 0;
  for (const vote of votes) {
    sum += vote.weight * vote.confidence * directionOf(vote.stance);
    weight += vote.weight;
  }
  return weight > 0 ? sum / weight : 0;
};

/** Weighted mean confidence of the voters on the fused side. */
const confidenceOf = (votes: readonly Vote[], stance: Stance): number => {
  let sum = 0;
  let weight = 0;
  for (const vote of votes) {
    if (vote.stance !== stance) continue;
    sum += vote.weight * vote.confidence;
    weight += vote.weight;
  }
  return weight > 0 ? sum / weight : 0;
};

/** SG1: what the pair of model and analyst does to confidence and to size. Only opinions agree or disagree; FLAT is none. */
const accordOf = (model: Stance | undefined, analyst: Stance | undefined): 'AGREE' | 'DISAGREE' | 'NEITHER' => {
  if (model === undefined || analyst === undefined || model === 'FLAT' || analyst === 'FLAT') return 'NEITHER';
  return model === analyst ? 'AGREE' : 'DISAGREE';
};

const departureOf = (votes: readonly Vote[], prediction: Prediction | undefined, policy: FusionPolicy): number => {
  let sum = 0;
  let weight = 0;
  for (const vote of votes) {
    const own =
      vote.voter === 'model' && prediction !== undefined
        ? prediction.probabilityUp - prediction.baseRateUp
        : directionOf(vote.stance) * vote.confidence * policy.ruleEdge;
    sum += vote.weight * own;
    weight += vote.weight;
  }
  return weight > 0 ? sum / weight : 0;
};

/**
 * Confidence-weighted fusion (SG1). The probability is the base rate plus the weighted departures from it (a linear opinion pool, Stone 1961): the
 * model's own, and for each rule its confidence times `ruleEdge`; agreement and disagreement scale the departure as they do the confidence.
 * Without model and analyst the stance is FLAT: volume alone opens nothing.
 */
export const fuse = (
  view: MarketView,
  prediction: Prediction | undefined,
  analysis: AnalystOpinion | undefined,
  policy: FusionPolicy,
): FusedView => {
  const model = prediction === undefined ? undefined : modelVote(prediction, policy);
  const analyst = analysis === undefined ? undefined : analystVote(analysis, policy);
  const votes: Vote[] = [];
  if (model !== undefined) votes.push(model);
  if (analyst !== undefined) votes.push(analyst);
  const baseRateUp = prediction?.baseRateUp ?? policy.baseRateUp;
  const missing = 2 - votes.length;
  votes.push(volumePriceVote(view, policy));
  if (missing === 2) return { stance: 'FLAT', confidence: 0, probabilityUp: baseRateUp, baseRateUp, sizeMultiplier: 1, votes };

  const score = scoreOf(votes);
  const stance: Stance = score > policy.stanceThreshold ? 'UP' : score < -policy.stanceThreshold ? 'DOWN' : 'FLAT';
  const accord = accordOf(model?.stance, analyst?.stance);
  const factor = accord === 'AGREE' ? policy.agreementFactor : accord === 'DISAGREE' ? policy.disagreementFactor : 1;
  const present = confidenceOf(votes, stance) * (missing === 1 ? policy.missingInputFactor : 1);
  return {
    stance,
    confidence: Math.min(1, present * factor),
    probabilityUp: clampProbability(baseRateUp + departureOf(votes, prediction, policy) * factor),
    baseRateUp,
    sizeMultiplier: accord === 'DISAGREE' ? policy.disagreementFactor : 1,
    votes,
  };
};

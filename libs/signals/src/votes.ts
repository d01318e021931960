import type { Prediction } from '@tradewind/models';

import type { Analysis, Vote } from './facts.js';
import type { MarketView } from './market-view.js';
import type { FusionPolicy } from './policy.js';

/** What fusion needs of an analysis; a whole Analysis will do. */
export type AnalystOpinion = Pick<Analysis, 'id' | 'symbol' | 'stance' | 'confidence'>;

const TRADING_DAYS_A_YEAR = 252;
const HEAVY_VOLUME = 1.2;
const MOVE_DEVIATIONS = 0.75;

/**
 * The model's vote is relative to its base rate: an index rises in most weeks, so 0.57 is no opinion at all. Confidence runs from 0.5 at
 * the margin's foot to 1 at the full edge.
 */
export const modelVote = (prediction: Prediction, policy: FusionPolicy): Vote => {
  const edge = prediction.probabilityUp - prediction.baseRateUp;
  const stance = edge > policy.modelMargin ? 'UP' : edge < -policy.modelMargin ? 'DOWN' : 'FLAT';
  const confidence = Math.min(1, 0.5 + (0.5 * Math.abs(edge)) / policy.modelFullEdge);
  return { voter: 'model', stance, confidence, weight: policy.weights.model, sourceId: prediction.id };
};

export const analystVote = (analysis: AnalystOpinion, policy: FusionPolicy): Vote => ({
  voter: 'analyst',
  stance: analysis.stance,
  confidence: analysis.confidence,
  weight: policy.weights.analyst,
  sourceId: analysis.id,
});

/**
 * Volume confirms price: a move of more than 0.75 deviations on 1.2 times the average volume is a day of accumulation or
 * distribution (O'Neil, How to Make Money in Stocks); any other day says nothing. Confidence grows with the volume, to 1 at twice the average.
 */
export const volumePriceVote = (view: MarketView, policy: FusionPolicy): Vote => {
  const deviation = view.volatility20 / Math.sqrt(TRADING_DAYS_A_YEAR);
  const heavy = view.volumeRatio >= HEAVY_VOLUME && Math.abs(view.logReturn) > MOVE_DEVIATIONS * deviation;
  const stance = heavy ? (view.logReturn > 0 ? 'UP' : 'DOWN') : 'FLAT';
  const confidence = heavy ? Math.min(1, 0.5 * view.volumeRatio) : 0.5;
  return { voter: 'volume-price', stance, confidence, weight: policy.weights.volumePrice, sourceId: view.vectorId };
};

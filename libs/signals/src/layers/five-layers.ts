import type { LayerResult } from '../facts.js';
import type { SignalPolicy } from '../policy.js';
import type { Candidate, ValidationLayer } from './layer.js';
import { portfolioCorrelation } from './portfolio-correlation.js';
import { positionSize } from './position-size.js';
import { regimeAlignment } from './regime-alignment.js';
import { statisticalSignificance } from './statistical-significance.js';
import { transactionCost } from './transaction-cost.js';

/** In the order in which the first failure names the rejection. */
export const VALIDATION_LAYERS: readonly ValidationLayer[] = [
  statisticalSignificance,
  regimeAlignment,
  positionSize,
  portfolioCorrelation,
  transactionCost,
];

/** All five results, whether or not an earlier layer failed: the record shows every one. */
export const judgeEntry = (candidate: Candidate, policy: SignalPolicy): readonly LayerResult[] =>
  VALIDATION_LAYERS.map((layer) => layer.judge(candidate, policy));

/**
 * Giving up exposure is never held back: each layer guards against taking risk, and an EXIT takes none. The five results say so, so that the record
 * has the same shape for both actions.
 */
export const EXIT_RESULTS: readonly LayerResult[] = VALIDATION_LAYERS.map(({ name }) => ({
  layer: name,
  passed: true,
  score: 1,
  reasons: ['REDUCES_EXPOSURE'],
}));

import {
  cornishFisherShortfall,
  cornishFisherValueAtRisk,
  historicalShortfall,
  historicalValueAtRisk,
  parametricShortfall,
  parametricValueAtRisk,
  returnMoments,
} from '@tradewind/statistics';

export const RISK_METHODS = ['HISTORICAL', 'PARAMETRIC', 'CORNISH_FISHER'] as const;
export type RiskMethod = (typeof RISK_METHODS)[number];
export const RISK_MEASURES = ['VAR', 'CVAR'] as const;
export type RiskMeasure = (typeof RISK_MEASURES)[number];

/** Loss over one bar as a fraction of equity; never below zero: a gain is no risk. */
export const lossAtRisk = (returns: Float64Array, measure: RiskMeasure, method: RiskMethod, confidence: number): number => {
  const isVar = measure === 'VAR';
  if (method === 'HISTORICAL') return Math.max(0, (isVar ? historicalValueAtRisk : historicalShortfall)(returns, confidence));
  const moments = returnMoments(returns);
  if (method === 'PARAMETRIC') return Math.max(0, (isVar ? parametricValueAtRisk : parametricShortfall)(moments, confidence));
  return Math.max(0, (isVar ? cornishFisherValueAtRisk : cornishFisherShortfall)(moments, confidence));
};

export interface LossAtRisk {
  readonly measure: RiskMeasure;
  readonly method: RiskMethod;
  readonly confidence: number;
  readonly loss: number;
}

const CONFIDENCES = [0.95, 0.99] as const;

/** Value at risk and CVaR at 95% and 99% by all three methods, over one bar. */
export const lossesAtRisk = (returns: Float64Array): readonly LossAtRisk[] =>
  RISK_MEASURES.flatMap((measure) =>
    RISK_METHODS.flatMap((method) =>
      CONFIDENCES.map((confidence) => ({ measure, method, confidence, loss: lossAtRisk(returns, measure, method, confidence) })),
    ),
  );

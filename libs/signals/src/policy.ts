import type { VolatilityBounds } from './regime.js';

/** Everything that a signal decision depends on besides its inputs and its state. Fractions unless a name says otherwise. */
export interface SignalPolicy {
  readonly fusion: FusionPolicy;
  readonly entry: EntryPolicy;
  readonly volatilityBounds: VolatilityBounds;
  readonly significance: SignificancePolicy;
  readonly size: SizePolicy;
  readonly correlation: CorrelationPolicy;
  readonly cost: CostPolicy;
}

export interface FusionPolicy {
  /** Weights of the voters; a voter that is not there takes its weight along. */
  readonly weights: { readonly model: number; readonly analyst: number; readonly volumePrice: number };
  /** How far a probability must be from the model's base rate to be a stance. */
  readonly modelMargin: number;
  /** Distance from the base rate at which the model counts as fully confident. */
  readonly modelFullEdge: number;
  /** Weighted score beyond which the fused stance is UP or DOWN. */
  readonly stanceThreshold: number;
  /** SG1. */
  readonly agreementFactor: number;
  readonly disagreementFactor: number;
  /** Confidence factor for each of model and analyst that is missing. */
  readonly missingInputFactor: number;
  /** Points of probability that a fully confident rule is worth above the base rate. */
  readonly ruleEdge: number;
  /** Base rate of rises when no model tells one. */
  readonly baseRateUp: number;
}

export interface EntryPolicy {
  readonly confidenceMin: number;
  /** SG5: at or above it the signal is of the high-confidence type. */
  readonly highConfidence: number;
  /** Bars after which a validated ENTER must be renewed. */
  readonly expiryBars: number;
  /** Bars that no new candidate is raised after a rejection or an exit. */
  readonly quietBars: number;
  /** Horizon of outcomes when no model tells one. */
  readonly horizonBars: number;
}

export interface SignificancePolicy {
  /** Outcomes, in addition to those tracked, that the prior is worth; they hit at the base rate. */
  readonly priorOutcomes: number;
  /** Two-sided confidence of the Wilson interval. */
  readonly confidence: number;
  /** Rolling 30-outcome hit rate below which the kind of signal stops (SG4). */
  readonly recentHitRateMin: number;
  /** t-statistic of the mean outcome below which the kind of signal loses money for more than bad luck. */
  readonly tStatisticMin: number;
}

export interface SizePolicy {
  /** Annual volatility that one full position should have. */
  readonly targetVolatility: number;
  /** Smallest fraction of a full position worth taking. */
  readonly sizeMin: number;
  /** Bounds of ATR / close: below, the data looks stale; above, no sane stop exists. */
  readonly atrFractionMin: number;
  readonly atrFractionMax: number;
}

export interface CorrelationPolicy {
  /** Returns needed on both sides before a correlation says anything. */
  readonly returnsMin: number;
  readonly correlationMax: number;
}

export interface CostPolicy {
  /** Commission and slippage of one side, fractions of the notional (OR3). */
  readonly commission: number;
  readonly slippage: number;
  /** Bars that a position is expected to be held: the edge of the horizon accrues over them, the costs are paid once. */
  readonly holdingBars: number;
  /** How many times its round-trip cost a trade must be expected to earn. */
  readonly costMultiple: number;
}

/** Annualised volatility of broad stock indices: below 12% is calm, above 22% nervous, from 40% a crisis (round figures of the VIX's history). */
export const VOLATILITY_BOUNDS: VolatilityBounds = { low: 0.12, normal: 0.22, high: 0.4 };

/**
 * Defaults taken from the literature and from round numbers, before any run over the demo's prices and not tuned on their result: a
 * default that had to be fitted to 2000–2020 would say nothing of what comes after.
 */
export const DEFAULT_SIGNAL_POLICY: SignalPolicy = {
  fusion: {
    weights: { model: 0.45, analyst: 0.4, volumePrice: 0.15 },
    modelMargin: 0.02,
    modelFullEdge: 0.1,
    stanceThreshold: 0.2,
    agreementFactor: 1.2,
    disagreementFactor: 0.5,
    missingInputFactor: 0.8,
    ruleEdge: 0.04,
    baseRateUp: 0.56,
  },
  entry: { confidenceMin: 0.35, highConfidence: 0.85, expiryBars: 20, quietBars: 10, horizonBars: 5 },
  volatilityBounds: VOLATILITY_BOUNDS,
  significance: { priorOutcomes: 20, confidence: 0.95, recentHitRateMin: 0.45, tStatisticMin: -1.645 },
  size: { targetVolatility: 0.1, sizeMin: 0.15, atrFractionMin: 0.0005, atrFractionMax: 0.06 },
  correlation: { returnsMin: 20, correlationMax: 0.97 },
  cost: { commission: 0.001, slippage: 0.001, holdingBars: 40, costMultiple: 1.5 },
};

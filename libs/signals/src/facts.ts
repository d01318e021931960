import type { StepHeader, Symbol, UnixNanos } from '@tradewind/vocabulary';

export type Stance = 'UP' | 'DOWN' | 'FLAT';
export type RiskLevel = 'low' | 'medium' | 'high' | 'extreme';

/** An analyst's view of one symbol. `ruleBased` is shown wherever the analysis is: no language model spoke. */
export interface Analysis {
  /** `an/<symbol>/<instant>/<analyst>`. */
  readonly id: string;
  readonly symbol: Symbol;
  readonly at: UnixNanos;
  readonly vectorId: string;
  /** `rules@1`, or `<provider>/<model>`. */
  readonly analyst: string;
  readonly ruleBased: boolean;
  readonly signalType: string;
  readonly stance: Stance;
  /** In [0, 1]. */
  readonly confidence: number;
  readonly risk: RiskLevel;
  readonly rationale: string;
  /** SHA-256 of prompt and of answer, hex; empty for the rule-based analyst. */
  readonly promptHash: string;
  readonly answerHash: string;
}

export interface AnalysesMade {
  readonly header: StepHeader;
  readonly analyses: readonly Analysis[];
  readonly final: boolean;
}

/** ENTER opens or adds long exposure; EXIT gives it up. */
export type SignalAction = 'ENTER' | 'EXIT';

export interface Vote {
  readonly voter: 'model' | 'analyst' | 'volume-price';
  readonly stance: Stance;
  readonly confidence: number;
  readonly weight: number;
  readonly sourceId: string;
}

export type LayerName = 'statistical-significance' | 'regime-alignment' | 'position-size' | 'portfolio-correlation' | 'transaction-cost';

export interface LayerResult {
  readonly layer: LayerName;
  readonly passed: boolean;
  /** In [0, 1]. */
  readonly score: number;
  /** Stable codes, e.g. `EDGE_BELOW_COST`. */
  readonly reasons: readonly string[];
}

/** A signal that was fused from the votes and put through the five layers. */
export interface SignalDecision {
  /** `sg/<symbol>/<instant>`. */
  readonly id: string;
  readonly symbol: Symbol;
  readonly at: UnixNanos;
  readonly action: SignalAction;
  readonly status: 'VALIDATED' | 'REJECTED';
  /** Empty when validated; else the first failed layer's or rule's code. */
  readonly rejectionCode: string;
  readonly signalType: string;
  /** Fused confidence in [0, 1], after agreement and disagreement (SG1). */
  readonly confidence: number;
  /** Fused probability of a rise over the horizon. */
  readonly probabilityUp: number;
  /** Size multiplier in (0, 1]: 0.5 when model and analyst disagree. */
  readonly sizeMultiplier: number;
  readonly horizonBars: number;
  /** Typical win and loss over the horizon as fractions of price (positive), for Kelly sizing. */
  readonly expectedWin: number;
  readonly expectedLoss: number;
  /** ATR(14) as an absolute price distance, for stops. */
  readonly atr: number;
  readonly referencePrice: number;
  readonly votes: readonly Vote[];
  readonly layers: readonly LayerResult[];
  readonly expiresAtStep: number;
  /** Ids of prediction, analysis and vector. */
  readonly causes: readonly string[];
}

export interface SignalsDecided {
  readonly header: StepHeader;
  readonly decisions: readonly SignalDecision[];
  readonly final: boolean;
}

import type { StepHeader, Symbol, UnixNanos } from '@tradewind/vocabulary';

/** What one model version says of one symbol: the calibrated probability that the close `horizonBars` ahead is above this close. */
export interface Prediction {
  /** `pr/<symbol>/<instant>/<model>@<version>`. */
  readonly id: string;
  readonly symbol: Symbol;
  readonly at: UnixNanos;
  readonly vectorId: string;
  readonly model: string;
  readonly version: number;
  /** SHA-256 of the ONNX file, hex. */
  readonly digest: string;
  readonly horizonBars: number;
  /** Raw model score before calibration. */
  readonly score: number;
  /** Calibrated probability of a rise, in (0, 1). */
  readonly probabilityUp: number;
  /** Rate of rises in the labels of the calibration rows: what the model would say if its inputs told it nothing. */
  readonly baseRateUp: number;
}

/** Symbols whose vector is not warm have no prediction. */
export interface PredictionsMade {
  readonly header: StepHeader;
  readonly predictions: readonly Prediction[];
  readonly final: boolean;
}

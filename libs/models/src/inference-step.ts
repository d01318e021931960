import type { FeaturesComputed, FeatureVector } from '@tradewind/features';
import { isBarOf } from '@tradewind/market';
import { answerHeader, isoFromNanos, type Symbol } from '@tradewind/vocabulary';

import { inputColumns } from './dataset.js';
import type { ModelManifest } from './manifest.js';
import type { Prediction, PredictionsMade } from './prediction.js';

/** A model version as serving needs it. */
export interface ServedModel {
  readonly model: string;
  readonly version: number;
  readonly digest: string;
  /** Of the sets whose vectors it may read: that of its training and those that extend it. */
  readonly featureSetHashes: readonly string[];
  /** Interval of the bars that it learned from; another one would be another market. */
  readonly barInterval: string;
  /** Position in the feature vector of each input column. */
  readonly columns: readonly number[];
  readonly horizonBars: number;
  readonly baseRateUp: number;
}

/** A warm vector that the model must not see. */
export interface InputRefusal {
  readonly symbol: Symbol;
  readonly vectorId: string;
  readonly code: 'FEATURE_SET_MISMATCH' | 'BAR_INTERVAL_MISMATCH' | 'INPUT_NOT_FINITE';
}

/** The vectors of a step that the model may see, and those it may not. */
export interface VectorSelection {
  readonly vectors: readonly FeatureVector[];
  readonly refusals: readonly InputRefusal[];
}

/** The rows to run in one batch: `inputs` is row-major float32, one row for each of `vectors`. */
export interface StepSelection extends VectorSelection {
  readonly inputs: Float32Array;
}

/** What the session answered: one score and one probability for each selected vector. */
export interface StepOutputs {
  readonly scores: ArrayLike<number>;
  readonly probabilities: ArrayLike<number>;
}

/** Type token of the messages of this stage. */
export const PREDICTIONS_TYPE = 'inference.predictions';
/** In `degraded` of a step that had no model to ask. */
export const NO_MODEL = 'model';
/** What models learned from before manifests said it. */
const DAILY = '1d';

/**
 * `extensions` are the hashes of the sets that extend the model's: their first columns are the model's own. Throws DatasetError when the set
 * lacks one of the model's inputs.
 */
export const servedModel = (
  manifest: ModelManifest,
  version: number,
  featureNames: readonly string[],
  extensions: readonly string[] = [],
): ServedModel => ({
  model: manifest.model,
  version,
  digest: manifest.digest,
  featureSetHashes: [manifest.featureSetHash, ...extensions],
  barInterval: manifest.barInterval ?? DAILY,
  columns: inputColumns(manifest.inputs, featureNames),
  horizonBars: manifest.horizonBars,
  baseRateUp: manifest.baseRateUp,
});

const refusalOf = (vector: FeatureVector, { featureSetHashes, barInterval, columns }: ServedModel): InputRefusal['code'] | undefined => {
  if (!featureSetHashes.includes(vector.setHash)) return 'FEATURE_SET_MISMATCH';
  if (!isBarOf(vector.barId, vector.symbol, barInterval)) return 'BAR_INTERVAL_MISMATCH';
  const { values } = vector;
  for (let index = 0; index < columns.length; index += 1) {
    if (!Number.isFinite(Math.fround(values[columns[index]!]!))) return 'INPUT_NOT_FINITE';
  }
  return undefined;
};

/** Of the warm vectors, one of another feature set, or with a NaN or an infinity after float32 rounding, is refused by name. */
export const selectVectors = (features: FeaturesComputed, model: ServedModel): VectorSelection => {
  const vectors: FeatureVector[] = [];
  const refusals: InputRefusal[] = [];
  for (const vector of features.vectors) {
    if (!vector.warm) continue;
    const code = refusalOf(vector, model);
    if (code === undefined) vectors.push(vector);
    else refusals.push({ symbol: vector.symbol, vectorId: vector.id, code });
  }
  return { vectors, refusals };
};

/** Writes the model's inputs of each vector to `inputs`, row-major, from row `firstRow` on. */
export const writeRows = (vectors: readonly FeatureVector[], { columns }: ServedModel, inputs: Float32Array, firstRow: number): void => {
  let cell = firstRow * columns.length;
  for (const { values } of vectors) {
    for (let index = 0; index < columns.length; index += 1) {
      inputs[cell] = values[columns[index]!]!;
      cell += 1;
    }
  }
};

/** The selection of a step and its rows; see `selectVectors`. */
export const selectRows = (features: FeaturesComputed, model: ServedModel): StepSelection => {
  const { vectors, refusals } = selectVectors(features, model);
  const inputs = new Float32Array(vectors.length * model.columns.length);
  writeRows(vectors, model, inputs, 0);
  return { vectors, inputs, refusals };
};

const predictionOf = (vector: FeatureVector, model: ServedModel, score: number, probabilityUp: number): Prediction => ({
  id: `pr/${vector.symbol}/${isoFromNanos(vector.at)}/${model.model}@${model.version}`,
  symbol: vector.symbol,
  at: vector.at,
  vectorId: vector.id,
  model: model.model,
  version: model.version,
  digest: model.digest,
  horizonBars: model.horizonBars,
  score,
  probabilityUp,
  baseRateUp: model.baseRateUp,
});

/**
 * The stage's answer to a step. Refused symbols have no prediction and are named in `degraded` as `model-input:<symbol>`. Throws RangeError when
 * the outputs don't match the selection or a probability is not in (0, 1): the model is broken and must not decide.
 */
export const assemblePredictions = (
  features: FeaturesComputed,
  model: ServedModel,
  selection: VectorSelection,
  outputs: StepOutputs,
): PredictionsMade => {
  const { vectors, refusals } = selection;
  if (outputs.scores.length !== vectors.length || outputs.probabilities.length !== vectors.length) {
    throw new RangeError(`${outputs.scores.length} scores and ${outputs.probabilities.length} probabilities for ${vectors.length} rows`);
  }
  const predictions = vectors.map((vector, row) => {
    const score = outputs.scores[row]!;
    const probability = outputs.probabilities[row]!;
    if (!Number.isFinite(score) || !(probability > 0 && probability < 1)) {
      throw new RangeError(`${model.model}@${model.version} gave score ${score} and probability ${probability} for ${vector.id}`);
    }
    return predictionOf(vector, model, score, probability);
  });
  const degraded =
    refusals.length === 0
      ? features.header.degraded
      : [...features.header.degraded, ...refusals.map((refusal) => `model-input:${refusal.symbol}`)];
  const header = answerHeader(PREDICTIONS_TYPE, features.header, [features.header.id], degraded);
  return { header, predictions, final: features.final };
};

/** The stage's answer when no model can be asked: no predictions, and the step says so. */
export const predictionsWithoutModel = (features: FeaturesComputed): PredictionsMade => ({
  header: answerHeader(PREDICTIONS_TYPE, features.header, [features.header.id], [...features.header.degraded, NO_MODEL]),
  predictions: [],
  final: features.final,
});

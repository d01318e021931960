import { createHash } from 'node:crypto';

import { intervalOfBar } from '@tradewind/market';
import { isoFromNanos, nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

import { calibrateForest, type CalibratedForest, predictForest } from './calibrated-forest.js';
import { buildDataset, type Dataset, inputColumns, purgedBlocks, refuseBarsFrom, rowsOf, type TrainingBar } from './dataset.js';
import { evaluateForest } from './forest.js';
import { type BoostingParameters, type BoostingResult, trainForest, TrainingError } from './gradient-boosting.js';
import { inputDistribution, inputImportance } from './input-study.js';
import { type GoldenRows, manifestText, type ModelManifest } from './manifest.js';
import { type ProbabilityMetrics, probabilityMetrics } from './metrics.js';
import { exportOnnx } from './onnx-export.js';
import { fitPlatt } from './platt-calibration.js';

export interface BaselineSeries {
  /** Package, version and file, e.g. `dc@3.2.1/web/ndx.csv`. */
  readonly dataset: string;
  readonly symbol: string;
  readonly bars: readonly TrainingBar[];
}

export interface BaselineFeatureSet {
  readonly hash: string;
  readonly names: readonly string[];
  /** The features that the model reads: free of price level, so that one symbol teaches about another. */
  readonly modelInputs: readonly string[];
}

/** A trained model, ready to publish. The same series gives the same bytes. */
export interface TrainedModel {
  readonly onnx: Uint8Array;
  readonly manifest: ModelManifest;
  readonly manifestJson: string;
  readonly model: CalibratedForest;
  readonly training: BoostingResult;
}

export const BASELINE_MODEL = 'baseline';
export const BASELINE_HORIZON_BARS = 5;
/** Nothing on or after this instant may be seen in training: trading starts there. */
export const BASELINE_TRAINING_END: UnixNanos = nanosFromMillis(Date.UTC(2000, 0, 3));

const TRAINER = 'tradewind-gradient-boosting/1';
const LICENCE = 'UNLICENSED';
const SHARES = [0.6, 0.15, 0.15, 0.1] as const;
const EMBARGO_BARS = 5;
const GOLDEN_ROWS = 8;

export const BASELINE_PARAMETERS: BoostingParameters = {
  treesMax: 400,
  depthMax: 3,
  leafRowsMin: 60,
  l2: 10,
  gainMin: 0,
  learningRate: 0.02,
  binsMax: 64,
  rowFraction: 0.6,
  columnFraction: 0.6,
  patienceTrees: 60,
  seed: 20_000_103,
};

const goldenRows = (model: CalibratedForest, dataset: Dataset): GoldenRows => {
  const { columns, rows, values } = dataset.inputs;
  const picked = Array.from({ length: Math.min(GOLDEN_ROWS, rows) }, (_, index) => Math.floor((index * rows) / GOLDEN_ROWS));
  const inputs = picked.map((row) => Array.from(values.subarray(row * columns, (row + 1) * columns)));
  const outputs = predictForest(model, { rows: inputs.length, columns, values: Float32Array.from(inputs.flat()) });
  return { inputs, scores: Array.from(outputs.scores), probabilities: Array.from(outputs.probabilities) };
};

const riseRate = (labels: Uint8Array): number => labels.reduce((sum, label) => sum + label, 0) / labels.length;

/**
 * Trains, calibrates, measures and exports the baseline: boosted trees on the oldest block of rows, stopped early on the second, calibrated on
 * the third and measured on the last, with purge and embargo between them. Throws DatasetError when a bar is of 2000-01-03 or later, and
 * TrainingError when the rows teach nothing.
 */
export const trainBaseline = (
  series: BaselineSeries,
  featureSet: BaselineFeatureSet,
  parameters: BoostingParameters = BASELINE_PARAMETERS,
): TrainedModel => {
  const { bars } = series;
  refuseBarsFrom(bars, BASELINE_TRAINING_END);
  const dataset = buildDataset(bars, inputColumns(featureSet.modelInputs, featureSet.names), BASELINE_HORIZON_BARS);
  const [training, validation, calibration, test] = purgedBlocks(dataset, SHARES, EMBARGO_BARS).map((range) => rowsOf(dataset, range));
  const result = trainForest(training!, validation!, parameters);
  if (result.forest.trees.length === 0) throw new TrainingError('no tree predicts the validation rows better than their base rate');
  const platt = fitPlatt(evaluateForest(result.forest, calibration!.inputs), calibration!.labels);
  const model = calibrateForest(result.forest, platt);
  const heldOut = probabilityMetrics(predictForest(model, test!.inputs).probabilities, test!.labels);
  const onnx = exportOnnx(model, { ...onnxMetadata(series, featureSet, parameters), ...metricsMetadata(heldOut) });
  const manifest: ModelManifest = {
    format: 1,
    model: BASELINE_MODEL,
    family: 'gradient-boosted-trees',
    digest: createHash('sha256').update(onnx).digest('hex'),
    sizeBytes: onnx.length,
    featureSetHash: featureSet.hash,
    inputs: featureSet.modelInputs,
    horizonBars: BASELINE_HORIZON_BARS,
    barInterval: intervalOfBar(bars[0]!.vector.barId),
    baseRateUp: riseRate(calibration!.labels),
    heldOut,
    lineage: { sources: [sourceOf(series, dataset)], seed: parameters.seed, trainer: TRAINER, parameters: { ...parameters } },
    licence: LICENCE,
    golden: goldenRows(model, dataset),
    inputDistribution: inputDistribution(featureSet.modelInputs, training!),
    inputImportance: inputImportance(featureSet.modelInputs, model, test!, parameters.seed),
  };
  return { onnx, manifest, manifestJson: manifestText(manifest), model, training: result };
};

const sourceOf = ({ dataset: name, symbol, bars }: BaselineSeries, dataset: Dataset): ModelManifest['lineage']['sources'][number] => ({
  name,
  symbol,
  bars: bars.length,
  rows: dataset.labels.length,
  from: isoFromNanos(bars[0]!.vector.at),
  to: isoFromNanos(bars.at(-1)!.vector.at),
});

const onnxMetadata = (
  series: BaselineSeries,
  featureSet: BaselineFeatureSet,
  parameters: BoostingParameters,
): Readonly<Record<string, string>> => ({
  feature_set_hash: featureSet.hash,
  horizon_bars: String(BASELINE_HORIZON_BARS),
  inputs: featureSet.modelInputs.join(','),
  licence: LICENCE,
  seed: String(parameters.seed),
  trainer: TRAINER,
  training_from: isoFromNanos(series.bars[0]!.vector.at),
  training_set: series.dataset,
  training_to: isoFromNanos(series.bars.at(-1)!.vector.at),
});

const metricsMetadata = (heldOut: ProbabilityMetrics): Readonly<Record<string, string>> => ({
  held_out_auc: String(heldOut.auc),
  held_out_brier: String(heldOut.brier),
  held_out_log_loss: String(heldOut.logLoss),
  held_out_rows: String(heldOut.rows),
});

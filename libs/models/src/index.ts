export type { Prediction, PredictionsMade } from './prediction.js';
export type {
  ListModelsResponse,
  ModelStage,
  ModelStageChanged,
  ModelVersion,
  PromoteModelRequest,
  PromoteModelResponse,
  PublishModelRequest,
  PublishModelResponse,
} from './stage.js';
export { BINS_MAX, binMatrix } from './binning.js';
export { calibrateForest, predictForest, PROBABILITY_LEVELS } from './calibrated-forest.js';
export type { CalibratedForest, ForestOutputs } from './calibrated-forest.js';
export { buildDataset, DatasetError, inputColumns, purgedBlocks, refuseBarsFrom, riseLabel, rowsOf } from './dataset.js';
export type { Dataset, RowRange, TrainingBar } from './dataset.js';
export { evaluateForest, nodeCount } from './forest.js';
export type { Forest, Tree } from './forest.js';
export { trainForest, TrainingError } from './gradient-boosting.js';
export type { BoostingParameters, BoostingResult, LabelledRows } from './gradient-boosting.js';
export { inputMatrix, MatrixError } from './matrix.js';
export type { InputMatrix } from './matrix.js';
export { accuracy, areaUnderRoc, brierScore, expectedCalibrationError, logLoss, probabilityMetrics } from './metrics.js';
export type { ProbabilityMetrics } from './metrics.js';
export { exportOnnx, INPUT_NAME, PROBABILITY_OUTPUT, SCORE_OUTPUT } from './onnx-export.js';
export { inspectOnnx, OnnxFormatError } from './onnx-inspection.js';
export type { OnnxSummary, TensorSignature } from './onnx-inspection.js';
export { fitPlatt } from './platt-calibration.js';
export type { PlattCalibration } from './platt-calibration.js';
export { BASELINE_HORIZON_BARS, BASELINE_MODEL, BASELINE_PARAMETERS, BASELINE_TRAINING_END, trainBaseline } from './baseline.js';
export type { BaselineFeatureSet, BaselineSeries, TrainedModel } from './baseline.js';
export {
  assemblePredictions,
  NO_MODEL,
  PREDICTIONS_TYPE,
  predictionsWithoutModel,
  selectRows,
  selectVectors,
  servedModel,
  writeRows,
} from './inference-step.js';
export type { InputRefusal, ServedModel, StepOutputs, StepSelection, VectorSelection } from './inference-step.js';
export { ManifestError, manifestText, parseManifest } from './manifest.js';
export type { GoldenRows, ModelManifest, TrainingSource } from './manifest.js';
export { GOLDEN_TOLERANCE, refuseGoldenOutputs, refuseModelFile } from './model-gate.js';
export type { GateLimits, GateRefusal, GateRule } from './model-gate.js';
export { championOf, decideRegistry, EMPTY_REGISTRY, evolveRegistry, versionOf, versionWithDigest } from './registry.js';
export type { RegisteredVersion, RegistryCommand, RegistryRefusal, RegistryState } from './registry.js';

export type { Prediction, PredictionsMade } from './prediction.js';
export type { ModelStage, ModelStageChanged } from './stage.js';

export type { Prediction, PredictionsMade } from './prediction.js';
export type {
  ListModelsResponse, ModelStage, ModelStageChanged, ModelVersion, PromoteModelRequest, PromoteModelResponse,
  PublishModelRequest, PublishModelResponse,
} from './stage.js';

export type { Prediction, PredictionsMade } from './prediction.js';

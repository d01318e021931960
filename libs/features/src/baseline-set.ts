import { barField } from './definitions/context.js';
import { momentum, rsi, stochasticD, stochasticK, williamsR } from './definitions/momentum.js';
import { autocorrelation, hurst, logReturn } from './definitions/statistics.js';
import { ema, emaRatio, macd, macdRatio, sma, smaCross, smaRatio } from './definitions/trend.js';
import {
  atr,
  atrRatio,
  barRange,
  bollingerPosition,
  bollingerWidth,
  historicalVolatility,
  volatilityRatio,
} from './definitions/volatility.js';
import { onBalanceFlow, onBalanceVolume, volumeChange, volumeRatio, volumeSma } from './definitions/volume.js';
import { createFeatureSet } from './feature-set.js';

/** Free of scale, so that a model trained at an index level of 100 still knows what it sees at 3,000. */
const SCALE_FREE = [
  smaRatio(10),
  smaRatio(20),
  smaRatio(50),
  smaRatio(200),
  smaCross(50, 200),
  emaRatio(12),
  emaRatio(26),
  macdRatio('line', 12, 26, 9),
  macdRatio('signal', 12, 26, 9),
  macdRatio('histogram', 12, 26, 9),
  rsi(14),
  stochasticK(14, 3),
  stochasticD(14, 3, 3),
  williamsR(14),
  momentum(5),
  momentum(20),
  momentum(60),
  atrRatio(14),
  bollingerPosition(20, 2),
  bollingerWidth(20, 2),
  historicalVolatility(20),
  volatilityRatio(10, 63),
  barRange(),
  volumeRatio(20),
  volumeChange(10),
  onBalanceFlow(20),
  hurst(100, 16),
  autocorrelation(20),
  logReturn(1),
  logReturn(2),
  logReturn(3),
  logReturn(4),
  logReturn(5),
];

/** In prices and units: context for the stages after, never for a model. */
const CONTEXT = [
  barField('close'),
  barField('volume'),
  sma(10),
  sma(20),
  sma(50),
  sma(200),
  ema(12),
  ema(26),
  macd('line', 12, 26, 9),
  macd('signal', 12, 26, 9),
  macd('histogram', 12, 26, 9),
  atr(14),
  volumeSma(20),
  onBalanceVolume(),
];

/** The features of SPEC FE2. */
export const BASELINE_SET = createFeatureSet({
  name: 'baseline',
  version: 1,
  definitions: [...SCALE_FREE, ...CONTEXT],
  modelInputs: SCALE_FREE.map((entry) => entry.name),
});

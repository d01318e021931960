import { dataQuality } from '../controls/data-quality.js';
import { decisionLatency } from '../controls/decision-latency.js';
import { modelAccuracy } from '../controls/model-accuracy.js';
import type { Breaker } from './breaker.js';
import { correlationBreakdown } from './correlation-breakdown.js';
import { drawdownClose, drawdownReduce } from './drawdown.js';
import { factorExposure } from './factor-exposure.js';
import { dailyLoss, weeklyLoss } from './period-loss.js';
import { sectorExposure } from './sector-exposure.js';
import { valueAtRisk } from './value-at-risk.js';
import { volatilitySpike } from './volatility-spike.js';

/** The severe ones first. */
export const BREAKERS: readonly Breaker[] = [
  drawdownClose,
  weeklyLoss,
  dailyLoss,
  drawdownReduce,
  valueAtRisk,
  sectorExposure,
  factorExposure,
  correlationBreakdown,
  volatilitySpike,
  modelAccuracy,
  dataQuality,
  decisionLatency,
];

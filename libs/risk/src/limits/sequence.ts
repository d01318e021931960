import { buyingPower } from './buying-power.js';
import { bucketBudget, strategyBudget } from './capital.js';
import { cash } from './cash.js';
import { concentration } from './concentration.js';
import { gross } from './gross.js';
import { net } from './net.js';
import { position } from './position.js';
import { sector } from './sector.js';
import { settledCash } from './settled-cash.js';
import { tradeRisk } from './trade-risk.js';
import { volumeShare } from './volume-share.js';
import type { ExposureLimit } from './limit.js';

/** In this order: the first one without room for a lot names the refusal. Money first, then exposure, then the single trade, then whose budget it is. */
export const EXPOSURE_LIMITS: readonly ExposureLimit[] = [
  cash,
  settledCash,
  buyingPower,
  position,
  sector,
  gross,
  net,
  concentration,
  tradeRisk,
  volumeShare,
  bucketBudget,
  strategyBudget,
];

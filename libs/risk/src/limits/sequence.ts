import { buyingPower } from './buying-power.js';
import { cash } from './cash.js';
import { gross } from './gross.js';
import { position } from './position.js';
import { sector } from './sector.js';
import type { ExposureLimit } from './limit.js';

/** In this order: the first one without room for a lot names the refusal. */
export const EXPOSURE_LIMITS: readonly ExposureLimit[] = [cash, buyingPower, position, sector, gross];

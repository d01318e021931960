import { AVERAGE_OSCILLATORS } from '../definitions/average-oscillators.js';
import { CHANNELS } from '../definitions/channels.js';
import { DIRECTIONAL } from '../definitions/directional.js';
import { DISPERSION } from '../definitions/dispersion.js';
import { MONEY_FLOW } from '../definitions/money-flow.js';
import { MOVING_AVERAGES } from '../definitions/moving-averages.js';
import { OSCILLATORS } from '../definitions/oscillators.js';
import { PRICES } from '../definitions/prices.js';
import { REGRESSIONS } from '../definitions/regression.js';
import { SESSION_FEATURES } from '../definitions/session.js';
import { RECORD_ENTRIES } from '../external/catalogue.js';
import { MICROSTRUCTURE_ENTRIES } from '../microstructure/catalogue.js';
import { REGIME_ENTRIES } from '../regime/catalogue.js';
import { BASELINE_FEATURES } from './baseline-features.js';
import type { CatalogueEntry } from './entry.js';

/** Every formula that a set file can name. */
export const FEATURE_CATALOGUE: readonly CatalogueEntry[] = [
  ...BASELINE_FEATURES,
  ...PRICES,
  ...MOVING_AVERAGES,
  ...DIRECTIONAL,
  ...OSCILLATORS,
  ...AVERAGE_OSCILLATORS,
  ...CHANNELS,
  ...DISPERSION,
  ...REGRESSIONS,
  ...MONEY_FLOW,
  ...SESSION_FEATURES,
  ...MICROSTRUCTURE_ENTRIES,
  ...REGIME_ENTRIES,
  ...RECORD_ENTRIES,
];

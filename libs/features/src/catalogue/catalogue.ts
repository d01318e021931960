import { BASELINE_FEATURES } from './baseline-features.js';
import type { CatalogueEntry } from './entry.js';

/** Every formula that a set file can name. */
export const FEATURE_CATALOGUE: readonly CatalogueEntry[] = [...BASELINE_FEATURES];

import baseline from '../sets/baseline@1.json' with { type: 'json' };

import { FEATURE_CATALOGUE } from './catalogue/catalogue.js';
import type { FeatureSet } from './feature-set.js';
import { FeatureSetError } from './sets/fault.js';
import { parseFeatureSets } from './sets/feature-sets.js';

const parsed = parseFeatureSets([{ file: 'baseline@1.json', text: JSON.stringify(baseline) }], FEATURE_CATALOGUE);
if (!parsed.ok) throw new FeatureSetError(parsed.error);

/** The set of `sets/baseline@1.json`, the features of SPEC FE2: what the rules of the core read by name without loading any file. */
export const BASELINE_SET: FeatureSet = parsed.value.named('baseline@1');

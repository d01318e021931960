import type { FeatureSet } from '../feature-set.js';
import { PrimitivePool } from '../rolling/pool.js';

const BAR_FIELDS: ReadonlySet<string> = new Set(['open', 'high', 'low', 'close', 'volume', 'session']);

/** Positions of the features that hang on the bars of their windows alone: those that any stretch of bars that long gives again. */
export const windowFeatures = ({ definitions }: FeatureSet): readonly number[] => {
  const pool = new PrimitivePool();
  return definitions.flatMap((definition, index) =>
    definition.inputs.every((input) => BAR_FIELDS.has(input)) && pool.forgets(() => definition.compose(pool)) ? [index] : [],
  );
};

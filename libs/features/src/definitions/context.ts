import type { BarField } from '../rolling/primitive.js';
import type { FeatureDefinition } from './definition.js';

/** A field of the bar itself, for the stages that come after. */
export const barField = (field: BarField): FeatureDefinition => ({
  name: field,
  formula: 'bar-field@1',
  parameters: [],
  inputs: [field],
  window: 1,
  compose(pool) {
    const source = pool[field];
    return () => source.value;
  },
});

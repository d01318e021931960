import type { FeatureDefinition, FeatureInput, FeatureParameter } from '../definitions/definition.js';
import type { PrimitivePool } from '../rolling/pool.js';

const BOOK: readonly FeatureInput[] = ['book'];
const TRADES: readonly FeatureInput[] = ['trades'];
const BOTH: readonly FeatureInput[] = ['book', 'trades'];

const featureOf =
  (inputs: readonly FeatureInput[]) =>
  (
    name: string,
    formula: string,
    parameters: readonly FeatureParameter[],
    window: number,
    compose: (pool: PrimitivePool) => () => number,
  ): FeatureDefinition => ({ name, formula, parameters, inputs, window, compose });

/** Definitions by what they read. */
export const bookFeature = featureOf(BOOK);
export const tradeFeature = featureOf(TRADES);
export const tickFeature = featureOf(BOTH);

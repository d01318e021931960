import { createHash } from 'node:crypto';

import type { FeatureDefinition } from './definitions/definition.js';

/** An ordered list of features. Equal hashes mean: same names, same order, same formulas and parameters, same model inputs. */
export interface FeatureSet {
  readonly name: string;
  readonly version: number;
  readonly definitions: readonly FeatureDefinition[];
  readonly names: readonly string[];
  /** Names of the columns a model sees, in its order. */
  readonly modelInputs: readonly string[];
  /** Positions of `modelInputs` in a vector's values. */
  readonly modelInputIndexes: readonly number[];
  /** SHA-256, hex. */
  readonly hash: string;
  /** Bars until every value means something. */
  readonly warmAfterBars: number;
}

export interface FeatureSetParts {
  readonly name: string;
  readonly version: number;
  readonly definitions: readonly FeatureDefinition[];
  readonly modelInputs: readonly string[];
}

const hashOf = ({ name, version, definitions, modelInputs }: FeatureSetParts): string => {
  const features = definitions.map((entry) => [entry.name, entry.formula, entry.parameters, entry.inputs, entry.window]);
  return createHash('sha256')
    .update(JSON.stringify([name, version, features, modelInputs]))
    .digest('hex');
};

/** Throws RangeError when a name occurs twice or a model input is no feature of the set. */
export const createFeatureSet = (parts: FeatureSetParts): FeatureSet => {
  const names = parts.definitions.map((entry) => entry.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RangeError(`feature '${twice}' occurs twice in set '${parts.name}'`);
  const modelInputIndexes = parts.modelInputs.map((name) => {
    const index = names.indexOf(name);
    if (index < 0) throw new RangeError(`model input '${name}' is not a feature of set '${parts.name}'`);
    return index;
  });
  return {
    ...parts,
    names,
    modelInputIndexes,
    hash: hashOf(parts),
    warmAfterBars: Math.max(...parts.definitions.map((entry) => entry.window)),
  };
};

/** Position of a feature in a vector's values. Throws RangeError when the set has no such feature. */
export const featureIndex = (set: FeatureSet, name: string): number => {
  const index = set.names.indexOf(name);
  if (index < 0) throw new RangeError(`feature '${name}' is not in set '${set.name}' version ${set.version}`);
  return index;
};

/** Copies what a model sees out of a vector's values into `row`, from `offset` on. */
export const copyModelInputs = (set: FeatureSet, values: Float64Array, row: Float64Array | Float32Array, offset = 0): void => {
  const { modelInputIndexes } = set;
  for (let column = 0; column < modelInputIndexes.length; column += 1) row[offset + column] = values[modelInputIndexes[column]!]!;
};

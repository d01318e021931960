import { createHash } from 'node:crypto';

import { type FeatureDefinition, type FeatureInput, isLeftOut } from './definitions/definition.js';

/** An ordered list of features. Equal hashes mean: same names, same order, same formulas and parameters, same model inputs. */
export interface FeatureSet {
  readonly name: string;
  readonly version: number;
  /** Those of the set that this one extends come first, so that whoever reads its columns by position still can. */
  readonly definitions: readonly FeatureDefinition[];
  readonly names: readonly string[];
  /** Names of the columns a model sees, in its order. */
  readonly modelInputs: readonly string[];
  /** Positions of `modelInputs` in a vector's values. */
  readonly modelInputIndexes: readonly number[];
  /** SHA-256, hex. */
  readonly hash: string;
  /** Its own hash and those of the sets it extends, nearest first: a vector of this set is one of theirs with more columns. */
  readonly ancestorHashes: readonly string[];
  /** Bars until every value that comes from bars and the calendar means something. */
  readonly warmAfterBars: number;
  readonly readsTicks: boolean;
  readonly readsRecords: boolean;
}

export interface FeatureSetParts {
  readonly name: string;
  readonly version: number;
  /** The set that this one extends: its definitions come before `definitions`. */
  readonly parent?: FeatureSet;
  readonly definitions: readonly FeatureDefinition[];
  readonly modelInputs: readonly string[];
}

const hashOf = (name: string, version: number, definitions: readonly FeatureDefinition[], modelInputs: readonly string[]): string => {
  const features = definitions.map((entry) => [entry.name, entry.formula, entry.parameters, entry.inputs, entry.window]);
  return createHash('sha256')
    .update(JSON.stringify([name, version, features, modelInputs]))
    .digest('hex');
};

/** Throws RangeError when a name occurs twice or a model input is no feature of the set. */
export const createFeatureSet = ({ name, version, parent, definitions: own, modelInputs }: FeatureSetParts): FeatureSet => {
  const definitions = [...(parent?.definitions ?? []), ...own];
  const names = definitions.map((entry) => entry.name);
  const twice = names.find((entry, index) => names.indexOf(entry) !== index);
  if (twice !== undefined) throw new RangeError(`feature '${twice}' occurs twice in set '${name}'`);
  const modelInputIndexes = modelInputs.map((input) => {
    const index = names.indexOf(input);
    if (index < 0) throw new RangeError(`model input '${input}' is not a feature of set '${name}'`);
    return index;
  });
  const hash = hashOf(name, version, definitions, modelInputs);
  const reads = (...inputs: readonly FeatureInput[]): boolean =>
    definitions.some((entry) => entry.inputs.some((input) => inputs.includes(input)));
  return {
    name,
    version,
    definitions,
    names,
    modelInputs,
    modelInputIndexes,
    hash,
    ancestorHashes: [hash, ...(parent?.ancestorHashes ?? [])],
    warmAfterBars: definitions.filter((entry) => !isLeftOut(entry)).reduce((bars, { window }) => Math.max(bars, window), 1),
    readsTicks: reads('book', 'trades'),
    readsRecords: reads('records'),
  };
};

/** True when a model made for the set with the hash `required` may read vectors of `set`: its columns are there, at the same positions. */
export const satisfiesSet = (set: FeatureSet, required: string): boolean => set.ancestorHashes.includes(required);

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

import { failed, type Result, succeeded } from '@tradewind/vocabulary';

import type { FeatureParameter } from '../definitions/definition.js';
import type { FeatureSetFault } from './fault.js';

/** A feature as a set file names it: the catalogue's name, and parameters by name. */
export interface NamedFeature {
  readonly feature: string;
  readonly parameters: Readonly<Record<string, FeatureParameter>>;
}

/** What a set file says. */
export interface SetFile {
  readonly file: string;
  readonly name: string;
  readonly version: number;
  /** `<name>@<version>` of the set whose columns come first. */
  readonly extends: string | undefined;
  readonly features: readonly NamedFeature[];
  readonly modelInputs: readonly string[];
  readonly hash: string;
}

type Json = Readonly<Record<string, unknown>>;

const KEYS = new Set(['name', 'version', 'extends', 'features', 'modelInputs', 'hash']);
const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const REFERENCE = /^[a-z][a-z0-9-]{0,63}@[1-9]\d{0,5}$/;
const FEATURES_MAX = 4_096;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';

const featureFault = (value: unknown, index: number): string | undefined => {
  if (!isObject(value) || !isText(value['feature'])) return `features[${index}] must be an object with the name of a feature`;
  const wrong = Object.entries(value).find(([, entry]) => !isText(entry) && !(typeof entry === 'number' && Number.isFinite(entry)));
  return wrong === undefined ? undefined : `features[${index}].${wrong[0]} must be a number or a text`;
};

const listFaults = (key: string, value: unknown, faultOf: (entry: unknown, index: number) => string | undefined): readonly string[] => {
  if (!Array.isArray(value) || value.length > FEATURES_MAX) return [`${key} must be a list of at most ${FEATURES_MAX}`];
  return value.map(faultOf).filter((fault) => fault !== undefined);
};

const shapeFaults = (json: unknown): readonly string[] => {
  if (!isObject(json)) return ['must be an object'];
  const { name, version, extends: parent, features, modelInputs, hash } = json;
  return [
    ...Object.keys(json)
      .filter((key) => !KEYS.has(key))
      .map((key) => `unknown key '${key}'`),
    ...(isText(name) && NAME.test(name) ? [] : ['name must be lower-case letters, digits and dashes']),
    ...(Number.isSafeInteger(version) && Number(version) > 0 ? [] : ['version must be a whole number from 1']),
    ...(parent === undefined || (isText(parent) && REFERENCE.test(parent)) ? [] : ['extends must be <name>@<version>']),
    ...listFaults('features', features, featureFault),
    ...listFaults('modelInputs', modelInputs, (entry, index) => (isText(entry) ? undefined : `modelInputs[${index}] must be a text`)),
    ...(isText(hash) ? [] : ['hash must be a text']),
  ];
};

const jsonOf = (text: string): Result<unknown, string> => {
  try {
    return succeeded(JSON.parse(text));
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
};

const namedFeature = (value: Json): NamedFeature => {
  const { feature, ...parameters } = value;
  return { feature: feature as string, parameters: parameters as Record<string, FeatureParameter> };
};

/** Reads a set file's text; whether its features exist and its hash holds is for whoever knows the catalogue. */
export const readSetFile = (file: string, text: string): Result<SetFile, readonly FeatureSetFault[]> => {
  const json = jsonOf(text);
  if (!json.ok) return failed([{ file, code: 'NOT_JSON', detail: json.error }]);
  const faults = shapeFaults(json.value);
  if (faults.length > 0) return failed(faults.map((detail) => ({ file, code: 'SHAPE_INVALID' as const, detail })));
  const { name, version, extends: parent, features, modelInputs, hash } = json.value as Json;
  const expected = `${name as string}@${version as number}.json`;
  if (file !== expected) return failed([{ file, code: 'FILE_NAME_WRONG', detail: `holds the set that belongs in ${expected}` }]);
  return succeeded({
    file,
    name: name as string,
    version: version as number,
    extends: parent as string | undefined,
    features: (features as readonly Json[]).map(namedFeature),
    modelInputs: modelInputs as readonly string[],
    hash: hash as string,
  });
};

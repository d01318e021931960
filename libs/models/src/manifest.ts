import type { FeatureImportance, TrainingHistogram } from '@tradewind/features';
import { stateText } from '@tradewind/vocabulary';

import type { ProbabilityMetrics } from './metrics.js';

/** Where the training rows came from. Times are ISO instants of the first and last bar that training looked at. */
export interface TrainingSource {
  readonly name: string;
  readonly symbol: string;
  readonly bars: number;
  readonly rows: number;
  readonly from: string;
  readonly to: string;
}

/** Inputs with the outputs that the file gave when it was made; whoever loads it can check that it still does. */
export interface GoldenRows {
  readonly inputs: readonly (readonly number[])[];
  readonly scores: readonly number[];
  readonly probabilities: readonly number[];
}

/** The card of a model file: what it is, what it reads, what it was made from, how good it was on rows it had not seen. */
export interface ModelManifest {
  readonly format: 1;
  readonly model: string;
  readonly family: string;
  /** SHA-256 of the ONNX file, hex. */
  readonly digest: string;
  readonly sizeBytes: number;
  readonly featureSetHash: string;
  /** Names of features, in the order of the input columns. */
  readonly inputs: readonly string[];
  readonly horizonBars: number;
  /** Interval of the bars that it learned from, as in bar ids; `1d` when not given. */
  readonly barInterval?: string;
  /** Rate of rises among the labels that the probabilities were calibrated on: what the model would say if its inputs told it nothing. */
  readonly baseRateUp: number;
  /** On the last block of rows, which neither training nor calibration saw. */
  readonly heldOut: ProbabilityMetrics;
  readonly lineage: {
    readonly sources: readonly TrainingSource[];
    readonly seed: number;
    /** Name and version of the training code. */
    readonly trainer: string;
    readonly parameters: Readonly<Record<string, number>>;
  };
  readonly licence: string;
  readonly golden: GoldenRows;
  /** By input: how it was distributed over the training rows, to tell drift by. */
  readonly inputDistribution?: Readonly<Record<string, TrainingHistogram>>;
  /** What the model loses without each input, on held-out rows; greatest first. */
  readonly inputImportance?: readonly FeatureImportance[];
}

export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  readonly code = 'MANIFEST_INVALID';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('; '));
    this.faults = faults;
  }
}

type Check = (value: unknown, path: string) => readonly string[];

const MODEL_NAME = /^[a-z][a-z0-9-]{0,31}$/;
const DIGEST = /^[0-9a-f]{64}$/;
const FEATURE_SET_HASH = /^[0-9a-f]{8,64}$/;
const BAR_INTERVAL = /^[a-z0-9-]{2,32}$/;
const GOLDEN_ROWS_MAX = 64;
const INPUTS_MAX = 1_024;
const BINS_MAX = 128;

const rule =
  (holds: (value: unknown) => boolean, must: string): Check =>
  (value, path) =>
    holds(value) ? [] : [`${path} must ${must}`];
const text = rule((value) => typeof value === 'string' && value.length > 0 && value.length <= 256, 'be text of 1 to 256 characters');
const matching = (pattern: RegExp): Check => rule((value) => typeof value === 'string' && pattern.test(value), `match ${pattern.source}`);
const finite = rule((value) => typeof value === 'number' && Number.isFinite(value), 'be a finite number');
const count = rule((value) => Number.isSafeInteger(value) && (value as number) >= 1, 'be a whole number from 1');
const rate = rule((value) => typeof value === 'number' && value > 0 && value < 1, 'be in (0, 1)');
const whole = rule((value) => Number.isSafeInteger(value), 'be a whole number');
const list =
  (entry: Check, max: number): Check =>
  (value, path) => {
    if (!Array.isArray(value) || value.length === 0 || value.length > max) return [`${path} must be a list of 1 to ${max}`];
    return value.flatMap((item, index) => entry(item, `${path}[${index}]`));
  };
const record =
  (entry: Check): Check =>
  (value, path) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return [`${path} must be an object`];
    return Object.entries(value).flatMap(([key, item]) => entry(item, `${path}.${key}`));
  };
const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return [`${path} must be an object`];
    const source = value as Record<string, unknown>;
    const unknown = Object.keys(source)
      .filter((key) => !Object.hasOwn(fields, key))
      .map((key) => `${path}.${key} is unknown`);
    return [...unknown, ...Object.entries(fields).flatMap(([key, check]) => check(source[key], `${path}.${key}`))];
  };

const optional =
  (entry: Check): Check =>
  (value, path) =>
    value === undefined ? [] : entry(value, path);

const metrics = shape({
  rows: count,
  baseRate: finite,
  brier: finite,
  brierOfBaseRate: finite,
  logLoss: finite,
  accuracy: finite,
  auc: finite,
  calibrationError: finite,
});
const share = rule((value) => typeof value === 'number' && value >= 0 && value <= 1, 'be in [0, 1]');
const listOrNone =
  (entry: Check): Check =>
  (value, path) =>
    Array.isArray(value) && value.length === 0 ? [] : list(entry, BINS_MAX)(value, path);
const histogram = shape({ edges: listOrNone(finite), shares: list(share, BINS_MAX), missing: share });
const importance = shape({ name: text, importance: finite, deviation: finite, low: finite, high: finite });
const source = shape({ name: text, symbol: text, bars: count, rows: count, from: text, to: text });
const manifest = shape({
  format: rule((value) => value === 1, 'be 1'),
  model: matching(MODEL_NAME),
  family: text,
  digest: matching(DIGEST),
  sizeBytes: count,
  featureSetHash: matching(FEATURE_SET_HASH),
  inputs: list(text, INPUTS_MAX),
  horizonBars: count,
  barInterval: optional(matching(BAR_INTERVAL)),
  baseRateUp: rate,
  heldOut: metrics,
  lineage: shape({ sources: list(source, 256), seed: whole, trainer: text, parameters: record(finite) }),
  licence: text,
  golden: shape({
    inputs: list(list(finite, INPUTS_MAX), GOLDEN_ROWS_MAX),
    scores: list(finite, GOLDEN_ROWS_MAX),
    probabilities: list(rate, GOLDEN_ROWS_MAX),
  }),
  inputDistribution: optional(record(histogram)),
  inputImportance: optional(list(importance, INPUTS_MAX)),
});

const furtherFaults = (value: ModelManifest): readonly string[] => {
  const { golden, inputs } = value;
  const faults: string[] = [];
  if (golden.inputs.some((row) => row.length !== inputs.length)) faults.push('manifest.golden.inputs must have one column an input');
  if (golden.scores.length !== golden.inputs.length) faults.push('manifest.golden.scores must have one score a row');
  if (golden.probabilities.length !== golden.inputs.length) faults.push('manifest.golden.probabilities must have one probability a row');
  for (const [name, { edges, shares }] of Object.entries(value.inputDistribution ?? {})) {
    if (!inputs.includes(name)) faults.push(`manifest.inputDistribution.${name} is not an input`);
    if (shares.length !== edges.length + 1) faults.push(`manifest.inputDistribution.${name}.shares must be one more than its edges`);
  }
  if (new Set(inputs).size !== inputs.length) faults.push('manifest.inputs must not repeat a name');
  return faults;
};

/** The manifest in JSON text. Throws ManifestError with every fault at once. */
export const parseManifest = (json: string): ModelManifest => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new ManifestError(['manifest is not JSON']);
  }
  const faults = manifest(value, 'manifest');
  if (faults.length > 0) throw new ManifestError(faults);
  const parsed = value as ModelManifest;
  const further = furtherFaults(parsed);
  if (further.length > 0) throw new ManifestError(further);
  return parsed;
};

/** Canonical JSON: keys sorted, so that equal manifests are equal text. */
export const manifestText = (value: ModelManifest): string => stateText(value);

import { createHash } from 'node:crypto';

import type { StepOutputs } from './inference-step.js';
import type { ModelManifest } from './manifest.js';
import { INPUT_NAME, PROBABILITY_OUTPUT, SCORE_OUTPUT } from './onnx-export.js';
import { ELEMENT_TYPE_FLOAT, STANDARD_DOMAINS } from './onnx-format.js';
import { inspectOnnx, OnnxFormatError, type OnnxSummary, type TensorSignature } from './onnx-inspection.js';

/** Why a model may not serve. The codes are stable; the order is the order of the checks. */
export type GateRule =
  | 'MANIFEST_INVALID'
  | 'BLOB_MISSING'
  | 'SIZE_LIMIT'
  | 'DIGEST_MISMATCH'
  | 'ONNX_INVALID'
  | 'EXTERNAL_DATA'
  | 'CUSTOM_OPERATOR_DOMAIN'
  | 'FEATURE_SET_UNKNOWN'
  | 'INPUT_UNKNOWN'
  | 'INPUT_SIGNATURE'
  | 'OUTPUT_SIGNATURE'
  | 'LOAD_FAILED'
  | 'RUN_FAILED'
  | 'TIME_LIMIT'
  | 'PROBABILITY_RANGE'
  | 'GOLDEN_MISMATCH'
  | 'LATENCY_BUDGET';

export interface GateRefusal {
  readonly rule: GateRule;
  readonly detail: string;
}

export interface GateLimits {
  readonly sizeBytesMax: number;
  /** Names of the features of each known set, by its hash. */
  readonly featureSets: ReadonlyMap<string, readonly string[]>;
}

/** Golden outputs may differ by this much: other families than ours use exponentials, whose last bits depend on the processor. */
export const GOLDEN_TOLERANCE = 1e-6;

const describe = ({ name, elementType, shape }: TensorSignature): string => `${name}: type ${elementType} [${shape.join(', ')}]`;

const isColumn = (signature: TensorSignature, name: string, columns: number): boolean =>
  signature.name === name &&
  signature.elementType === ELEMENT_TYPE_FLOAT &&
  signature.shape.length === 2 &&
  typeof signature.shape[0] === 'string' &&
  signature.shape[1] === columns;

const signatureRefusal = (summary: OnnxSummary, columns: number): GateRefusal | undefined => {
  const [input, ...further] = summary.inputs;
  if (input === undefined || further.length > 0 || !isColumn(input, INPUT_NAME, columns)) {
    return {
      rule: 'INPUT_SIGNATURE',
      detail: `needed is ${INPUT_NAME}: type 1 [N, ${columns}]; the file takes ${summary.inputs.map(describe).join('; ')}`,
    };
  }
  for (const name of [SCORE_OUTPUT, PROBABILITY_OUTPUT]) {
    if (summary.outputs.some((output) => isColumn(output, name, 1))) continue;
    return {
      rule: 'OUTPUT_SIGNATURE',
      detail: `needed is ${name}: type 1 [N, 1]; the file gives ${summary.outputs.map(describe).join('; ')}`,
    };
  }
  return undefined;
};

const inspectionRefusal = (bytes: Uint8Array, manifest: ModelManifest): GateRefusal | undefined => {
  let summary: OnnxSummary;
  try {
    summary = inspectOnnx(bytes);
  } catch (error) {
    if (!(error instanceof OnnxFormatError)) throw error;
    return { rule: 'ONNX_INVALID', detail: error.message };
  }
  if (summary.externalTensors.length > 0) {
    return { rule: 'EXTERNAL_DATA', detail: `tensors kept outside of the file: ${summary.externalTensors.slice(0, 5).join(', ')}` };
  }
  const foreign = [...new Set([...summary.nodeDomains, ...Object.keys(summary.opsets)])].filter((domain) => !STANDARD_DOMAINS.has(domain));
  if (foreign.length > 0) return { rule: 'CUSTOM_OPERATOR_DOMAIN', detail: `operators of ${foreign.join(', ')}` };
  return signatureRefusal(summary, manifest.inputs.length);
};

/** The checks of SPEC IN2 that need no run of the model: size, digest, self-containment, features, signature. Undefined when it may be loaded. */
export const refuseModelFile = (bytes: Uint8Array, manifest: ModelManifest, limits: GateLimits): GateRefusal | undefined => {
  if (bytes.length > limits.sizeBytesMax)
    return { rule: 'SIZE_LIMIT', detail: `${bytes.length} bytes; the limit is ${limits.sizeBytesMax}` };
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== manifest.digest || bytes.length !== manifest.sizeBytes) {
    return {
      rule: 'DIGEST_MISMATCH',
      detail: `the file is ${digest} of ${bytes.length} bytes; the manifest says ${manifest.digest} of ${manifest.sizeBytes}`,
    };
  }
  const names = limits.featureSets.get(manifest.featureSetHash);
  if (names === undefined) return { rule: 'FEATURE_SET_UNKNOWN', detail: `no feature set has the hash ${manifest.featureSetHash}` };
  const unknown = manifest.inputs.filter((input) => !names.includes(input));
  if (unknown.length > 0) return { rule: 'INPUT_UNKNOWN', detail: `the feature set has no ${unknown.join(', ')}` };
  return inspectionRefusal(bytes, manifest);
};

/** Golden inputs must give the manifest's outputs again, and each probability must be one. */
export const refuseGoldenOutputs = (manifest: ModelManifest, outputs: StepOutputs): GateRefusal | undefined => {
  const { scores, probabilities } = manifest.golden;
  for (let row = 0; row < scores.length; row += 1) {
    const score = outputs.scores[row] ?? Number.NaN;
    const probability = outputs.probabilities[row] ?? Number.NaN;
    if (!(probability > 0 && probability < 1))
      return { rule: 'PROBABILITY_RANGE', detail: `golden row ${row} gave the probability ${probability}` };
    const scoreMiss = Math.abs(score - scores[row]!);
    const probabilityMiss = Math.abs(probability - probabilities[row]!);
    if (!(scoreMiss <= GOLDEN_TOLERANCE && probabilityMiss <= GOLDEN_TOLERANCE)) {
      return {
        rule: 'GOLDEN_MISMATCH',
        detail: `golden row ${row} gave ${score} and ${probability}, not ${scores[row]} and ${probabilities[row]}`,
      };
    }
  }
  return undefined;
};

import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { type GateLimits, type ModelManifest, predictForest, refuseGoldenOutputs, refuseModelFile, trainBaseline } from '../src/index.js';
import { attributeGraph, attributeTensor, externalTensor, initializer, node, onnxModel } from './onnx-bytes.js';
import { seededGenerator } from '../src/seeded-generator.js';
import { FEATURE_SET, leaningBars } from './synthetic-bars.js';

const trained = trainBaseline({ dataset: 'synthetic', symbol: 'NDX', bars: leaningBars(2_500, 3) }, FEATURE_SET);
const LIMITS: GateLimits = { sizeBytesMax: 1_000_000, featureSets: new Map([[FEATURE_SET.hash, FEATURE_SET.names]]) };

const ruleFor = (bytes: Uint8Array, changes: Partial<ModelManifest> = {}, limits = LIMITS): string | undefined => {
  const digest = createHash('sha256').update(bytes).digest('hex');
  return refuseModelFile(bytes, { ...trained.manifest, digest, sizeBytes: bytes.length, ...changes }, limits)?.rule;
};

describe('model gate', () => {
  it('lets a well-formed model through', () => {
    expect(ruleFor(trained.onnx)).toBeUndefined();
  });

  it('refuses a file over the size limit before it looks at anything else', () => {
    expect(ruleFor(trained.onnx, { digest: '0'.repeat(64) }, { ...LIMITS, sizeBytesMax: 1_000 })).toBe('SIZE_LIMIT');
  });

  it('refuses a file that is not the one the manifest names', () => {
    expect(ruleFor(trained.onnx, { digest: '0'.repeat(64) })).toBe('DIGEST_MISMATCH');
    expect(ruleFor(trained.onnx, { sizeBytes: 3 })).toBe('DIGEST_MISMATCH');
  });

  it('refuses an unknown feature set and an input that the set lacks', () => {
    expect(ruleFor(trained.onnx, { featureSetHash: 'ffff0000' })).toBe('FEATURE_SET_UNKNOWN');
    expect(ruleFor(trained.onnx, { inputs: ['momentum', 'noise', 'vix'] })).toBe('INPUT_UNKNOWN');
  });

  it('refuses a model of another width than its inputs', () => {
    expect(ruleFor(trained.onnx, { inputs: ['momentum', 'noise'] })).toBe('INPUT_SIGNATURE');
  });

  it('refuses data kept outside of the file, in initializers, attributes and subgraphs', () => {
    expect(ruleFor(onnxModel(initializer(externalTensor)))).toBe('EXTERNAL_DATA');
    expect(ruleFor(onnxModel(node('', attributeTensor(externalTensor))))).toBe('EXTERNAL_DATA');
    expect(ruleFor(onnxModel(node('', attributeGraph(initializer(externalTensor)))))).toBe('EXTERNAL_DATA');
  });

  it('refuses operators of foreign domains, in subgraphs too', () => {
    expect(ruleFor(onnxModel(node('com.microsoft')))).toBe('CUSTOM_OPERATOR_DOMAIN');
    expect(ruleFor(onnxModel(node('', attributeGraph(node('evil.example')))))).toBe('CUSTOM_OPERATOR_DOMAIN');
    expect(ruleFor(onnxModel(() => undefined, 'evil.example'))).toBe('CUSTOM_OPERATOR_DOMAIN');
  });

  it('refuses graphs nested without end instead of running out of stack', () => {
    let nestedGraph = node('');
    for (let depth = 0; depth < 40; depth += 1) nestedGraph = node('', attributeGraph(nestedGraph));
    expect(ruleFor(onnxModel(nestedGraph))).toBe('ONNX_INVALID');
  });

  it('refuses a model cut short at any length', () => {
    for (let length = 0; length < trained.onnx.length; length += 997) {
      const rule = ruleFor(trained.onnx.subarray(0, length));
      expect(rule, `cut at ${length}`).toMatch(/^(ONNX_INVALID|INPUT_SIGNATURE|OUTPUT_SIGNATURE)$/);
    }
  });

  it('refuses seeded garbage and never throws', () => {
    const generator = seededGenerator(99);
    for (let round = 0; round < 300; round += 1) {
      const bytes = Uint8Array.from({ length: generator.below(400) }, () => generator.below(256));
      expect(ruleFor(bytes)).toBeDefined();
      const flipped = trained.onnx.slice();
      flipped[generator.below(60)]! ^= 1 << generator.below(8);
      expect(() => ruleFor(flipped)).not.toThrow();
    }
  });

  it('refuses golden outputs that differ, are missing or are no probability', () => {
    const { inputs } = trained.manifest.golden;
    const outputs = predictForest(trained.model, { rows: inputs.length, columns: 3, values: Float32Array.from(inputs.flat()) });
    const probabilities = Array.from(outputs.probabilities);
    expect(refuseGoldenOutputs(trained.manifest, outputs)).toBeUndefined();
    expect(refuseGoldenOutputs(trained.manifest, { scores: outputs.scores, probabilities: probabilities.with(2, 0.001) })?.rule).toBe(
      'GOLDEN_MISMATCH',
    );
    expect(refuseGoldenOutputs(trained.manifest, { scores: outputs.scores, probabilities: probabilities.with(2, 1) })?.rule).toBe(
      'PROBABILITY_RANGE',
    );
    expect(refuseGoldenOutputs(trained.manifest, { scores: outputs.scores, probabilities: probabilities.slice(1) })?.rule).toBeDefined();
    expect(refuseGoldenOutputs(trained.manifest, { scores: Array.from(outputs.scores).with(0, Number.NaN), probabilities })?.rule).toBe(
      'GOLDEN_MISMATCH',
    );
  });
});

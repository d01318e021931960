import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { inspectOnnx, parseManifest, predictForest, trainBaseline } from '../src/index.js';
import { FEATURE_SET, leaningBars } from './synthetic-bars.js';

const train = (seed: number): ReturnType<typeof trainBaseline> =>
  trainBaseline({ dataset: 'synthetic', symbol: 'NDX', bars: leaningBars(2_500, seed) }, FEATURE_SET);

describe('baseline training', () => {
  const trained = train(3);

  it('gives the same file and manifest each time', () => {
    const again = train(3);
    expect(again.manifest.digest).toBe(trained.manifest.digest);
    expect(again.manifestJson).toBe(trained.manifestJson);
    expect(train(4).manifest.digest).not.toBe(trained.manifest.digest);
  });

  it('names the file by its SHA-256 and size', () => {
    expect(trained.manifest.digest).toBe(createHash('sha256').update(trained.onnx).digest('hex'));
    expect(trained.manifest.sizeBytes).toBe(trained.onnx.length);
  });

  it('beats the base rate on rows that it never saw, when there is something to learn', () => {
    expect(trained.manifest.heldOut.auc).toBeGreaterThan(0.6);
    expect(trained.manifest.heldOut.brier).toBeLessThan(trained.manifest.heldOut.brierOfBaseRate);
  });

  it('writes what it was made from into the file itself', () => {
    const { metadata } = inspectOnnx(trained.onnx);
    expect(metadata).toMatchObject({
      feature_set_hash: FEATURE_SET.hash,
      horizon_bars: '5',
      inputs: 'momentum,noise,range',
      training_set: 'synthetic',
      seed: '20000103',
    });
    expect(metadata['training_to']! < '2000-01-03').toBe(true);
  });

  it('has a manifest that reads back equal and golden rows that the model gives again', () => {
    const parsed = parseManifest(trained.manifestJson);
    expect(parsed).toEqual(trained.manifest);
    const values = Float32Array.from(parsed.golden.inputs.flat());
    const outputs = predictForest(trained.model, { rows: parsed.golden.inputs.length, columns: 3, values });
    expect(Array.from(outputs.probabilities)).toEqual(parsed.golden.probabilities);
  });

  it('refuses to train on a bar of the years it will trade', () => {
    const late = leaningBars(2_500, 3, 20, Date.UTC(1994, 0, 1));
    expect(() => trainBaseline({ dataset: 'synthetic', symbol: 'NDX', bars: late }, FEATURE_SET)).toThrow(/is not before 2000-01-03/);
  });
});

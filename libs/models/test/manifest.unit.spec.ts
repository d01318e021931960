import { describe, expect, it } from 'vitest';

import { ManifestError, parseManifest, trainBaseline } from '../src/index.js';
import { FEATURE_SET, leaningBars } from './synthetic-bars.js';

const { manifest } = trainBaseline({ dataset: 'synthetic', symbol: 'NDX', bars: leaningBars(2_500, 3) }, FEATURE_SET);

const faultsOf = (value: unknown): readonly string[] => {
  try {
    parseManifest(JSON.stringify(value));
  } catch (error) {
    if (error instanceof ManifestError) return error.faults;
    throw error;
  }
  return [];
};

describe('model manifest', () => {
  it('reports every fault at once', () => {
    expect(faultsOf({ ...manifest, model: 'Bad Name', horizonBars: 0, baseRateUp: 1 })).toEqual([
      'manifest.model must match ^[a-z][a-z0-9-]{0,31}$',
      'manifest.horizonBars must be a whole number from 1',
      'manifest.baseRateUp must be in (0, 1)',
    ]);
  });

  it('refuses keys that it does not know', () => {
    expect(faultsOf({ ...manifest, lineage: { ...manifest.lineage, note: 'x' } })).toEqual(['manifest.lineage.note is unknown']);
  });

  it('refuses golden rows that do not fit the inputs', () => {
    expect(faultsOf({ ...manifest, golden: { ...manifest.golden, scores: [1] } })).toEqual([
      'manifest.golden.scores must have one score a row',
    ]);
    const { inputDistribution: _inputDistribution, ...bare } = manifest;
    expect(faultsOf({ ...bare, inputs: ['momentum', 'momentum', 'range'] })).toEqual(['manifest.inputs must not repeat a name']);
  });

  it('says what the inputs were like at training, and what the model loses without each', () => {
    expect(Object.keys(manifest.inputDistribution!)).toEqual(manifest.inputs);
    for (const { shares, missing } of Object.values(manifest.inputDistribution!))
      expect(shares.reduce((sum, share) => sum + share, missing)).toBeCloseTo(1, 12);
    const importance = Object.fromEntries(manifest.inputImportance!.map((entry) => [entry.name, entry.importance]));
    expect(importance['momentum']).toBeGreaterThan(10 * Math.abs(importance['noise']!));
  });

  it('refuses a distribution of what is no input, or whose shares do not fit its edges', () => {
    const inputDistribution = { other: { edges: [1], shares: [1], missing: 0 } };
    expect(faultsOf({ ...manifest, inputDistribution })).toEqual([
      'manifest.inputDistribution.other is not an input',
      'manifest.inputDistribution.other.shares must be one more than its edges',
    ]);
  });

  it('refuses text that is not JSON and JSON that is not an object', () => {
    expect(() => parseManifest('{')).toThrow(ManifestError);
    expect(faultsOf([])).toEqual(['manifest must be an object']);
    expect(faultsOf(null)).toEqual(['manifest must be an object']);
  });
});

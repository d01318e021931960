import { describe, expect, it } from 'vitest';

import { accuracy, areaUnderRoc, brierScore, expectedCalibrationError, fitPlatt, logLoss, probabilityMetrics } from '../src/index.js';
import { logistic } from '../src/logistic-loss.js';
import { seededGenerator } from '../src/seeded-generator.js';

describe('probability metrics', () => {
  it('gives the Brier score of the scikit-learn manual', () => {
    expect(brierScore([0.1, 0.9, 0.8, 0.3], [0, 1, 1, 0])).toBeCloseTo(0.0375, 12);
  });

  it('gives the log loss of the scikit-learn manual', () => {
    expect(logLoss([0.9, 0.1, 0.2, 0.65], [1, 0, 0, 1])).toBeCloseTo(0.21616, 5);
  });

  it('stays finite when a certain probability was wrong', () => {
    expect(logLoss([1], [0])).toBeCloseTo(-Math.log(1e-15), 1);
  });

  it('gives the area under the curve of the scikit-learn manual', () => {
    expect(areaUnderRoc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
  });

  it('counts tied scores half', () => {
    expect(areaUnderRoc([0.5, 0.5, 0.5, 0.5], [0, 1, 0, 1])).toBe(0.5);
    expect(areaUnderRoc([1, 2, 2, 3], [0, 0, 1, 1])).toBe(0.875);
    expect(areaUnderRoc([1, 2], [1, 1])).toBe(0.5);
  });

  it('weighs each bin of the calibration error by its rows', () => {
    // Bin 0.1: two rows, mean 0.15, half ones. Bin 0.9: two rows, mean 0.95, all ones.
    expect(expectedCalibrationError([0.1, 0.2, 0.9, 1], [0, 1, 1, 1])).toBeCloseTo((0.1 + 0.8 + 0.1 + 0) / 4, 12);
    expect(expectedCalibrationError([0.12, 0.18, 0.92, 0.98], [0, 1, 1, 1])).toBeCloseTo((0.7 + 0.1) / 4, 12);
  });

  it('counts a probability of one half as no call for a rise', () => {
    expect(accuracy([0.5, 0.51, 0.2], [1, 1, 0])).toBeCloseTo(2 / 3, 12);
  });

  it('sets the Brier score of the base rate beside the model', () => {
    expect(probabilityMetrics([0.5, 0.5, 0.5, 0.5], [0, 1, 1, 1]).brierOfBaseRate).toBeCloseTo(0.1875, 12);
    expect(() => probabilityMetrics([], [])).toThrow(RangeError);
  });
});

describe('Platt calibration', () => {
  const drawn = (slope: number, intercept: number, rows: number): { scores: Float64Array; labels: Uint8Array } => {
    const generator = seededGenerator(4);
    const scores = Float64Array.from({ length: rows }, () => 6 * generator.next() - 3);
    return { scores, labels: Uint8Array.from(scores, (score) => (generator.next() < logistic(slope * score + intercept) ? 1 : 0)) };
  };

  it('finds the curve that the labels were drawn from', () => {
    const { scores, labels } = drawn(1.4, -0.6, 40_000);
    const { slope, intercept } = fitPlatt(scores, labels);
    expect(slope).toBeCloseTo(1.4, 1);
    expect(intercept).toBeCloseTo(-0.6, 1);
  });

  it('stands where the likelihood is highest: both derivatives are zero', () => {
    const { scores, labels } = drawn(0.7, 0.2, 300);
    const { slope, intercept } = fitPlatt(scores, labels);
    const ones = labels.reduce((sum, label) => sum + label, 0);
    const target = (label: number): number => (label === 1 ? (ones + 1) / (ones + 2) : 1 / (labels.length - ones + 2));
    const rest = Array.from(scores, (score, row) => logistic(slope * score + intercept) - target(labels[row]!));
    expect(rest.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 7);
    expect(rest.reduce((sum, value, row) => sum + value * scores[row]!, 0)).toBeCloseTo(0, 7);
  });

  it('never turns the ranking round: a falling curve becomes the smoothed rate of ones', () => {
    const { slope, intercept } = fitPlatt([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 1]);
    expect(slope).toBe(0);
    expect(logistic(intercept)).toBeCloseTo(5 / 8, 12);
  });

  it('stays finite on labels that the score separates', () => {
    const { slope, intercept } = fitPlatt([-2, -1, 1, 2], [0, 0, 1, 1]);
    expect(Number.isFinite(slope) && Number.isFinite(intercept)).toBe(true);
    expect(logistic(2 * slope + intercept)).toBeLessThan(1);
  });
});

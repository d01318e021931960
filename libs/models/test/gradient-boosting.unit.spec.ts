import { describe, expect, it } from 'vitest';

import { areaUnderRoc, type BoostingParameters, evaluateForest, inputMatrix, trainForest, TrainingError } from '../src/index.js';
import { logisticCurvature, logisticGradient, logisticLoss } from '../src/logistic-loss.js';
import { exclusiveOr, syntheticRows } from './synthetic-rows.js';

const PARAMETERS: BoostingParameters = {
  treesMax: 60,
  depthMax: 2,
  leafRowsMin: 5,
  l2: 1,
  gainMin: 0,
  learningRate: 0.3,
  binsMax: 64,
  rowFraction: 1,
  columnFraction: 1,
  patienceTrees: 60,
  seed: 1,
};

describe('gradient boosting', () => {
  it('learns exclusive or, which no single split can', () => {
    const train = syntheticRows(2_000, 4, 11, exclusiveOr);
    const test = syntheticRows(1_000, 4, 12, exclusiveOr);
    const { forest, importance } = trainForest(train, test, { ...PARAMETERS, rowFraction: 0.8 });
    const scores = evaluateForest(forest, test.inputs);
    const right = scores.filter((score, row) => (score > 0 ? 1 : 0) === test.labels[row]).length;
    expect(right / scores.length).toBeGreaterThan(0.97);
    expect(importance[0]! + importance[1]!).toBeGreaterThan(0.9);
  });

  it('gives scores that rise with an input that only raises the odds', () => {
    const rows = syntheticRows(6_000, 1, 5, (row) => 0.5 + 0.4 * row[0]!);
    const { forest } = trainForest(rows, rows, { ...PARAMETERS, depthMax: 1, learningRate: 0.1 });
    const grid = inputMatrix(Float32Array.from([-0.9, -0.5, 0, 0.5, 0.9]), 1);
    const scores = Array.from(evaluateForest(forest, grid));
    expect(scores).toEqual([...scores].sort((left, right) => left - right));
    expect(1 / (1 + Math.exp(-scores[4]!))).toBeCloseTo(0.86, 1);
  });

  it('finds the one step of a step function at its very place', () => {
    const values = Float32Array.from({ length: 200 }, (_, row) => row / 10);
    const labels = Uint8Array.from(values, (value) => (value > Math.fround(12.3) ? 1 : 0));
    const rows = { inputs: inputMatrix(values, 1), labels };
    const { forest } = trainForest(rows, rows, { ...PARAMETERS, treesMax: 1, depthMax: 1, binsMax: 256 });
    const threshold = forest.trees[0]!.threshold[0]!;
    expect(threshold).toBeGreaterThanOrEqual(Math.fround(12.3));
    expect(threshold).toBeLessThan(Math.fround(12.4));
  });

  it('never raises the training loss when each tree sees all rows', () => {
    const train = syntheticRows(1_500, 6, 3, (row) => 0.5 + 0.3 * row[0]! * row[1]!);
    const { trainLoss } = trainForest(train, train, { ...PARAMETERS, depthMax: 3, learningRate: 0.1 });
    for (let index = 1; index < trainLoss.length; index += 1) expect(trainLoss[index]!).toBeLessThanOrEqual(trainLoss[index - 1]!);
  });

  it('gives the same forest for the same seed and another for another', () => {
    const train = syntheticRows(800, 5, 8, (row) => 0.5 + 0.4 * row[2]!);
    const sampled = { ...PARAMETERS, rowFraction: 0.5, columnFraction: 0.5 };
    const once = trainForest(train, train, sampled).forest;
    expect(trainForest(train, train, sampled).forest).toEqual(once);
    expect(trainForest(train, train, { ...sampled, seed: 2 }).forest).not.toEqual(once);
  });

  it('keeps the length with the best validation loss and stops when patience ends', () => {
    const train = syntheticRows(400, 8, 21, () => 0.5);
    const validation = syntheticRows(400, 8, 22, () => 0.5);
    const { forest, validationLoss } = trainForest(train, validation, { ...PARAMETERS, treesMax: 500, depthMax: 4, patienceTrees: 20 });
    const best = validationLoss.indexOf(Math.min(...validationLoss)) + 1;
    expect(forest.trees.length === best || forest.trees.length === 0).toBe(true);
    expect(validationLoss.length).toBe(forest.trees.length + 20);
  });

  it('uses the derivatives of the loss it minimises', () => {
    const step = 1e-5;
    for (const margin of [-6, -1.5, 0, 0.3, 4]) {
      for (const label of [0, 1]) {
        const slope = (logisticLoss(margin + step, label) - logisticLoss(margin - step, label)) / (2 * step);
        const bend = (logisticGradient(margin + step, label) - logisticGradient(margin - step, label)) / (2 * step);
        expect(logisticGradient(margin, label)).toBeCloseTo(slope, 8);
        expect(logisticCurvature(margin)).toBeCloseTo(bend, 8);
      }
    }
  });

  it('gives the leaf the weight of the published formula', () => {
    const rows = { inputs: inputMatrix(Float32Array.from([0, 0, 0, 1, 1, 1, 1, 1]), 1), labels: Uint8Array.from([0, 0, 0, 1, 1, 1, 1, 0]) };
    const { forest } = trainForest(rows, rows, { ...PARAMETERS, treesMax: 1, depthMax: 1, leafRowsMin: 1, l2: 2, learningRate: 0.5 });
    // Half of the labels are 1, so every gradient is p - y with p = 0.5, every curvature 0.25.
    expect(forest.baseScore).toBe(0);
    expect(forest.trees[0]!.leaf[1]).toBe(Math.fround((-0.5 * 1.5) / (0.75 + 2)));
    expect(forest.trees[0]!.leaf[2]).toBe(Math.fround((-0.5 * -1.5) / (1.25 + 2)));
  });

  it('breaks ties by the first column and the lowest cut, so that a copy of a column changes nothing', () => {
    const values = Float32Array.from([0, 0, 1, 1, 2, 2, 3, 3].flatMap((value) => [value, value]));
    const rows = { inputs: inputMatrix(values, 2), labels: Uint8Array.from([0, 0, 1, 1, 1, 1, 0, 0]) };
    const { forest } = trainForest(rows, rows, { ...PARAMETERS, treesMax: 1, depthMax: 1, leafRowsMin: 1 });
    expect([forest.trees[0]!.feature[0], forest.trees[0]!.threshold[0]]).toEqual([0, 0.5]);
  });

  it('ranks held-out rows of a weak signal better than chance', () => {
    const weak = (row: Float32Array): number => 0.5 + 0.15 * Math.sign(row[0]!);
    const test = syntheticRows(2_000, 10, 32, weak);
    const { forest } = trainForest(syntheticRows(3_000, 10, 31, weak), test, { ...PARAMETERS, learningRate: 0.05, l2: 10 });
    expect(areaUnderRoc(evaluateForest(forest, test.inputs), test.labels)).toBeGreaterThan(0.6);
  });

  it('refuses labels that are all the same and settings out of range, naming each', () => {
    const rows = syntheticRows(50, 2, 1, () => 1);
    expect(() => trainForest(rows, rows, PARAMETERS)).toThrow(TrainingError);
    expect(() => trainForest(rows, rows, { ...PARAMETERS, l2: 0, depthMax: 0 })).toThrow(/depthMax.*l2/);
  });
});

import { describe, expect, it } from 'vitest';

import { calibrateForest, evaluateForest, fitPlatt, inputMatrix, PROBABILITY_LEVELS, trainForest } from '../src/index.js';
import { logistic } from '../src/logistic-loss.js';
import { exclusiveOr, syntheticRows } from './synthetic-rows.js';

const rows = syntheticRows(1_000, 3, 4, (row) => 0.2 + 0.6 * exclusiveOr(row));
const { forest } = trainForest(rows, rows, {
  treesMax: 40,
  depthMax: 3,
  leafRowsMin: 5,
  l2: 1,
  gainMin: 0,
  learningRate: 0.2,
  binsMax: 64,
  rowFraction: 1,
  columnFraction: 1,
  patienceTrees: 40,
  seed: 1,
});
const scores = evaluateForest(forest, rows.inputs);
const grid = Float32Array.from({ length: 2_001 }, (_, index) => {
  const low = Math.min(...scores);
  return low + ((Math.max(...scores) - low) * index) / 2_000;
});

describe('calibration table', () => {
  it('is the calibrated curve, to half a step, over every score that the forest can give', () => {
    const calibration = fitPlatt(scores, rows.labels);
    const probabilities = evaluateForest(calibrateForest(forest, calibration).table, inputMatrix(grid, 1));
    grid.forEach((score, index) => {
      const expected = logistic(calibration.slope * score + calibration.intercept);
      expect(Math.abs(probabilities[index]! - expected)).toBeLessThanOrEqual(0.5 / PROBABILITY_LEVELS + 1e-6);
      expect((probabilities[index]! * PROBABILITY_LEVELS) % 1).toBe(0);
    });
    expect(Array.from(probabilities)).toEqual(Array.from(probabilities).sort((left, right) => left - right));
    expect(new Set(probabilities).size).toBeGreaterThan(200);
  });

  it('keeps probabilities inside (0, 1) however steep the curve', () => {
    const table = calibrateForest(forest, { slope: 500, intercept: 0 }).table;
    const probabilities = evaluateForest(table, inputMatrix(grid, 1));
    expect(Math.min(...probabilities)).toBe(1 / PROBABILITY_LEVELS);
    expect(Math.max(...probabilities)).toBe(1 - 1 / PROBABILITY_LEVELS);
  });

  it('is one constant when the scores say nothing', () => {
    const { table } = calibrateForest(forest, { slope: 0, intercept: Math.log(3) });
    expect(table.trees[0]!.leaf.length).toBe(1);
    expect(new Set(evaluateForest(table, inputMatrix(grid, 1)))).toEqual(new Set([0.75]));
  });
});

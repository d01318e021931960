import { inputMatrix, type LabelledRows } from '../src/index.js';
import { seededGenerator } from '../src/seeded-generator.js';

/** Rows of uniform inputs in [-1, 1) whose label is drawn with the probability that `rule` gives. */
export const syntheticRows = (rows: number, columns: number, seed: number, rule: (row: Float32Array) => number): LabelledRows => {
  const generator = seededGenerator(seed);
  const values = Float32Array.from({ length: rows * columns }, () => 2 * generator.next() - 1);
  const labels = Uint8Array.from({ length: rows }, (_, row) =>
    generator.next() < rule(values.subarray(row * columns, (row + 1) * columns)) ? 1 : 0,
  );
  return { inputs: inputMatrix(values, columns), labels };
};

/** One when exactly one of the first two inputs is positive. */
export const exclusiveOr = (row: Float32Array): number => (row[0]! > 0 !== row[1]! > 0 ? 1 : 0);

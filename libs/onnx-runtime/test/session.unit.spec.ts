import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import {
  type BoostingParameters,
  calibrateForest,
  type CalibratedForest,
  evaluateForest,
  exportOnnx,
  fitPlatt,
  inputMatrix,
  predictForest,
  trainForest,
} from '@tradewind/models';
import { describe, expect, it } from 'vitest';

import { loadSession, SessionError } from '../src/index.js';

const COLUMNS = 12;
const ROWS = 1_200;
const PARAMETERS: BoostingParameters = {
  treesMax: 120,
  depthMax: 4,
  leafRowsMin: 5,
  l2: 1,
  gainMin: 0,
  learningRate: 0.1,
  binsMax: 128,
  rowFraction: 0.7,
  columnFraction: 0.7,
  patienceTrees: 120,
  seed: 6,
};

/** A repeatable wave without any generator: enough to spread rows over all leaves. */
const VALUES = Float32Array.from({ length: ROWS * COLUMNS }, (_, index) => Math.sin(index * 12.9898) * 3);
const INPUTS = inputMatrix(VALUES, COLUMNS);

const model = ((): CalibratedForest => {
  const labels = Uint8Array.from({ length: ROWS }, (_, row) =>
    VALUES[row * COLUMNS]! * VALUES[row * COLUMNS + 1]! + VALUES[row * COLUMNS + 2]! > 0 ? 1 : 0,
  );
  const { forest } = trainForest({ inputs: INPUTS, labels }, { inputs: INPUTS, labels }, PARAMETERS);
  return calibrateForest(forest, fitPlatt(evaluateForest(forest, INPUTS), labels));
})();
const onnx = exportOnnx(model, {});

describe('onnx session', () => {
  it('gives exactly the scores and probabilities that the trainer computes', async () => {
    const session = await loadSession(onnx);
    const given = await session.run(VALUES, ROWS);
    const expected = predictForest(model, INPUTS);
    const difference = given.scores.reduce((most, score, row) => Math.max(most, Math.abs(score - expected.scores[row]!)), 0);
    expect(model.forest.trees.length).toBeGreaterThan(100);
    expect(difference).toBe(0);
    expect(given.probabilities).toEqual(expected.probabilities);
    expect(new Set(given.probabilities).size).toBeGreaterThan(10);
  });

  it('falls on the same side as the trainer for a value equal to a threshold, and for its neighbours in float32', async () => {
    const session = await loadSession(onnx);
    const bits = new Uint32Array(1);
    const float = new Float32Array(bits.buffer);
    const rows: number[] = [];
    for (const tree of model.forest.trees.slice(0, 40)) {
      for (const step of [-1, 0, 1]) {
        float[0] = tree.threshold[0]!;
        bits[0]! += step;
        const row = new Array<number>(COLUMNS).fill(0.25);
        row[tree.feature[0]!] = float[0]!;
        rows.push(...row);
      }
    }
    const inputs = inputMatrix(Float32Array.from(rows), COLUMNS);
    expect((await session.run(inputs.values, inputs.rows)).scores).toEqual(evaluateForest(model.forest, inputs));
  });

  it('gives a row the same bits alone as in a batch of any size', async () => {
    const session = await loadSession(onnx);
    const whole = await session.run(VALUES, ROWS);
    for (const size of [1, 2, 7, 10, 49, 50, 51, 100, 128, 129]) {
      for (let row = 0; row + size <= 400; row += size) {
        const part = await session.run(VALUES.slice(row * COLUMNS, (row + size) * COLUMNS), size);
        expect(part.scores, `rows ${row} to ${row + size}`).toEqual(whole.scores.slice(row, row + size));
        expect(part.probabilities).toEqual(whole.probabilities.slice(row, row + size));
      }
    }
  });

  it('refuses bytes that are no model, and input of another width, by code', async () => {
    await expect(loadSession(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ name: 'SessionError', code: 'LOAD_FAILED' });
    const session = await loadSession(onnx);
    await expect(session.run(new Float32Array(5), 1)).rejects.toMatchObject({ code: 'RUN_FAILED' });
    await expect(session.run(new Float32Array(5), 2)).rejects.toBeInstanceOf(SessionError);
  });
});

const thirdParty = resolve(process.env['TRADEWIND_DATA_DIR'] ?? '../shared/data', 'onnx');
const files = existsSync(thirdParty) ? readdirSync(thirdParty).filter((name) => name.endsWith('.onnx')) : [];

describe.skipIf(files.length === 0)(`third-party models in TRADEWIND_DATA_DIR${files.length === 0 ? ' (absent: skipped)' : ''}`, () => {
  it.each(files)('refuses %s for its signature', async (name) => {
    await expect(loadSession(readFileSync(resolve(thirdParty, name)))).rejects.toMatchObject({ code: 'SIGNATURE' });
  });
});

import { type FeatureImportance, permutationImportance, trainingHistogram, type TrainingHistogram } from '@tradewind/features';

import { type CalibratedForest, predictForest } from './calibrated-forest.js';
import type { Dataset } from './dataset.js';
import { logLoss } from './metrics.js';
import { seededGenerator } from './seeded-generator.js';

const REPEATS = 5;

/** How each input was distributed over the training rows: what the inputs of live steps are compared with. */
export const inputDistribution = (
  names: readonly string[],
  { inputs }: Pick<Dataset, 'inputs'>,
): Readonly<Record<string, TrainingHistogram>> => {
  const { rows, columns, values } = inputs;
  return Object.fromEntries(
    names.map((name, column) => [
      name,
      trainingHistogram(Float64Array.from({ length: rows }, (_value, row) => values[row * columns + column]!)),
    ]),
  );
};

/** What the model's log loss on held-out rows grows by when an input is shuffled; seeded, greatest first. */
export const inputImportance = (
  names: readonly string[],
  model: CalibratedForest,
  { inputs, labels }: Pick<Dataset, 'inputs' | 'labels'>,
  seed: number,
): readonly FeatureImportance[] => {
  const { rows: count, columns, values } = inputs;
  const rows = Array.from({ length: count }, (_value, row) => Float64Array.from(values.subarray(row * columns, (row + 1) * columns)));
  const generator = seededGenerator(seed);
  const block = new Float32Array(count * columns);
  return permutationImportance({
    names,
    rows,
    loss: (shuffled) => {
      for (const [row, cells] of shuffled.entries()) block.set(cells, row * columns);
      return logLoss(predictForest(model, { rows: count, columns, values: block }).probabilities, labels);
    },
    random: () => generator.next(),
    repeats: REPEATS,
  });
};

import { binMatrix } from './binning.js';
import { type Forest, leafOf, type Tree } from './forest.js';
import { logisticCurvature, logisticGradient, logisticLoss, logit } from './logistic-loss.js';
import type { InputMatrix } from './matrix.js';
import { sampleIndexes, seededGenerator, type SeededGenerator } from './seeded-generator.js';
import { type GrowthLimits, TreeGrower } from './tree-growth.js';

export interface BoostingParameters extends GrowthLimits {
  readonly treesMax: number;
  readonly binsMax: number;
  /** Share of rows that each tree sees (Friedman, "Stochastic gradient boosting", 2002). */
  readonly rowFraction: number;
  /** Share of columns that each tree sees. */
  readonly columnFraction: number;
  /** Trees without a better validation loss before training stops. */
  readonly patienceTrees: number;
  readonly seed: number;
}

export interface LabelledRows {
  readonly inputs: InputMatrix;
  /** 0 or 1, one a row. */
  readonly labels: Uint8Array;
}

export interface BoostingResult {
  readonly forest: Forest;
  /** Mean logistic loss after each tree that was grown, also the ones that early stopping dropped. */
  readonly trainLoss: readonly number[];
  readonly validationLoss: readonly number[];
  /** Share of the total split gain that each input brought. */
  readonly importance: readonly number[];
}

export class TrainingError extends Error {
  override readonly name = 'TrainingError';
  readonly code = 'TRAINING_INVALID';
}

const checkParameters = (parameters: BoostingParameters): void => {
  const { treesMax, depthMax, leafRowsMin, l2, gainMin, learningRate, rowFraction, columnFraction, patienceTrees } = parameters;
  const faults = [
    [Number.isInteger(treesMax) && treesMax >= 1 && treesMax <= 5_000, 'treesMax must be 1 to 5000'],
    [Number.isInteger(depthMax) && depthMax >= 1 && depthMax <= 12, 'depthMax must be 1 to 12'],
    [Number.isInteger(leafRowsMin) && leafRowsMin >= 1, 'leafRowsMin must be at least 1'],
    [l2 > 0, 'l2 must be positive'],
    [gainMin >= 0, 'gainMin must not be negative'],
    [learningRate > 0 && learningRate <= 1, 'learningRate must be in (0, 1]'],
    [rowFraction > 0 && rowFraction <= 1, 'rowFraction must be in (0, 1]'],
    [columnFraction > 0 && columnFraction <= 1, 'columnFraction must be in (0, 1]'],
    [Number.isInteger(patienceTrees) && patienceTrees >= 1, 'patienceTrees must be at least 1'],
  ]
    .filter(([holds]) => holds !== true)
    .map(([, text]) => text);
  if (faults.length > 0) throw new TrainingError(faults.join('; '));
};

const baseMargin = (labels: Uint8Array): number => {
  const ones = labels.reduce((sum, label) => sum + label, 0);
  if (ones === 0 || ones === labels.length) throw new TrainingError('the labels are all the same');
  return Math.fround(logit(ones / labels.length));
};

const meanLoss = (margins: Float64Array, labels: Uint8Array): number => {
  let sum = 0;
  for (let row = 0; row < margins.length; row += 1) sum += logisticLoss(margins[row]!, labels[row]!);
  return sum / margins.length;
};

const addTree = (tree: Tree, inputs: InputMatrix, margins: Float64Array): void => {
  for (let row = 0; row < inputs.rows; row += 1) margins[row]! += tree.leaf[leafOf(tree, inputs.values, row * inputs.columns)]!;
};

const sampled = (size: number, fraction: number, generator: SeededGenerator): Int32Array =>
  sampleIndexes(size, Math.max(1, Math.round(size * fraction)), generator);

/**
 * Gradient-boosted trees for a 0/1 label: Newton steps on the logistic loss, fitted tree by tree (Friedman, "Greedy function approximation:
 * a gradient boosting machine", 2001; second-order weights of Chen and Guestrin, 2016), on histograms of float32 bins. Stops when
 * `validation` has not improved for `patienceTrees` and keeps the best length. The same rows, parameters and seed give the same forest.
 */
export const trainForest = (train: LabelledRows, validation: LabelledRows, parameters: BoostingParameters): BoostingResult => {
  checkParameters(parameters);
  for (const { inputs, labels } of [train, validation]) {
    if (inputs.rows !== labels.length || inputs.rows === 0) throw new TrainingError(`${inputs.rows} rows and ${labels.length} labels`);
  }
  const generator = seededGenerator(parameters.seed);
  const grower = new TreeGrower(binMatrix(train.inputs, parameters.binsMax), parameters);
  const baseScore = baseMargin(train.labels);
  const margins = new Float64Array(train.inputs.rows).fill(baseScore);
  const heldOut = new Float64Array(validation.inputs.rows).fill(baseScore);
  const gradients = new Float64Array(margins.length);
  const curvatures = new Float64Array(margins.length);
  const trees: Tree[] = [];
  const trainLoss: number[] = [];
  const validationLoss: number[] = [];
  let best = meanLoss(heldOut, validation.labels);
  let bestLength = 0;
  while (trees.length < parameters.treesMax && trees.length - bestLength < parameters.patienceTrees) {
    for (let row = 0; row < margins.length; row += 1) {
      gradients[row] = logisticGradient(margins[row]!, train.labels[row]!);
      curvatures[row] = logisticCurvature(margins[row]!);
    }
    const rows = sampled(margins.length, parameters.rowFraction, generator);
    const columns = sampled(train.inputs.columns, parameters.columnFraction, generator);
    const tree = grower.grow(rows, columns, { gradients, curvatures });
    trees.push(tree);
    addTree(tree, train.inputs, margins);
    addTree(tree, validation.inputs, heldOut);
    trainLoss.push(meanLoss(margins, train.labels));
    validationLoss.push(meanLoss(heldOut, validation.labels));
    if (validationLoss.at(-1)! < best) {
      best = validationLoss.at(-1)!;
      bestLength = trees.length;
    }
  }
  const totalGain = grower.gainByColumn.reduce((sum, gain) => sum + gain, 0);
  return {
    forest: { inputs: train.inputs.columns, baseScore, trees: trees.slice(0, bestLength) },
    trainLoss,
    validationLoss,
    importance: Array.from(grower.gainByColumn, (gain) => (totalGain > 0 ? gain / totalGain : 0)),
  };
};

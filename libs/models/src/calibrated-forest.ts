import { evaluateForest, type Forest, type Tree } from './forest.js';
import { logistic, logit } from './logistic-loss.js';
import type { InputMatrix } from './matrix.js';
import type { PlattCalibration } from './platt-calibration.js';

/** A forest with its calibration as a second, one-tree forest over the score. */
export interface CalibratedForest {
  readonly forest: Forest;
  readonly calibration: PlattCalibration;
  readonly table: Forest;
}

export interface ForestOutputs {
  readonly scores: Float32Array;
  readonly probabilities: Float32Array;
}

/** Calibrated probabilities are multiples of 1/1024: an error of at most 1/2048, far below what any calibration can claim. */
export const PROBABILITY_LEVELS = 1_024;

interface GrowingTree {
  readonly threshold: number[];
  readonly left: number[];
  readonly right: number[];
  readonly leaf: number[];
}

/** Lowest and highest score that the forest can give. */
const scoreRange = (forest: Forest): readonly [number, number] => {
  let low = forest.baseScore;
  let high = forest.baseScore;
  for (const tree of forest.trees) {
    const leaves = Array.from(tree.leaf).filter((_, node) => tree.left[node] === -1);
    low += Math.min(...leaves);
    high += Math.max(...leaves);
  }
  return [low, high];
};

/** A balanced tree that gives `levels[k]` for scores in (cuts[k - 1], cuts[k]]. Returns the index of its root. */
const balance = (tree: GrowingTree, cuts: readonly number[], levels: readonly number[]): number => {
  const node = tree.leaf.length;
  const middle = cuts.length >>> 1;
  tree.threshold.push(cuts[middle] ?? 0);
  tree.leaf.push(cuts.length === 0 ? levels[0]! : 0);
  tree.left.push(-1);
  tree.right.push(-1);
  if (cuts.length > 0) {
    tree.left[node] = balance(tree, cuts.slice(0, middle), levels.slice(0, middle + 1));
    tree.right[node] = balance(tree, cuts.slice(middle + 1), levels.slice(middle + 1));
  }
  return node;
};

const levelOf = (probability: number): number =>
  Math.min(PROBABILITY_LEVELS - 1, Math.max(1, Math.round(probability * PROBABILITY_LEVELS)));

/**
 * Tabulates the curve over the scores the forest can reach. The graph then holds comparisons and float32 additions only and no exponential,
 * whose last bits depend on the processor; so a model says the same on every machine, alone or in a batch.
 */
export const calibrateForest = (forest: Forest, calibration: PlattCalibration): CalibratedForest => {
  const { slope, intercept } = calibration;
  const [low, high] = scoreRange(forest);
  const first = levelOf(logistic(slope * low + intercept));
  const last = levelOf(logistic(slope * high + intercept));
  const levels = Array.from({ length: last - first + 1 }, (_, index) => (first + index) / PROBABILITY_LEVELS);
  const cuts = levels.slice(0, -1).map((level) => Math.fround((logit(level + 0.5 / PROBABILITY_LEVELS) - intercept) / slope));
  const growing: GrowingTree = { threshold: [], left: [], right: [], leaf: [] };
  balance(growing, cuts, levels);
  const tree: Tree = {
    feature: new Int32Array(growing.leaf.length),
    threshold: Float32Array.from(growing.threshold),
    left: Int32Array.from(growing.left),
    right: Int32Array.from(growing.right),
    leaf: Float32Array.from(growing.leaf),
  };
  return { forest, calibration, table: { inputs: 1, baseScore: 0, trees: [tree] } };
};

/** Scores and calibrated probabilities, bit for bit what the exported ONNX file gives. */
export const predictForest = (model: CalibratedForest, inputs: InputMatrix): ForestOutputs => {
  const scores = evaluateForest(model.forest, inputs);
  const probabilities = evaluateForest(model.table, { rows: scores.length, columns: 1, values: scores });
  return { scores, probabilities };
};

import type { InputMatrix } from './matrix.js';

/** One regression tree in flat arrays; node 0 is the root. A node is a leaf when `left` is -1. */
export interface Tree {
  readonly feature: Int32Array;
  /** `value <= threshold` goes left, both float32. */
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly leaf: Float32Array;
}

/** An additive ensemble. The score of a row is the float32 sum of one leaf a tree, in order, then `baseScore`. */
export interface Forest {
  readonly inputs: number;
  readonly baseScore: number;
  readonly trees: readonly Tree[];
}

/** Index of the leaf that the row starting at `offset` falls into. */
export const leafOf = (tree: Tree, values: Float32Array, offset: number): number => {
  let node = 0;
  while (tree.left[node] !== -1) {
    const value = values[offset + tree.feature[node]!]!;
    node = value <= tree.threshold[node]! ? tree.left[node]! : tree.right[node]!;
  }
  return node;
};

/**
 * Scores of each row in float32 arithmetic, added in tree order. This is exactly what ONNX Runtime's TreeEnsembleRegressor does on one
 * thread, so the exported file can be held to it bit by bit.
 */
export const evaluateForest = (forest: Forest, matrix: InputMatrix): Float32Array => {
  if (matrix.columns !== forest.inputs) throw new RangeError(`the forest reads ${forest.inputs} inputs, the matrix has ${matrix.columns}`);
  const scores = new Float32Array(matrix.rows);
  for (let row = 0; row < matrix.rows; row += 1) {
    const offset = row * matrix.columns;
    let sum = 0;
    for (const tree of forest.trees) sum = Math.fround(sum + tree.leaf[leafOf(tree, matrix.values, offset)]!);
    scores[row] = Math.fround(sum + forest.baseScore);
  }
  return scores;
};

/** Nodes over all trees, leaves included. */
export const nodeCount = (forest: Forest): number => forest.trees.reduce((sum, tree) => sum + tree.left.length, 0);

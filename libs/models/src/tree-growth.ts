import type { BinnedMatrix } from './binning.js';
import type { Tree } from './forest.js';

export interface GrowthLimits {
  readonly depthMax: number;
  /** Fewest rows in a leaf. */
  readonly leafRowsMin: number;
  /** L2 penalty on leaf weights (lambda). */
  readonly l2: number;
  /** Least gain that pays for a split (gamma). */
  readonly gainMin: number;
  /** Shrinkage of the leaf weights. */
  readonly learningRate: number;
}

export interface Derivatives {
  readonly gradients: Float64Array;
  readonly curvatures: Float64Array;
}

interface Split {
  readonly column: number;
  /** Codes up to and including this one go left. */
  readonly code: number;
  readonly gain: number;
}

interface PendingNode {
  readonly node: number;
  readonly depth: number;
  readonly from: number;
  readonly to: number;
}

const BIN_SLOTS = 256;

/** Grows trees over one binned matrix; the histograms are allocated once. */
export class TreeGrower {
  readonly #binned: BinnedMatrix;
  readonly #limits: GrowthLimits;
  readonly #gradientSums = new Float64Array(BIN_SLOTS);
  readonly #curvatureSums = new Float64Array(BIN_SLOTS);
  readonly #counts = new Int32Array(BIN_SLOTS);
  /** Gain that each column has brought so far, over all trees. */
  readonly gainByColumn: Float64Array;

  constructor(binned: BinnedMatrix, limits: GrowthLimits) {
    this.#binned = binned;
    this.#limits = limits;
    this.gainByColumn = new Float64Array(binned.columns);
  }

  /**
   * One tree on the given rows and columns. Leaf weight -G / (H + lambda) and split gain as in Chen and Guestrin, "XGBoost: A Scalable
   * Tree Boosting System", KDD 2016, equations 5 and 7. Ties go to the lowest column, then the lowest cut.
   */
  grow(sampledRows: Int32Array, columns: Int32Array, derivatives: Derivatives): Tree {
    const rows = sampledRows.slice();
    const feature: number[] = [0];
    const threshold: number[] = [0];
    const left: number[] = [-1];
    const right: number[] = [-1];
    const leaf: number[] = [0];
    const pending: PendingNode[] = [{ node: 0, depth: 0, from: 0, to: rows.length }];
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const split = next.depth < this.#limits.depthMax ? this.#bestSplit(rows, next, columns, derivatives) : undefined;
      if (split === undefined) {
        leaf[next.node] = this.#leafWeight(rows, next, derivatives);
        continue;
      }
      this.gainByColumn[split.column]! += split.gain;
      const middle = this.#partition(rows, next, split);
      const child = feature.length;
      feature[next.node] = split.column;
      threshold[next.node] = this.#binned.cuts[split.column]![split.code]!;
      left[next.node] = child;
      right[next.node] = child + 1;
      for (const [from, to] of [
        [next.from, middle],
        [middle, next.to],
      ] as const) {
        pending.push({ node: feature.length, depth: next.depth + 1, from, to });
        feature.push(0);
        threshold.push(0);
        left.push(-1);
        right.push(-1);
        leaf.push(0);
      }
    }
    return {
      feature: Int32Array.from(feature),
      threshold: Float32Array.from(threshold),
      left: Int32Array.from(left),
      right: Int32Array.from(right),
      leaf: Float32Array.from(leaf),
    };
  }

  #leafWeight(rows: Int32Array, { from, to }: PendingNode, { gradients, curvatures }: Derivatives): number {
    let gradient = 0;
    let curvature = 0;
    for (let index = from; index < to; index += 1) {
      gradient += gradients[rows[index]!]!;
      curvature += curvatures[rows[index]!]!;
    }
    return Math.fround((-this.#limits.learningRate * gradient) / (curvature + this.#limits.l2));
  }

  #bestSplit(rows: Int32Array, node: PendingNode, columns: Int32Array, derivatives: Derivatives): Split | undefined {
    if (node.to - node.from < 2 * this.#limits.leafRowsMin) return undefined;
    let best: Split | undefined;
    for (const column of columns) {
      this.#fillHistogram(rows, node, column, derivatives);
      const split = this.#bestCut(column, node.to - node.from);
      if (split !== undefined && split.gain > (best?.gain ?? this.#limits.gainMin)) best = split;
    }
    return best;
  }

  #fillHistogram(rows: Int32Array, { from, to }: PendingNode, column: number, { gradients, curvatures }: Derivatives): void {
    const gradientSums = this.#gradientSums.fill(0);
    const curvatureSums = this.#curvatureSums.fill(0);
    const counts = this.#counts.fill(0);
    const codes = this.#binned.codes;
    const start = column * this.#binned.rows;
    for (let index = from; index < to; index += 1) {
      const row = rows[index]!;
      const code = codes[start + row]!;
      gradientSums[code]! += gradients[row]!;
      curvatureSums[code]! += curvatures[row]!;
      counts[code]! += 1;
    }
  }

  #bestCut(column: number, rowCount: number): Split | undefined {
    const { l2, leafRowsMin } = this.#limits;
    const cuts = this.#binned.cuts[column]!.length;
    let gradient = 0;
    let curvature = 0;
    for (let code = 0; code <= cuts; code += 1) {
      gradient += this.#gradientSums[code]!;
      curvature += this.#curvatureSums[code]!;
    }
    const whole = (gradient * gradient) / (curvature + l2);
    let best: Split | undefined;
    let leftGradient = 0;
    let leftCurvature = 0;
    let leftCount = 0;
    for (let code = 0; code < cuts; code += 1) {
      leftGradient += this.#gradientSums[code]!;
      leftCurvature += this.#curvatureSums[code]!;
      leftCount += this.#counts[code]!;
      if (this.#counts[code] === 0 || leftCount < leafRowsMin) continue;
      if (rowCount - leftCount < leafRowsMin) break;
      const rightGradient = gradient - leftGradient;
      const gain =
        0.5 *
        ((leftGradient * leftGradient) / (leftCurvature + l2) + (rightGradient * rightGradient) / (curvature - leftCurvature + l2) - whole);
      if (gain > (best?.gain ?? 0)) best = { column, code, gain };
    }
    return best;
  }

  /** Orders rows[from, to) so that the left child's come first, each side in its old order. Returns where the right side starts. */
  #partition(rows: Int32Array, { from, to }: PendingNode, split: Split): number {
    const codes = this.#binned.codes;
    const start = split.column * this.#binned.rows;
    const rightRows: number[] = [];
    let write = from;
    for (let index = from; index < to; index += 1) {
      const row = rows[index]!;
      if (codes[start + row]! <= split.code) {
        rows[write] = row;
        write += 1;
      } else rightRows.push(row);
    }
    rows.set(rightRows, write);
    return write;
  }
}

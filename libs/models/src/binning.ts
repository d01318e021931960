import type { InputMatrix } from './matrix.js';

/**
 * Columns cut into at most 256 bins. A cut is itself a float32 and the rule is `value <= cut goes left`, which is what ONNX's
 * BRANCH_LEQ does in float32; so a row falls on the same side in training and in the exported graph, always.
 */
export interface BinnedMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Column-major bin codes: `codes[column * rows + row]`; code k means `value <= cuts[k]` and, if k > 0, `value > cuts[k - 1]`. */
  readonly codes: Uint8Array;
  /** Ascending cuts of each column; one fewer than its bins. */
  readonly cuts: readonly Float32Array[];
}

export const BINS_MAX = 256;

/** A float32 t with `left <= t < right`: the midpoint unless rounding would push it onto `right`. */
const cutBetween = (left: number, right: number): number => {
  const middle = Math.fround(left + (right - left) / 2);
  return middle >= left && middle < right ? middle : left;
};

const cutsOf = (sorted: Float32Array, binsMax: number): Float32Array => {
  const last: number[] = [];
  for (let index = 0; index < sorted.length; index += 1) {
    if (index + 1 === sorted.length || sorted[index] !== sorted[index + 1]) last.push(index);
  }
  const boundaries = last.slice(0, -1);
  const chosen: number[] = [];
  if (boundaries.length < binsMax) chosen.push(...boundaries);
  else {
    let target = 1;
    for (const boundary of boundaries) {
      if (boundary + 1 < (target * sorted.length) / binsMax) continue;
      chosen.push(boundary);
      while (target < binsMax && boundary + 1 >= (target * sorted.length) / binsMax) target += 1;
      if (chosen.length === binsMax - 1) break;
    }
  }
  return Float32Array.from(chosen, (index) => cutBetween(sorted[index]!, sorted[index + 1]!));
};

/** Smallest k with `value <= cuts[k]`, or `cuts.length`. */
const codeOf = (cuts: Float32Array, value: number): number => {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= cuts[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Bins each column at its quantiles (all distinct values when they are few). Throws RangeError unless 2 <= binsMax <= 256. */
export const binMatrix = (matrix: InputMatrix, binsMax: number): BinnedMatrix => {
  if (!Number.isInteger(binsMax) || binsMax < 2 || binsMax > BINS_MAX) throw new RangeError(`binsMax ${binsMax} must be 2 to ${BINS_MAX}`);
  const { rows, columns, values } = matrix;
  const codes = new Uint8Array(rows * columns);
  const cuts: Float32Array[] = [];
  const column = new Float32Array(rows);
  for (let index = 0; index < columns; index += 1) {
    for (let row = 0; row < rows; row += 1) column[row] = values[row * columns + index]!;
    const columnCuts = cutsOf(column.slice().sort(), binsMax);
    for (let row = 0; row < rows; row += 1) codes[index * rows + row] = codeOf(columnCuts, column[row]!);
    cuts.push(columnCuts);
  }
  return { rows, columns, codes, cuts };
};

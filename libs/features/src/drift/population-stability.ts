import { binOf, type TrainingHistogram } from './training-histogram.js';

/** Below it a population is taken as the one of training, above the other as another one (Siddiqi, Credit Risk Scorecards, 2006, ch. 8). */
export const PSI_WATCH = 0.1;
export const PSI_DRIFTED = 0.25;

/** An empty bin counts as this share, or the logarithm would have no bound. */
const SHARE_MIN = 1e-4;

const term = (actual: number, expected: number): number => {
  const now = Math.max(actual, SHARE_MIN);
  const then = Math.max(expected, SHARE_MIN);
  return (now - then) * Math.log(now / then);
};

/**
 * Population stability index Σ (actual − expected)·ln(actual / expected) over bins, of shares: the symmetric divergence of Kullback and
 * Leibler (1951). 0 when they are equal. Throws RangeError when there are not as many of both.
 */
export const populationStability = (expected: readonly number[], actual: readonly number[]): number => {
  if (expected.length !== actual.length) throw new RangeError(`${actual.length} shares against ${expected.length}`);
  return expected.reduce((sum, share, bin) => sum + term(actual[bin]!, share), 0);
};

/**
 * Counts a feature's values into the bins of training, over the last one to two blocks of `rows`: a full block is kept until the next is
 * full. A value that is not finite counts as missing, which is a bin like the others.
 */
export class DriftCounter {
  /** Rows of the block under way, then its counts, then those of the block before: bins and missing. Saved by copying. */
  readonly memory: Float64Array;
  readonly #expected: readonly number[];
  readonly #bins: number;

  constructor(
    readonly histogram: TrainingHistogram,
    readonly rows: number,
  ) {
    this.#expected = [...histogram.shares, histogram.missing];
    this.#bins = this.#expected.length;
    this.memory = new Float64Array(2 + 2 * this.#bins);
  }

  /** Rows that count now. */
  get counted(): number {
    return this.memory[0]! + this.memory[1]!;
  }

  add(value: number): void {
    const { memory } = this;
    const bins = this.#bins;
    if (memory[0] === this.rows) {
      memory.copyWithin(2 + bins, 2, 2 + bins);
      memory.fill(0, 2, 2 + bins);
      memory[1] = memory[0];
      memory[0] = 0;
    }
    const bin = 2 + (Number.isFinite(value) ? binOf(this.histogram.edges, value) : bins - 1);
    memory[bin] = memory[bin]! + 1;
    memory[0] = memory[0]! + 1;
  }

  /** NaN until one block is full: the index of few rows is noise, some (bins − 1)·(1/rows + 1/samples) of it. */
  get stability(): number {
    const { memory, counted } = this;
    if (counted < this.rows) return Number.NaN;
    const bins = this.#bins;
    let sum = 0;
    for (let bin = 0; bin < bins; bin += 1) sum += term((memory[2 + bin]! + memory[2 + bins + bin]!) / counted, this.#expected[bin]!);
    return sum;
  }
}

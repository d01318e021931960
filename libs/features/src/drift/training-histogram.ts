/**
 * How a feature was distributed over the training rows. It travels with the model: one for each model input, in a file beside the manifest
 * (`{ setHash, samples, features: { <name>: { edges, shares, missing } } }`), and stays as it was at training.
 */
export interface TrainingHistogram {
  /** Inner edges of the bins, rising; a value equal to an edge belongs to the bin above it. */
  readonly edges: readonly number[];
  /** Share of the values in each bin: one more than there are edges; they and `missing` sum to 1. */
  readonly shares: readonly number[];
  /** Share of the rows without a value. */
  readonly missing: number;
}

export const DRIFT_BINS = 10;

/** Bin of a value: the number of edges not above it. */
export const binOf = (edges: readonly number[], value: number): number => {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * Bins at the quantiles of the finite values, so that each held about as many at training. Values that repeat make equal quantiles, which
 * become one edge: a flag has two bins. Throws RangeError without a single row.
 */
export const trainingHistogram = (values: ArrayLike<number>, bins = DRIFT_BINS): TrainingHistogram => {
  if (values.length === 0) throw new RangeError('a histogram needs rows');
  if (!(Number.isInteger(bins) && bins >= 2)) throw new RangeError(`a histogram needs two bins, not ${bins}`);
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const edges: number[] = [];
  for (let bin = 1; bin < bins && sorted.length > 0; bin += 1) {
    const edge = sorted[Math.floor((bin * sorted.length) / bins)]!;
    // The least value would make an empty bin below it.
    if (edge > (edges.at(-1) ?? sorted[0]!)) edges.push(edge);
  }
  const counts = new Float64Array(edges.length + 1);
  for (const value of sorted) counts[binOf(edges, value)]! += 1;
  return { edges, shares: Array.from(counts, (count) => count / values.length), missing: 1 - sorted.length / values.length };
};

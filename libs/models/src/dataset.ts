import type { FeatureVector } from '@tradewind/features';
import { isoFromNanos, type UnixNanos } from '@tradewind/vocabulary';

import { type InputMatrix, inputMatrix, sliceRows } from './matrix.js';

/** One bar's features with the close they were computed at; the close only serves to make labels. */
export interface TrainingBar {
  readonly vector: FeatureVector;
  readonly close: number;
}

/** Model inputs with the label that the future gave them, in time order. */
export interface Dataset {
  readonly inputs: InputMatrix;
  /** 1 when the close `horizonBars` later is above this close, else 0. */
  readonly labels: Uint8Array;
  readonly at: readonly UnixNanos[];
  /** Position of each row's bar in the series it came from. */
  readonly barIndexes: Int32Array;
  readonly horizonBars: number;
}

/** Rows `from` (inclusive) to `to` (exclusive) of a dataset. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  readonly code: 'BAR_AFTER_TRAINING_RANGE' | 'BARS_OUT_OF_ORDER' | 'FEATURE_SET_MIXED' | 'INPUT_UNKNOWN' | 'ROWS_TOO_FEW';
  constructor(code: DatasetError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Positions of the model's inputs in a feature vector. Throws DatasetError when the set has no such feature. */
export const inputColumns = (inputs: readonly string[], featureNames: readonly string[]): readonly number[] =>
  inputs.map((name) => {
    const column = featureNames.indexOf(name);
    if (column === -1) throw new DatasetError('INPUT_UNKNOWN', `the feature set has no '${name}'`);
    return column;
  });

/** 1 when `closes[index + horizonBars] > closes[index]`, 0 when not, undefined when that bar is not known yet. */
export const riseLabel = (closes: ArrayLike<number>, index: number, horizonBars: number): 0 | 1 | undefined => {
  const future = closes[index + horizonBars];
  if (future === undefined) return undefined;
  return future > closes[index]! ? 1 : 0;
};

/** Throws DatasetError when any bar closes at or after `end`: what a label looks at counts as training data too. */
export const refuseBarsFrom = (bars: readonly TrainingBar[], end: UnixNanos): void => {
  const late = bars.find((bar) => bar.vector.at >= end);
  if (late !== undefined) {
    throw new DatasetError('BAR_AFTER_TRAINING_RANGE', `bar of ${isoFromNanos(late.vector.at)} is not before ${isoFromNanos(end)}`);
  }
};

/** Rows for each warm bar whose label is known. Throws DatasetError when bars are out of order or of several feature sets. */
export const buildDataset = (bars: readonly TrainingBar[], columns: readonly number[], horizonBars: number): Dataset => {
  const closes = bars.map((bar) => bar.close);
  const labels: number[] = [];
  const barIndexes: number[] = [];
  bars.forEach((bar, index) => {
    const previous = bars[index - 1];
    if (previous !== undefined && previous.vector.at >= bar.vector.at) {
      throw new DatasetError('BARS_OUT_OF_ORDER', `bar of ${isoFromNanos(bar.vector.at)} does not follow the one before it`);
    }
    if (bar.vector.setHash !== bars[0]!.vector.setHash) {
      throw new DatasetError('FEATURE_SET_MIXED', `vector ${bar.vector.id} is of another feature set than the first`);
    }
    const label = riseLabel(closes, index, horizonBars);
    if (!bar.vector.warm || label === undefined) return;
    labels.push(label);
    barIndexes.push(index);
  });
  const values = new Float32Array(labels.length * columns.length);
  barIndexes.forEach((barIndex, row) => {
    columns.forEach((column, index) => {
      values[row * columns.length + index] = bars[barIndex]!.vector.values[column]!;
    });
  });
  return {
    inputs: inputMatrix(values, columns.length),
    labels: Uint8Array.from(labels),
    at: barIndexes.map((index) => bars[index]!.vector.at),
    barIndexes: Int32Array.from(barIndexes),
    horizonBars,
  };
};

/** Inputs and labels of a range, sharing memory. */
export const rowsOf = (dataset: Dataset, range: RowRange): { readonly inputs: InputMatrix; readonly labels: Uint8Array } => ({
  inputs: sliceRows(dataset.inputs, range.from, range.to),
  labels: dataset.labels.subarray(range.from, range.to),
});

/**
 * Cuts a dataset into consecutive blocks. Rows whose label looks at a bar of the next block are purged from the end of each block, and
 * `embargoBars` are left out at the start of each later one, since features there still remember the block before (López de Prado,
 * "Advances in Financial Machine Learning", 2018, section 7.4). `shares` add up to 1. Throws DatasetError when a block is left empty.
 */
export const purgedBlocks = (dataset: Dataset, shares: readonly number[], embargoBars: number): readonly RowRange[] => {
  const size = dataset.labels.length;
  let reached = 0;
  const edges = [0, ...shares.map((share) => Math.round((reached += share) * size))];
  return shares.map((_, block) => {
    const start = edges[block]!;
    const end = edges[block + 1]!;
    const from = block === 0 ? 0 : start + embargoBars;
    const nextBar = end < size ? dataset.barIndexes[end]! : Number.POSITIVE_INFINITY;
    let to = end;
    while (to > from && dataset.barIndexes[to - 1]! + dataset.horizonBars >= nextBar) to -= 1;
    if (to <= from) throw new DatasetError('ROWS_TOO_FEW', `block ${block} of ${size} rows is empty after purge and embargo`);
    return { from, to };
  });
};

import type { FeatureSet } from '../feature-set.js';
import { DriftCounter, PSI_DRIFTED, PSI_WATCH } from './population-stability.js';
import { trainingHistogram, type TrainingHistogram } from './training-histogram.js';

/** What a training leaves for the watch over its inputs. Plain data. */
export interface TrainingDistribution {
  /** Hash of the set whose features were seen. */
  readonly setHash: string;
  /** Rows of the training. */
  readonly samples: number;
  /** By feature name: the model's inputs. */
  readonly features: Readonly<Record<string, TrainingHistogram>>;
}

export type DriftVerdict = 'STABLE' | 'WATCH' | 'DRIFTED';

export interface FeatureDrift {
  readonly feature: string;
  readonly stability: number;
  readonly verdict: DriftVerdict;
}

const verdictOf = (stability: number): DriftVerdict => {
  if (stability >= PSI_DRIFTED) return 'DRIFTED';
  return stability >= PSI_WATCH ? 'WATCH' : 'STABLE';
};

/** The distribution of a set's model inputs over training rows, each a vector's values. */
export const trainingDistribution = (set: FeatureSet, rows: readonly Float64Array[], bins?: number): TrainingDistribution => ({
  setHash: set.hash,
  samples: rows.length,
  features: Object.fromEntries(
    set.modelInputs.map((name, input) => {
      const column = set.modelInputIndexes[input]!;
      const values = rows.map((row) => row[column]!);
      return [name, trainingHistogram(values, bins)];
    }),
  ),
});

/** Watches the vectors of a set, all symbols together, for features that are no longer distributed as at training. */
export class DriftWatch {
  readonly #columns: readonly { readonly feature: string; readonly column: number; readonly counter: DriftCounter }[];

  /** `rows`: vectors of a block, e.g. a month of sessions times the symbols. Throws RangeError when the set lacks a feature of the training. */
  constructor(set: FeatureSet, distribution: TrainingDistribution, rows: number) {
    this.#columns = Object.entries(distribution.features).map(([feature, histogram]) => {
      const column = set.names.indexOf(feature);
      if (column < 0) throw new RangeError(`feature '${feature}' of the training is not in set '${set.name}' version ${set.version}`);
      return { feature, column, counter: new DriftCounter(histogram, rows) };
    });
  }

  /** Values of one vector that a model sees: warm ones, and none from before trading starts. */
  add(values: Float64Array): void {
    for (const { column, counter } of this.#columns) counter.add(values[column]!);
  }

  /** By feature, most drifted first; none until a block is full. */
  drifts(): readonly FeatureDrift[] {
    return this.#columns
      .map(({ feature, counter }) => ({ feature, stability: counter.stability, verdict: verdictOf(counter.stability) }))
      .filter(({ stability }) => Number.isFinite(stability))
      .sort((left, right) => right.stability - left.stability);
  }

  save(): Float64Array {
    const parts = this.#columns.map(({ counter }) => counter.memory);
    const state = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of parts) {
      state.set(part, offset);
      offset += part.length;
    }
    return state;
  }

  /** Throws RangeError on a state of another shape. */
  restore(state: Float64Array): void {
    const length = this.#columns.reduce((sum, { counter }) => sum + counter.memory.length, 0);
    if (state.length !== length) throw new RangeError(`state has ${state.length} numbers, the watch needs ${length}`);
    let offset = 0;
    for (const { counter } of this.#columns) {
      counter.memory.set(state.subarray(offset, offset + counter.memory.length));
      offset += counter.memory.length;
    }
  }
}

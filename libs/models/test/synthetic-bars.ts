import type { FeaturesComputed, FeatureVector } from '@tradewind/features';
import { isoFromNanos, nanosFromMillis, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import type { BaselineFeatureSet, TrainingBar } from '../src/index.js';
import { seededGenerator } from '../src/seeded-generator.js';

export const FEATURE_SET: BaselineFeatureSet = {
  hash: 'a1b2c3d4'.repeat(8),
  names: ['close', 'momentum', 'noise', 'range'],
  modelInputs: ['momentum', 'noise', 'range'],
};

const DAY_MILLIS = 86_400_000;

export const vectorAt = (at: UnixNanos, values: readonly number[], changes: Partial<FeatureVector> = {}): FeatureVector => ({
  id: `fv/NDX/1d/${isoFromNanos(at)}/a1b2c3d4`,
  symbol: symbolOf('NDX'),
  at,
  barId: `bar/NDX/1d/${isoFromNanos(at)}`,
  setHash: FEATURE_SET.hash,
  values: Float64Array.from(values),
  warm: values.every(Number.isFinite),
  warmUp: false,
  ...changes,
});

/** Daily bars up to 1999 whose next five days lean the way of `momentum`; the first `cold` have no features yet. */
export const leaningBars = (count: number, seed: number, cold = 20, firstDay = Date.UTC(1986, 0, 1)): readonly TrainingBar[] => {
  const generator = seededGenerator(seed);
  let close = 100;
  let momentum = 0;
  return Array.from({ length: count }, (_, index) => {
    close *= 1 + 0.01 * (generator.next() - 0.49) + 0.004 * momentum;
    momentum = 0.9 * momentum + 0.4 * (generator.next() - 0.5);
    const values = index < cold ? [close, Number.NaN, 0, 0] : [close, momentum, generator.next(), generator.next() - 0.5];
    return { vector: vectorAt(nanosFromMillis(firstDay + index * DAY_MILLIS), values), close };
  });
};

export const featuresOf = (vectors: readonly FeatureVector[]): FeaturesComputed => ({
  header: {
    id: 'features.vectors/run-1/7/0',
    run: 'run-1',
    step: 7,
    partition: 0,
    at: nanosFromMillis(0),
    causes: ['market.bars/run-1/7/0'],
    degraded: [],
  },
  vectors,
  final: false,
});

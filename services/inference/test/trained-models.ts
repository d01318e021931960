import { createHash } from 'node:crypto';

import { BASELINE_SET, type FeaturesComputed, type FeatureVector } from '@tradewind/features';
import {
  BASELINE_PARAMETERS,
  type ModelManifest,
  manifestText,
  predictForest,
  selectRows,
  servedModel,
  trainBaseline,
  type TrainedModel,
  type TrainingBar,
} from '@tradewind/models';
import { seededRandom } from '@tradewind/testkit';
import { isoFromNanos, nanosFromMillis, type Symbol, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

const DAY_MILLIS = 86_400_000;

const vector = (symbol: Symbol, at: UnixNanos, next: () => number): FeatureVector => ({
  id: `fv/${symbol}/1d/${isoFromNanos(at)}`,
  symbol,
  at,
  barId: `bar/${symbol}/1d/${isoFromNanos(at)}`,
  setHash: BASELINE_SET.hash,
  values: Float64Array.from(BASELINE_SET.names, () => next() - 0.5),
  warm: true,
  warmUp: false,
});

/** A model of random vectors, the first of whose inputs leans the closes after it. */
export const trainedModel = (seed: string): TrainedModel => {
  const random = seededRandom(seed);
  const column = BASELINE_SET.names.indexOf(BASELINE_SET.modelInputs[0]!);
  let close = 100;
  let lean = 0;
  const bars = Array.from({ length: 1_500 }, (_, index): TrainingBar => {
    close *= 1 + 0.01 * (random.next() - 0.49) + 0.01 * lean;
    const made = vector(symbolOf('NDX'), nanosFromMillis(Date.UTC(1990, 0, 1) + index * DAY_MILLIS), () => random.next());
    lean = 0.8 * lean + 0.4 * made.values[column]!;
    made.values[column] = lean;
    return { vector: made, close };
  });
  return trainBaseline({ dataset: 'synthetic', symbol: 'NDX', bars }, BASELINE_SET, {
    ...BASELINE_PARAMETERS,
    treesMax: 60,
    patienceTrees: 30,
  });
};

/** The manifest of any file, claiming what it likes. */
export const manifestFor = (
  onnx: Uint8Array,
  like: ModelManifest,
  changes: Partial<ModelManifest> = {},
): { readonly digest: string; readonly text: string } => {
  const digest = createHash('sha256').update(onnx).digest('hex');
  // What is known of the inputs of another model says nothing about this one's.
  const { inputDistribution: _distribution, inputImportance: _importance, ...card } = like;
  return { digest, text: manifestText({ ...card, digest, sizeBytes: onnx.length, ...changes }) };
};

/** Steps of a run, two symbols each, drawn from the seed. */
export const stepsOf = (run: string, count: number): readonly FeaturesComputed[] => {
  const random = seededRandom(run);
  return Array.from({ length: count }, (_, step): FeaturesComputed => {
    const at = nanosFromMillis(Date.UTC(2001, 0, 1) + step * DAY_MILLIS);
    const vectors = ['NDX', 'SPX'].map((symbol) => vector(symbolOf(symbol), at, () => random.next()));
    const header = {
      id: `features.vectors/${run}/${step}/0`,
      run,
      step,
      partition: 0,
      at,
      causes: [`market.bars/${run}/${step}/0`],
      degraded: [],
    };
    return { header, vectors, final: step === count - 1 };
  });
};

/** The probabilities that the pure evaluator gives for each step. */
export const expectedProbabilities = (
  { manifest, model }: TrainedModel,
  steps: readonly FeaturesComputed[],
): readonly (readonly number[])[] => {
  const served = servedModel(manifest, 1, BASELINE_SET.names);
  return steps.map((step) => {
    const { inputs, vectors } = selectRows(step, served);
    return Array.from(predictForest(model, { rows: vectors.length, columns: served.columns.length, values: inputs }).probabilities);
  });
};

import { checkHiddenMarkov, filterStates, type HiddenMarkovModel, predictStates } from './hidden-markov.js';
import { mean, quantile, sampleDeviation } from './moments.js';

export interface HiddenMarkovFitOptions {
  readonly states: number;
  /** Uniform in [0, 1), seeded by the caller: the same draws give the same fit. */
  readonly random: () => number;
  /** Fits from different starts, of which the most likely is kept. The likelihood has many peaks. */
  readonly starts?: number;
  readonly iterationsMax?: number;
  /** Stops when the log likelihood grows by less. */
  readonly tolerance?: number;
}

export interface HiddenMarkovFit {
  /** States by mean, least first. */
  readonly model: HiddenMarkovModel;
  readonly logLikelihood: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const VALUES_PER_STATE_MIN = 20;
/** A state may not shrink onto a single value, where the likelihood has no bound. */
const DEVIATION_MIN_SHARE = 1e-3;
const STAY_AT_FIRST = 0.9;

/** Means near quantiles and deviations near the sample's, both shaken. */
const startOf = (values: ArrayLike<number>, states: number, random: () => number): HiddenMarkovModel => {
  const deviation = sampleDeviation(values);
  const each = Array.from({ length: states }, (_value, state) => state);
  return {
    initial: each.map(() => 1 / states),
    transition: each.map((row) => each.map((column) => (row === column ? STAY_AT_FIRST : (1 - STAY_AT_FIRST) / (states - 1)))),
    means: each.map((state) => quantile(values, (state + 0.2 + 0.6 * random()) / states)),
    deviations: each.map(() => deviation * (0.3 + 1.4 * random())),
  };
};

interface Sums {
  readonly weights: Float64Array;
  readonly values: Float64Array;
  readonly squares: Float64Array;
  readonly moves: readonly Float64Array[];
  readonly first: Float64Array;
}

/** Expected counts given the whole series: the filter forwards, then Kim's smoother backwards (J. Econometrics 60 (1994), eq. 2.20). */
const expectedCounts = (model: HiddenMarkovModel, values: ArrayLike<number>, filtered: readonly Float64Array[]): Sums => {
  const states = model.means.length;
  const row = (): Float64Array => new Float64Array(states);
  const sums: Sums = { weights: row(), values: row(), squares: row(), moves: Array.from({ length: states }, row), first: row() };
  const predicted = row();
  let smoothed: Float64Array = Float64Array.from(filtered.at(-1)!);
  for (let index = values.length - 1; index >= 0; index -= 1) {
    const value = values[index]!;
    for (let state = 0; state < states; state += 1) {
      const weight = smoothed[state]!;
      sums.weights[state] = sums.weights[state]! + weight;
      sums.values[state] = sums.values[state]! + weight * value;
      sums.squares[state] = sums.squares[state]! + weight * (value - model.means[state]!) ** 2;
    }
    if (index === 0) break;
    const before = filtered[index - 1]!;
    predictStates(model, before, predicted);
    const earlier = row();
    for (let from = 0; from < states; from += 1) {
      for (let to = 0; to < states; to += 1) {
        const share = predicted[to]! > 0 ? (before[from]! * model.transition[from]![to]! * smoothed[to]!) / predicted[to]! : 0;
        sums.moves[from]![to] = sums.moves[from]![to]! + share;
        earlier[from] = earlier[from]! + share;
      }
    }
    smoothed = earlier;
  }
  sums.first.set(smoothed);
  return sums;
};

/** The model that makes the expected counts most likely. */
const improved = (model: HiddenMarkovModel, sums: Sums, deviationMin: number): HiddenMarkovModel => {
  const { weights, values, squares, moves, first } = sums;
  const means = [...values].map((sum, state) => (weights[state]! > 0 ? sum / weights[state]! : model.means[state]!));
  return {
    initial: normalised(first, model.initial),
    transition: moves.map((counts, state) => normalised(counts, model.transition[state]!)),
    means,
    deviations: [...squares].map((sum, state) => {
      if (!(weights[state]! > 0)) return model.deviations[state]!;
      // Squares were taken about the old mean.
      const variance = sum / weights[state]! - (means[state]! - model.means[state]!) ** 2;
      return Math.max(deviationMin, Math.sqrt(Math.max(0, variance)));
    }),
  };
};

const normalised = (counts: Float64Array, otherwise: readonly number[]): number[] => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total > 0 ? Array.from(counts, (count) => count / total) : [...otherwise];
};

const byMean = (model: HiddenMarkovModel): HiddenMarkovModel => {
  const order = model.means.map((_value, state) => state).sort((left, right) => model.means[left]! - model.means[right]!);
  const pick = (row: readonly number[]): number[] => order.map((state) => row[state]!);
  return {
    initial: pick(model.initial),
    transition: order.map((state) => pick(model.transition[state]!)),
    means: pick(model.means),
    deviations: pick(model.deviations),
  };
};

const climb = (values: ArrayLike<number>, start: HiddenMarkovModel, iterationsMax: number, tolerance: number): HiddenMarkovFit => {
  const deviationMin = sampleDeviation(values) * DEVIATION_MIN_SHARE;
  let model = start;
  let filtered = filterStates(model, values);
  for (let iteration = 1; iteration <= iterationsMax; iteration += 1) {
    const next = improved(model, expectedCounts(model, values, filtered.probabilities), deviationMin);
    const result = filterStates(next, values);
    const gain = result.logLikelihood - filtered.logLikelihood;
    model = next;
    filtered = result;
    if (gain < tolerance) return { model, logLikelihood: filtered.logLikelihood, iterations: iteration, converged: true };
  }
  return { model, logLikelihood: filtered.logLikelihood, iterations: iterationsMax, converged: false };
};

/**
 * Fits a Gaussian hidden Markov model by expectation maximisation (Baum, Petrie, Soules and Weiss, "A Maximization Technique…", Annals of
 * Mathematical Statistics 41 (1970)). Throws RangeError with fewer than 20 values a state or values that do not vary.
 */
export const fitHiddenMarkov = (
  values: ArrayLike<number>,
  { states, random, starts = 5, iterationsMax = 1_000, tolerance = 1e-7 }: HiddenMarkovFitOptions,
): HiddenMarkovFit => {
  if (values.length < states * VALUES_PER_STATE_MIN)
    throw new RangeError(`${states} states need ${states * VALUES_PER_STATE_MIN} values, not ${values.length}`);
  if (!(sampleDeviation(values) > 0) || !Number.isFinite(mean(values))) throw new RangeError('values must be finite and vary');
  const fits = Array.from({ length: starts }, () => climb(values, startOf(values, states, random), iterationsMax, tolerance));
  const best = fits.reduce((left, right) => (right.logLikelihood > left.logLikelihood ? right : left));
  const model = byMean(best.model);
  checkHiddenMarkov(model);
  return { ...best, model };
};

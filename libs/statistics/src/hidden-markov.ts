const LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** A chain of hidden states, each of which draws from a normal distribution of its own. */
export interface HiddenMarkovModel {
  /** Probability of each state at the first value. */
  readonly initial: readonly number[];
  /** Row i: probabilities of the states that follow state i. */
  readonly transition: readonly (readonly number[])[];
  readonly means: readonly number[];
  /** Standard deviations. */
  readonly deviations: readonly number[];
}

const SUM_TOLERANCE = 1e-9;

const isDistribution = (row: readonly number[], states: number): boolean =>
  row.length === states && row.every((share) => share >= 0) && Math.abs(row.reduce((sum, share) => sum + share, 0) - 1) <= SUM_TOLERANCE;

/** Throws RangeError unless the parts belong together: probabilities that sum to 1, deviations above zero. */
export const checkHiddenMarkov = ({ initial, transition, means, deviations }: HiddenMarkovModel): void => {
  const states = means.length;
  if (states < 2) throw new RangeError(`a hidden Markov model needs two states, not ${states}`);
  if (!isDistribution(initial, states)) throw new RangeError('initial probabilities must be as many as states and sum to 1');
  if (transition.length !== states || !transition.every((row) => isDistribution(row, states)))
    throw new RangeError('each row of transition probabilities must have one for each state and sum to 1');
  if (deviations.length !== states || !deviations.every((value) => value > 0 && Number.isFinite(value)) || !means.every(Number.isFinite))
    throw new RangeError('each state needs a finite mean and a deviation above zero');
};

const logDensity = (value: number, mean: number, deviation: number): number =>
  -0.5 * ((value - mean) / deviation) ** 2 - Math.log(deviation) - LOG_ROOT_TWO_PI;

/** Probabilities of the states at the next step, before its value is seen, into `predicted`. */
export const predictStates = ({ transition }: HiddenMarkovModel, now: Float64Array, predicted: Float64Array): void => {
  const states = now.length;
  for (let next = 0; next < states; next += 1) {
    let sum = 0;
    for (let state = 0; state < states; state += 1) sum += now[state]! * transition[state]![next]!;
    predicted[next] = sum;
  }
};

/**
 * Turns predicted probabilities of the states, in place, into those given the value, which sum to 1; returns the log density of the value.
 * Hamilton, "A New Approach to the Economic Analysis of Nonstationary Time Series and the Business Cycle", Econometrica 57 (1989), eq. 4.4–4.8.
 */
export const updateStates = ({ means, deviations }: HiddenMarkovModel, value: number, probabilities: Float64Array): number => {
  const states = probabilities.length;
  let greatest = -Infinity;
  for (let state = 0; state < states; state += 1) {
    // Off a state with probability 0 no value can talk us: ln 0 is −Infinity and stays it.
    const joint = Math.log(probabilities[state]!) + logDensity(value, means[state]!, deviations[state]!);
    probabilities[state] = joint;
    if (joint > greatest) greatest = joint;
  }
  let sum = 0;
  for (let state = 0; state < states; state += 1) {
    const weight = Math.exp(probabilities[state]! - greatest);
    probabilities[state] = weight;
    sum += weight;
  }
  for (let state = 0; state < states; state += 1) probabilities[state] = probabilities[state]! / sum;
  return greatest + Math.log(sum);
};

/** Shares of time that the chain spends in each state in the long run, by iteration. */
export const stationaryStates = (model: HiddenMarkovModel): Float64Array => {
  let now = new Float64Array(model.means.length).fill(1 / model.means.length);
  let next = new Float64Array(now.length);
  for (let round = 0; round < 100_000; round += 1) {
    predictStates(model, now, next);
    // Half of the old keeps chains that flip for ever from flipping here.
    let change = 0;
    for (let state = 0; state < now.length; state += 1) {
      const mixed = 0.5 * (next[state]! + now[state]!);
      change = Math.max(change, Math.abs(mixed - now[state]!));
      next[state] = mixed;
    }
    [now, next] = [next, now];
    if (change < 1e-15) break;
  }
  return now;
};

export interface FilteredStates {
  /** Probabilities of the states given the values so far, one row a value. */
  readonly probabilities: readonly Float64Array[];
  readonly logLikelihood: number;
}

/** The filter over a whole series. Throws RangeError on a model that is none. */
export const filterStates = (model: HiddenMarkovModel, values: ArrayLike<number>): FilteredStates => {
  checkHiddenMarkov(model);
  const probabilities: Float64Array[] = [];
  let logLikelihood = 0;
  let before = Float64Array.from(model.initial);
  for (let index = 0; index < values.length; index += 1) {
    const now = Float64Array.from(before);
    if (index > 0) predictStates(model, before, now);
    logLikelihood += updateStates(model, values[index]!, now);
    probabilities.push(now);
    before = now;
  }
  return { probabilities, logLikelihood };
};

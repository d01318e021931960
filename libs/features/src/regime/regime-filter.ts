import { checkHiddenMarkov, type HiddenMarkovModel, predictStates, stationaryStates, updateStates } from '@tradewind/statistics';

import type { Primitive, Source } from '../rolling/primitive.js';

/**
 * Probabilities of the states of a fitted hidden Markov model given the values of the source so far (Hamilton's filter), which always sum
 * to 1. A bar without a value moves them by the chain alone. It begins with the shares of the long run.
 */
export class RegimeFilter implements Primitive {
  readonly key: string;
  readonly window: number;
  readonly startsAt: number;
  /** The probabilities, in the order of the model's states. */
  readonly memory: Float64Array;
  /** The most probable state. */
  value = Number.NaN;
  readonly #predicted: Float64Array;

  /** Throws RangeError on a model whose parts do not belong together. */
  constructor(
    readonly source: Source,
    readonly model: HiddenMarkovModel,
  ) {
    checkHiddenMarkov(model);
    const { transition, means, deviations } = model;
    this.key = `regime(${source.key},${JSON.stringify([transition, means, deviations])})`;
    this.startsAt = source.window;
    this.window = source.window;
    this.memory = stationaryStates(model);
    this.#predicted = new Float64Array(means.length);
  }

  update(): void {
    const { memory, model } = this;
    const predicted = this.#predicted;
    predictStates(model, memory, predicted);
    const { value } = this.source;
    if (Number.isFinite(value)) updateStates(model, value, predicted);
    memory.set(predicted);
    let best = 0;
    for (let state = 1; state < memory.length; state += 1) if (memory[state]! > memory[best]!) best = state;
    this.value = best;
  }
}

import type { FeatureSet } from './feature-set.js';
import { PrimitivePool } from './rolling/pool.js';
import type { Primitive } from './rolling/primitive.js';

/** Saved memory: bars taken in, then the memories of all primitives in their order. */
export type SymbolFeaturesState = Float64Array;

const HEADER = 1;

/** The features of one symbol, one bar after another, in doubles. */
export class SymbolFeatures {
  readonly #set: FeatureSet;
  readonly #pool = new PrimitivePool();
  readonly #primitives: readonly Primitive[];
  readonly #readers: readonly (() => number)[];
  readonly #windows: readonly number[];
  #bars = 0;

  constructor(set: FeatureSet) {
    this.#set = set;
    this.#readers = set.definitions.map((definition) => definition.compose(this.#pool));
    this.#windows = set.definitions.map((definition) => definition.window);
    this.#primitives = this.#pool.primitives;
  }

  /** Bars taken in so far. */
  get bars(): number {
    return this.#bars;
  }

  /** Takes in one bar and writes the set's values to `values`, NaN for features that are not warm. True when all are finite. */
  update(open: number, high: number, low: number, close: number, volume: number, values: Float64Array): boolean {
    const pool = this.#pool;
    const bars = this.#bars + 1;
    this.#bars = bars;
    pool.open.value = open;
    pool.high.value = high;
    pool.low.value = low;
    pool.close.value = close;
    pool.volume.value = volume;
    const primitives = this.#primitives;
    for (let index = 0; index < primitives.length; index += 1) {
      const primitive = primitives[index]!;
      if (bars >= primitive.startsAt) primitive.update();
    }
    const readers = this.#readers;
    let warm = true;
    for (let index = 0; index < readers.length; index += 1) {
      const value = bars < this.#windows[index]! ? Number.NaN : readers[index]!();
      values[index] = value;
      if (!Number.isFinite(value)) warm = false;
    }
    return warm;
  }

  save(): SymbolFeaturesState {
    const length = this.#primitives.reduce((sum, primitive) => sum + primitive.memory.length, HEADER);
    const state = new Float64Array(length);
    state[0] = this.#bars;
    let offset = HEADER;
    for (const { memory } of this.#primitives) {
      state.set(memory, offset);
      offset += memory.length;
    }
    return state;
  }

  /** Goes on where `state` was saved, by the same set. Throws RangeError when the state is of another shape. */
  restore(state: SymbolFeaturesState): void {
    const length = this.#primitives.reduce((sum, primitive) => sum + primitive.memory.length, HEADER);
    if (state.length !== length) throw new RangeError(`state has ${state.length} numbers, set '${this.#set.name}' needs ${length}`);
    this.#bars = state[0]!;
    let offset = HEADER;
    for (const { memory } of this.#primitives) {
      memory.set(state.subarray(offset, offset + memory.length));
      offset += memory.length;
    }
  }
}

import type { TickPrimitive } from '../rolling/primitive.js';
import type { TickStream } from './tick-stream.js';

export interface AdjustedMicropriceParameters {
  /** Classes of the imbalance, of equal width. */
  readonly imbalances: number;
  /** Classes of the spread: 1, 2 … ticks, the last for all wider. */
  readonly spreads: number;
  /** Smallest step of the price. */
  readonly tick: number;
  /** Changes of the book after which one counts half. */
  readonly halfLife: number;
}

const LAST_STATE = 0;
const LAST_MID = 1;
const EVENTS = 2;
const HEADER = 3;
/** No state before the first book. */
const NONE = -1;
/** Moves to an even book that each state is taken to have made: a state seldom seen says little. */
const PRIOR = 1;

/**
 * The adjustment that makes of the middle the price expected in the long run: G with G = E[move of the middle] + P·G over the states
 * (imbalance, spread) of the book, whose moves and transitions P are counted from the stream itself (Stoikov, "The micro-price: a high-
 * frequency estimator of future prices", Quantitative Finance 18 (2018), sec. 3: his G¹ + B·G¹ + B²·G¹ + … solves this equation). As there, a book and its mirror image are one:
 * G of the mirrored state is −G, so half the states are kept. The value is middle + G, in price, as at the bar's close; NaN without a usable book.
 */
export class AdjustedMicroprice implements TickPrimitive {
  readonly key: string;
  readonly window = 1;
  readonly startsAt = 1;
  /** State and middle before, changes of the bar; then for each state its visits, the sum of moves, and signed transitions. */
  readonly memory: Float64Array;
  value = Number.NaN;
  readonly #size: number;
  readonly #half: number;
  readonly #rows: readonly Float64Array[];

  constructor(
    readonly stream: TickStream,
    readonly parameters: AdjustedMicropriceParameters,
  ) {
    const { imbalances, spreads, tick, halfLife } = parameters;
    this.key = `adjusted-microprice(${imbalances},${spreads},${tick},${halfLife})`;
    this.#half = Math.floor(imbalances / 2);
    this.#size = this.#half * spreads;
    this.memory = new Float64Array(HEADER + this.#size * (2 + this.#size));
    this.memory[LAST_STATE] = NONE;
    this.#rows = Array.from({ length: this.#size }, () => new Float64Array(this.#size + 1));
  }

  /** Index of the book's state: imbalance class + classes · spread class. */
  #state(): number {
    const { imbalances, spreads, tick } = this.parameters;
    const { book } = this.stream;
    const bid = book.bidSizes[0]!;
    const share = bid / (bid + book.askSizes[0]!);
    const imbalance = Math.min(imbalances - 1, Math.floor(share * imbalances));
    const spread = Math.min(spreads, Math.max(1, Math.round(book.spread / tick))) - 1;
    return imbalance + imbalances * spread;
  }

  /** 1 in the upper half of the imbalances, -1 in the lower, 0 in the class in the middle of an odd number. */
  #sign(state: number): number {
    const { imbalances } = this.parameters;
    return Math.sign((state % imbalances) - (imbalances - 1) / 2);
  }

  /** Row of a state or of its mirror image, in the upper half. */
  #row(state: number): number {
    const { imbalances } = this.parameters;
    const imbalance = state % imbalances;
    const upper = Math.max(imbalance, imbalances - 1 - imbalance) - (imbalances - this.#half);
    return upper + this.#half * Math.floor(state / imbalances);
  }

  onTick(): void {
    if (this.stream.changed !== 'book') return;
    const { memory } = this;
    const size = this.#size;
    const { mid } = this.stream.book;
    const state = this.#state();
    const before = memory[LAST_STATE]!;
    const mirror = before === NONE ? 0 : this.#sign(before);
    if (mirror !== 0) {
      const row = this.#row(before);
      memory[HEADER + row] = memory[HEADER + row]! + 1;
      memory[HEADER + size + row] = memory[HEADER + size + row]! + mirror * (mid - memory[LAST_MID]!);
      const sign = this.#sign(state) * mirror;
      const cell = HEADER + 2 * size + row * size + (sign === 0 ? 0 : this.#row(state));
      memory[cell] = memory[cell]! + sign;
    }
    memory[LAST_STATE] = state;
    memory[LAST_MID] = mid;
    memory[EVENTS] = memory[EVENTS]! + 1;
  }

  update(): void {
    const { memory, stream } = this;
    const events = memory[EVENTS]!;
    const { mid } = stream.book;
    const state = memory[LAST_STATE]!;
    this.value = state === NONE || Number.isNaN(mid) ? Number.NaN : mid + this.#adjustment(state);
    memory[EVENTS] = 0;
    if (events === 0) return;
    const left = 0.5 ** (events / this.parameters.halfLife);
    for (let index = HEADER; index < memory.length; index += 1) memory[index] = memory[index]! * left;
  }

  #adjustment(state: number): number {
    const sign = this.#sign(state);
    if (sign === 0) return 0;
    this.#solve();
    return sign * this.#rows[this.#row(state)]![this.#size]!;
  }

  /** (1 − P)·G = moves by Gauss and Jordan; the prior makes the diagonal the greatest of each row, so no pivots are needed. */
  #solve(): void {
    const { memory } = this;
    const size = this.#size;
    const rows = this.#rows;
    for (let row = 0; row < size; row += 1) {
      const visits = memory[HEADER + row]! + PRIOR;
      const line = rows[row]!;
      for (let column = 0; column < size; column += 1)
        line[column] = (row === column ? 1 : 0) - memory[HEADER + 2 * size + row * size + column]! / visits;
      line[size] = memory[HEADER + size + row]! / visits;
    }
    for (let pivot = 0; pivot < size; pivot += 1) {
      const leading = rows[pivot]!;
      const head = leading[pivot]!;
      for (let column = pivot; column <= size; column += 1) leading[column] = leading[column]! / head;
      for (let row = 0; row < size; row += 1) {
        const line = rows[row]!;
        const factor = line[pivot]!;
        if (row === pivot || factor === 0) continue;
        for (let column = pivot; column <= size; column += 1) line[column] = line[column]! - factor * leading[column]!;
      }
    }
  }
}

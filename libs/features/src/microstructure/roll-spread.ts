import type { TickPrimitive } from '../rolling/primitive.js';
import type { TickStream } from './tick-stream.js';

const HEAD = 0;
const SEEN = 1;
const LAST_PRICE = 2;
const LAST_CHANGE = 3;
const PRODUCTS = 4;
const NEAR = 5;
const FAR = 6;
const RING = 7;

/**
 * Spread from trade prices alone: 2·√(−cov(Δp, Δp′)) of the last `size` pairs of successive price changes, as a fraction of the price; 0 when
 * the covariance is above zero, as it is in a trend (Roll, "A Simple Implicit Measure of the Effective Bid–Ask Spread", J. Finance 39 (1984),
 * eq. 5). NaN until there are so many pairs.
 */
export class RollSpread implements TickPrimitive {
  readonly key: string;
  readonly window = 1;
  readonly startsAt = 1;
  readonly memory: Float64Array;
  value = Number.NaN;

  constructor(
    readonly stream: TickStream,
    readonly size: number,
  ) {
    this.key = `roll-spread(${size})`;
    this.memory = new Float64Array(RING + 2 * size);
    this.memory[LAST_PRICE] = this.memory[LAST_CHANGE] = Number.NaN;
  }

  onTick(): void {
    const { memory, stream } = this;
    if (stream.changed !== 'trade') return;
    const before = memory[LAST_PRICE]!;
    memory[LAST_PRICE] = stream.tradePrice;
    const change = stream.tradePrice - before;
    if (Number.isNaN(change)) return;
    const changeBefore = memory[LAST_CHANGE]!;
    memory[LAST_CHANGE] = change;
    if (!Number.isNaN(changeBefore)) this.#exchange(change, changeBefore);
  }

  /** A pair enters the window; sums are taken afresh each time the ring comes round. */
  #exchange(near: number, far: number): void {
    const { memory, size } = this;
    const head = memory[HEAD]!;
    const slot = RING + 2 * head;
    memory[PRODUCTS] = memory[PRODUCTS]! + near * far - memory[slot]! * memory[slot + 1]!;
    memory[NEAR] = memory[NEAR]! + near - memory[slot]!;
    memory[FAR] = memory[FAR]! + far - memory[slot + 1]!;
    memory[slot] = near;
    memory[slot + 1] = far;
    memory[HEAD] = head + 1 === size ? 0 : head + 1;
    memory[SEEN] = Math.min(memory[SEEN]! + 1, size);
    if (memory[HEAD] === 0) this.#refresh();
  }

  #refresh(): void {
    const { memory } = this;
    memory.fill(0, PRODUCTS, RING);
    for (let slot = RING; slot < memory.length; slot += 2) {
      memory[PRODUCTS] = memory[PRODUCTS]! + memory[slot]! * memory[slot + 1]!;
      memory[NEAR] = memory[NEAR]! + memory[slot]!;
      memory[FAR] = memory[FAR]! + memory[slot + 1]!;
    }
  }

  update(): void {
    const { memory, size } = this;
    if (memory[SEEN]! < size) return;
    const covariance = (memory[PRODUCTS]! - (memory[NEAR]! * memory[FAR]!) / size) / size;
    this.value = (2 * Math.sqrt(Math.max(0, -covariance))) / memory[LAST_PRICE]!;
  }
}

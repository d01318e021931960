import type { Primitive, Source } from './primitive.js';

const HEAD = 0;
const SUM = 1;
const WEIGHTED = 2;
const RING = 3;

/**
 * 1·oldest + 2·next + … + size·newest of the last `size` values, and their plain sum. When the window moves every weight falls by one, which
 * takes off the plain sum; both are taken afresh each time the ring comes round.
 */
export class WeightedSum implements Primitive {
  readonly key: string;
  readonly window: number;
  readonly startsAt: number;
  readonly memory: Float64Array;
  readonly forgets = true;
  value = Number.NaN;
  sum = Number.NaN;

  constructor(
    readonly source: Source,
    readonly size: number,
  ) {
    this.key = `weighted(${source.key},${size})`;
    this.startsAt = source.window;
    this.window = source.window + size - 1;
    this.memory = new Float64Array(RING + size);
  }

  update(): void {
    const { memory, size } = this;
    const entering = this.source.value;
    const slot = RING + memory[HEAD]!;
    const leaving = memory[slot]!;
    memory[slot] = entering;
    if (slot + 1 < RING + size) {
      memory[HEAD] = slot + 1 - RING;
      memory[WEIGHTED] = memory[WEIGHTED]! + size * entering - memory[SUM]!;
      memory[SUM] = memory[SUM]! + entering - leaving;
    } else {
      this.#refresh();
    }
    this.value = memory[WEIGHTED]!;
    this.sum = memory[SUM]!;
  }

  /** The ring has come round, so the oldest value is its first. */
  #refresh(): void {
    const { memory, size } = this;
    let sum = 0;
    let weighted = 0;
    for (let index = 0; index < size; index += 1) {
      const value = memory[RING + index]!;
      sum += value;
      weighted += (index + 1) * value;
    }
    memory[HEAD] = 0;
    memory[SUM] = sum;
    memory[WEIGHTED] = weighted;
  }
}

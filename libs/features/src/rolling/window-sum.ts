import type { Primitive, Source } from './primitive.js';

const HEAD = 0;
const SUM = 1;
const RING = 2;

/**
 * Sum of the last `size` values. Adds the new and takes off the old; each time the ring comes round the sum is taken afresh, so that
 * rounding never builds up beyond one window, and the cost stays O(1) a bar on average.
 */
export class WindowSum implements Primitive {
  readonly key: string;
  readonly window: number;
  readonly startsAt: number;
  readonly memory: Float64Array;
  readonly forgets = true;
  readonly sources: readonly Source[];
  value = Number.NaN;

  constructor(
    readonly source: Source,
    readonly size: number,
  ) {
    this.sources = [source];
    this.key = `sum(${source.key},${size})`;
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
      this.value = memory[SUM] = memory[SUM]! + entering - leaving;
      return;
    }
    let sum = 0;
    for (let index = RING; index < RING + size; index += 1) sum += memory[index]!;
    memory[HEAD] = 0;
    this.value = memory[SUM] = sum;
  }
}

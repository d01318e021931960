import type { Primitive, Source } from './primitive.js';

const HEAD = 0;
const MEAN = 1;
const SQUARES = 2;
const RING = 3;

/**
 * Population standard deviation of the last `size` values, with their mean. The mean and the sum of squared deviations move with the
 * window (Welford 1962, exchanging one value for another) and are taken afresh in two passes each time the ring comes round.
 */
export class WindowDeviation implements Primitive {
  readonly key: string;
  readonly window: number;
  readonly startsAt: number;
  readonly memory: Float64Array;
  readonly forgets = true;
  readonly sources: readonly Source[];
  value = Number.NaN;
  mean = Number.NaN;

  constructor(
    readonly source: Source,
    readonly size: number,
  ) {
    this.sources = [source];
    this.key = `deviation(${source.key},${size})`;
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
      const before = memory[MEAN]!;
      const mean = before + (entering - leaving) / size;
      memory[HEAD] = slot + 1 - RING;
      memory[MEAN] = mean;
      memory[SQUARES] = Math.max(0, memory[SQUARES]! + (entering - leaving) * (entering - mean + leaving - before));
    } else {
      this.#refresh();
    }
    this.mean = memory[MEAN]!;
    this.value = Math.sqrt(memory[SQUARES]! / size);
  }

  #refresh(): void {
    const { memory, size } = this;
    let sum = 0;
    for (let index = RING; index < RING + size; index += 1) sum += memory[index]!;
    const mean = sum / size;
    let squares = 0;
    for (let index = RING; index < RING + size; index += 1) squares += (memory[index]! - mean) ** 2;
    memory[HEAD] = 0;
    memory[MEAN] = mean;
    memory[SQUARES] = squares;
  }
}

import type { Primitive, Source } from './primitive.js';

const HEAD = 0;
const RING = 1;

/**
 * Mean absolute distance of the last `size` values from their mean, with that mean. There is no way to move it with the window, because every
 * distance changes with the mean: a bar costs `size` additions, the same whatever the length of the series.
 */
export class MeanDistance implements Primitive {
  readonly key: string;
  readonly window: number;
  readonly startsAt: number;
  readonly memory: Float64Array;
  readonly forgets = true;
  value = Number.NaN;
  mean = Number.NaN;

  constructor(
    readonly source: Source,
    readonly size: number,
  ) {
    this.key = `mean-distance(${source.key},${size})`;
    this.startsAt = source.window;
    this.window = source.window + size - 1;
    this.memory = new Float64Array(RING + size);
  }

  update(): void {
    const { memory, size } = this;
    const slot = RING + memory[HEAD]!;
    memory[slot] = this.source.value;
    memory[HEAD] = slot === size ? 0 : slot + 1 - RING;
    let sum = 0;
    for (let index = RING; index <= size; index += 1) sum += memory[index]!;
    const mean = sum / size;
    let distance = 0;
    for (let index = RING; index <= size; index += 1) distance += Math.abs(memory[index]! - mean);
    this.mean = mean;
    this.value = distance / size;
  }
}

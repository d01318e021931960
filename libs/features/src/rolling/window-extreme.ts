import type { Primitive, Source } from './primitive.js';

const FIRST = 0;
const LENGTH = 1;
const CLOCK = 2;
const VALUES = 3;

/**
 * Greatest (`sign` 1) or least (`sign` -1) of the last `size` values: a queue of candidates, each smaller than the one before, so that a
 * value enters and leaves once (Lemire 2006, "Streaming maximum-minimum filter using no more than three comparisons per element").
 */
export class WindowExtreme implements Primitive {
  readonly key: string;
  readonly window: number;
  readonly startsAt: number;
  readonly memory: Float64Array;
  readonly forgets = true;
  readonly sources: readonly Source[];
  value = Number.NaN;
  /** Bars since the extreme; the latest of equals. */
  age = Number.NaN;

  constructor(
    readonly source: Source,
    readonly size: number,
    readonly sign: 1 | -1,
  ) {
    this.sources = [source];
    this.key = `${sign === 1 ? 'greatest' : 'least'}(${source.key},${size})`;
    this.startsAt = source.window;
    this.window = source.window + size - 1;
    this.memory = new Float64Array(VALUES + 2 * size);
  }

  update(): void {
    const { memory, size } = this;
    const times = VALUES + size;
    const entering = this.source.value * this.sign;
    const now = memory[CLOCK]!;
    let first = memory[FIRST]!;
    let length = memory[LENGTH]!;
    if (length > 0 && memory[times + first]! <= now - size) {
      first = first + 1 === size ? 0 : first + 1;
      length -= 1;
    }
    // Wrapped by hand: the remainder of two doubles costs more than all the rest.
    let last = first + length - 1;
    if (last >= size) last -= size;
    while (length > 0 && memory[VALUES + last]! <= entering) {
      length -= 1;
      last = last === 0 ? size - 1 : last - 1;
    }
    const slot = last + 1 === size ? 0 : last + 1;
    memory[VALUES + slot] = entering;
    memory[times + slot] = now;
    memory[FIRST] = first;
    memory[LENGTH] = length + 1;
    memory[CLOCK] = now + 1;
    this.value = memory[VALUES + first]! * this.sign;
    this.age = now - memory[times + first]!;
  }
}

import type { Primitive, Source } from './primitive.js';

const HEAD = 0;
const RING = 1;

/** The value of `distance` bars ago. */
export class Lag implements Primitive {
  readonly key: string;
  readonly window: number;
  readonly startsAt: number;
  readonly memory: Float64Array;
  readonly forgets = true;
  readonly sources: readonly Source[];
  value = Number.NaN;

  constructor(
    readonly source: Source,
    readonly distance: number,
  ) {
    this.sources = [source];
    this.key = `lag(${source.key},${distance})`;
    this.startsAt = source.window;
    this.window = source.window + distance;
    this.memory = new Float64Array(RING + distance);
  }

  update(): void {
    const { memory } = this;
    const slot = RING + memory[HEAD]!;
    this.value = memory[slot]!;
    memory[slot] = this.source.value;
    memory[HEAD] = slot === this.distance ? 0 : slot + 1 - RING;
  }
}

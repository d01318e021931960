import type { Primitive, Source } from './primitive.js';

const NO_MEMORY = new Float64Array(0);

/** A formula over sources of the same bar. */
export class Derived implements Primitive {
  readonly window: number;
  readonly startsAt: number;
  readonly memory = NO_MEMORY;
  readonly forgets = true;
  value = Number.NaN;

  constructor(
    readonly key: string,
    readonly sources: readonly Source[],
    readonly formula: () => number,
  ) {
    this.startsAt = Math.max(...sources.map((source) => source.window));
    this.window = this.startsAt;
  }

  update(): void {
    this.value = this.formula();
  }
}

/** Sum of everything since the first bar. */
export class RunningTotal implements Primitive {
  readonly key: string;
  readonly window: number;
  readonly startsAt: number;
  readonly memory = new Float64Array(1);
  value = Number.NaN;

  constructor(readonly source: Source) {
    this.key = `total(${source.key})`;
    this.startsAt = source.window;
    this.window = source.window;
  }

  update(): void {
    this.value = this.memory[0] = this.memory[0]! + this.source.value;
  }
}

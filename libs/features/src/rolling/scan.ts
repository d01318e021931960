import type { Primitive, Source } from './primitive.js';

/** One step of a recursion: reads its sources and changes nothing but `memory`, which begins as zeros. Gives the value of the bar. */
export type ScanStep = (memory: Float64Array) => number;

/** A recursion of its own kind, for formulas that no other primitive covers. */
export class Scan implements Primitive {
  readonly startsAt: number;
  readonly window: number;
  readonly memory: Float64Array;
  value = Number.NaN;

  /** `warmUp` steps give values that mean nothing yet. */
  constructor(
    readonly key: string,
    sources: readonly Source[],
    cells: number,
    readonly step: ScanStep,
    warmUp = 0,
  ) {
    this.startsAt = Math.max(...sources.map((source) => source.window));
    this.window = this.startsAt + warmUp;
    this.memory = new Float64Array(cells);
  }

  update(): void {
    this.value = this.step(this.memory);
  }
}

import type { Primitive, Source } from './primitive.js';

const SEEN = 0;
const MEAN = 1;

/**
 * Exponentially smoothed mean, seeded with the plain mean of the first `period` values as TA-Lib does. `alpha` is 2/(period+1) for an EMA
 * and 1/period for Wilder's smoothing (New Concepts in Technical Trading Systems, 1978, p. 23). `skipped` values come before the seed.
 */
export class Smoothed implements Primitive {
  readonly key: string;
  readonly window: number;
  readonly startsAt: number;
  readonly memory = new Float64Array(2);
  readonly sources: readonly Source[];
  value = Number.NaN;

  constructor(
    readonly source: Source,
    readonly period: number,
    readonly alpha: number,
    skipped = 0,
  ) {
    this.sources = [source];
    this.key = `smoothed(${source.key},${period},${alpha},${skipped})`;
    this.startsAt = source.window + skipped;
    this.window = this.startsAt + period - 1;
  }

  update(): void {
    const { memory, period } = this;
    const entering = this.source.value;
    const seen = memory[SEEN]!;
    if (seen < period) {
      const total = memory[MEAN]! + entering;
      memory[SEEN] = seen + 1;
      memory[MEAN] = seen + 1 === period ? total / period : total;
    } else {
      memory[MEAN] = memory[MEAN]! + this.alpha * (entering - memory[MEAN]!);
    }
    this.value = memory[MEAN]!;
  }
}

export const emaAlpha = (period: number): number => 2 / (period + 1);
export const wilderAlpha = (period: number): number => 1 / period;

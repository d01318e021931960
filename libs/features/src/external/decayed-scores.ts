import type { PointInTimeRecord } from '@tradewind/market';

import type { RecordPrimitive, Source } from '../rolling/primitive.js';
import { SECONDS_PER_DAY } from './record-history.js';

const SCORES = 0;
const WEIGHTS = 1;
const AT = 2;
const LENGTH = 3;
const NANOS_PER_SECOND = 1e9;

/**
 * Mean of a series' scores, of which one counts half after `halfLifeDays` and a quarter after twice that, counted from when it became known.
 * The value is NaN before the first score.
 */
export class DecayedScores implements RecordPrimitive {
  readonly key: string;
  readonly window = 1;
  readonly startsAt = 1;
  readonly memory = new Float64Array(LENGTH);
  value = Number.NaN;
  /** Scores that still count: each as much as is left of it. */
  weight = 0;

  constructor(
    readonly series: string,
    readonly halfLifeDays: number,
    readonly close: Source,
  ) {
    this.key = `scores(${series},${halfLifeDays})`;
  }

  #decayTo(seconds: number): void {
    const { memory } = this;
    const days = (seconds - memory[AT]!) / SECONDS_PER_DAY;
    if (!(days > 0)) return;
    const left = 2 ** (-days / this.halfLifeDays);
    memory[SCORES] = memory[SCORES]! * left;
    memory[WEIGHTS] = memory[WEIGHTS]! * left;
    memory[AT] = seconds;
  }

  onRecord({ knownAt, value }: PointInTimeRecord): void {
    if (!Number.isFinite(value)) return;
    const { memory } = this;
    this.#decayTo(Number(knownAt) / NANOS_PER_SECOND);
    memory[SCORES] = memory[SCORES]! + value;
    memory[WEIGHTS] = memory[WEIGHTS]! + 1;
  }

  update(): void {
    const { memory } = this;
    this.#decayTo(this.close.value);
    this.weight = memory[WEIGHTS]!;
    this.value = this.weight > 0 ? memory[SCORES]! / this.weight : Number.NaN;
  }
}

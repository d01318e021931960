import type { TickPrimitive } from '../rolling/primitive.js';
import type { TickStream } from './tick-stream.js';

const SLOT = 0;
const LAST = 1;
const STANDING = 2;
const SQUARES = 3;
const LENGTH = 4;

/**
 * Root of the bar's realised variance: the sum of squared log returns of the middle, read every `seconds` (the middle that stood at the end of
 * each slot), for reading every change would measure the bounce of quotes (Andersen and Bollerslev, "Answering the Skeptics", International
 * Economic Review 39 (1998), eq. 2). A fraction over the bar, not a year. The return across the bar's start belongs to the bar.
 */
export class RealisedVolatility implements TickPrimitive {
  readonly key: string;
  readonly window = 1;
  readonly startsAt = 1;
  readonly memory = new Float64Array(LENGTH).fill(Number.NaN, 0, SQUARES);
  value = Number.NaN;

  constructor(
    readonly stream: TickStream,
    readonly seconds: number,
  ) {
    this.key = `realised-volatility(${seconds})`;
  }

  onTick(): void {
    const { memory, stream } = this;
    if (stream.changed !== 'book') return;
    this.#sample(Math.floor(stream.now / this.seconds));
    memory[STANDING] = stream.book.mid;
  }

  /** Slots without a change add nothing: the middle stood still. */
  #sample(slot: number): void {
    const { memory } = this;
    if (slot <= memory[SLOT]!) return;
    const standing = memory[STANDING]!;
    if (standing > 0) {
      if (memory[LAST]! > 0) memory[SQUARES] = memory[SQUARES]! + Math.log(standing / memory[LAST]!) ** 2;
      memory[LAST] = standing;
    }
    memory[SLOT] = slot;
  }

  update(): void {
    const { memory } = this;
    this.#sample(Math.floor(this.stream.now / this.seconds));
    this.value = memory[STANDING]! > 0 ? Math.sqrt(memory[SQUARES]!) : Number.NaN;
    memory[SQUARES] = 0;
  }
}

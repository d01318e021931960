import type { Source, TickPrimitive } from '../rolling/primitive.js';
import { queueImbalance } from './book-shape.js';
import { Output } from './output.js';
import type { TickStream } from './tick-stream.js';

const SINCE = 0;
const SECONDS = 1;
const CHANGES = 2;
const SUMS = 3;
const STANDING = 6;
const STARTED = 9;
const LENGTH = 10;
/** A rate over less than a second would be noise. */
const SECONDS_MIN = 1;
const PARTS = 3;

/**
 * Quotes of the bar weighted by the time they stood, from the bar's first change on: an hour in which no one quoted counts for nothing.
 * Bars without a change have the values that stand.
 */
export class QuoteAverages implements TickPrimitive {
  readonly key = 'quote-averages';
  readonly window = 1;
  readonly startsAt = 1;
  readonly memory = new Float64Array(LENGTH);
  /** Changes of the book a second. */
  value = Number.NaN;
  /** Ask less bid, in price. */
  readonly spread: Source;
  /** Ask less bid / middle. */
  readonly relativeSpread: Source;
  /** In [-1, 1]. */
  readonly imbalance: Source;
  readonly #outputs = ['spread', 'relative', 'imbalance'].map((name) => new Output(`${this.key}.${name}`));

  constructor(readonly stream: TickStream) {
    [this.spread, this.relativeSpread, this.imbalance] = this.#outputs as [Output, Output, Output];
    this.memory.fill(Number.NaN, STANDING);
  }

  onTick(): void {
    if (this.stream.changed === 'book') this.#takeBook();
  }

  #takeBook(): void {
    const { memory } = this;
    const { book, now } = this.stream;
    const changes = memory[CHANGES]!;
    if (changes > 0) this.#weigh(now);
    else memory[STARTED] = now;
    memory[SINCE] = now;
    memory[CHANGES] = changes + 1;
    memory[STANDING] = book.spread;
    memory[STANDING + 1] = book.spread / book.mid;
    memory[STANDING + 2] = queueImbalance(book);
  }

  #weigh(until: number): void {
    const { memory } = this;
    const seconds = until - memory[SINCE]!;
    if (!(seconds > 0)) return;
    memory[SECONDS] = memory[SECONDS]! + seconds;
    for (let part = 0; part < PARTS; part += 1) memory[SUMS + part] = memory[SUMS + part]! + seconds * memory[STANDING + part]!;
  }

  update(): void {
    const { memory, stream } = this;
    const changes = memory[CHANGES]!;
    if (changes > 0) this.#weigh(stream.now);
    const seconds = memory[SECONDS]!;
    for (let part = 0; part < PARTS; part += 1) {
      this.#outputs[part]!.value = seconds > 0 ? memory[SUMS + part]! / seconds : memory[STANDING + part]!;
      memory[SUMS + part] = 0;
    }
    this.value = changes > 0 ? changes / Math.max(stream.now - memory[STARTED]!, SECONDS_MIN) : 0;
    memory[SECONDS] = 0;
    memory[CHANGES] = 0;
  }
}

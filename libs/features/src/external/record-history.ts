import type { PointInTimeRecord } from '@tradewind/market';

import type { RecordPrimitive } from '../rolling/primitive.js';

const COUNT = 0;
const KNOWN = 1;
const EVENTS = 2;
const NANOS_PER_SECOND = 1e9;
export const SECONDS_PER_DAY = 86_400;

/**
 * The last `capacity` events of a series as they are known now, oldest first: a record about an event that is here already is its revision
 * and takes its place; one about an event before all of a full history is forgotten. Records come in the order in which they became known, so
 * what the history says at a bar's close was public then. Records without a number are text and pass by.
 */
export class RecordHistory implements RecordPrimitive {
  readonly key: string;
  readonly window = 1;
  readonly startsAt = 1;
  readonly memory: Float64Array;
  /** Value of the latest event; NaN before the first. */
  value = Number.NaN;

  constructor(
    readonly series: string,
    readonly capacity: number,
  ) {
    this.key = `records(${series},${capacity})`;
    this.memory = new Float64Array(EVENTS + 2 * capacity);
    this.memory[KNOWN] = Number.NaN;
  }

  /** Events known. */
  get count(): number {
    return this.memory[COUNT]!;
  }
  /** When the last record became known, in seconds since 1970; NaN before the first. */
  get knownAt(): number {
    return this.memory[KNOWN]!;
  }
  /** Time of an event in seconds since 1970; 0 is the latest. NaN beyond the first. */
  eventAt(back: number): number {
    return back < this.count ? this.memory[EVENTS + 2 * (this.count - 1 - back)]! : Number.NaN;
  }
  /** Value of an event; 0 is the latest. NaN beyond the first. */
  valueAt(back: number): number {
    return back < this.count ? this.memory[EVENTS + 2 * (this.count - 1 - back) + 1]! : Number.NaN;
  }

  /** Value of the latest event not after an instant; NaN when the history does not reach back so far. */
  valueAsOf(seconds: number): number {
    const position = this.#positionOf(seconds);
    return position < 0 ? Number.NaN : this.memory[EVENTS + 2 * position + 1]!;
  }

  onRecord({ eventTime, knownAt, value }: PointInTimeRecord): void {
    if (!Number.isFinite(value)) return;
    const { memory, capacity } = this;
    memory[KNOWN] = Number(knownAt) / NANOS_PER_SECOND;
    const event = Number(eventTime) / NANOS_PER_SECOND;
    const position = this.#positionOf(event);
    if (position >= 0 && memory[EVENTS + 2 * position] === event) {
      memory[EVENTS + 2 * position + 1] = value;
      return;
    }
    if (this.count < capacity) {
      this.#open(position + 1, event, value);
      return;
    }
    if (position < 0) return;
    // Full: all up to the place move down over the oldest.
    memory.copyWithin(EVENTS, EVENTS + 2, EVENTS + 2 * (position + 1));
    memory[EVENTS + 2 * position] = event;
    memory[EVENTS + 2 * position + 1] = value;
  }

  #open(position: number, event: number, value: number): void {
    const { memory } = this;
    const slot = EVENTS + 2 * position;
    memory.copyWithin(slot + 2, slot, EVENTS + 2 * this.count);
    memory[slot] = event;
    memory[slot + 1] = value;
    memory[COUNT] = this.count + 1;
  }

  /** Place of the latest event not after an instant; -1 when there is none. */
  #positionOf(seconds: number): number {
    const { memory } = this;
    let low = 0;
    let high = this.count;
    // Most records are about a new event.
    if (high > 0 && memory[EVENTS + 2 * (high - 1)]! <= seconds) return high - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (memory[EVENTS + 2 * middle]! <= seconds) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  update(): void {
    this.value = this.valueAt(0);
  }
}

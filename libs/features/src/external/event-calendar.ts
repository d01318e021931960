import type { PointInTimeRecord } from '@tradewind/market';

import type { RecordPrimitive, Source } from '../rolling/primitive.js';
import { SECONDS_PER_DAY } from './record-history.js';

const COUNT = 0;
const LAST = 1;
const AHEAD = 2;
/** More announced events than this of one series are nearly a year of weekly ones; the farthest are forgotten. */
const EVENTS_MAX = 48;
const NANOS_PER_SECOND = 1e9;

/**
 * Announced events of a series (earnings, dividends, a central bank's meetings): how far the next one is and how long ago the last one was.
 * A record's event time is the event; it counts from when it is known; the value 0 calls the event off.
 */
export class EventCalendar implements RecordPrimitive {
  readonly key: string;
  readonly window = 1;
  readonly startsAt = 1;
  readonly memory = new Float64Array(AHEAD + EVENTS_MAX);
  /** Days from the bar's close to the next event that is known; NaN when none is. */
  value = Number.NaN;
  /** Days since the last event; NaN when none is known. */
  since = Number.NaN;

  constructor(
    readonly series: string,
    readonly close: Source,
  ) {
    this.key = `events(${series})`;
    this.memory[LAST] = Number.NaN;
  }

  onRecord({ eventTime, value }: PointInTimeRecord): void {
    const { memory } = this;
    const event = Number(eventTime) / NANOS_PER_SECOND;
    const count = memory[COUNT]!;
    let place = 0;
    while (place < count && memory[AHEAD + place]! < event) place += 1;
    const known = place < count && memory[AHEAD + place] === event;
    if (value === 0) {
      if (!known) return;
      memory.copyWithin(AHEAD + place, AHEAD + place + 1, AHEAD + count);
      memory[COUNT] = count - 1;
      return;
    }
    if (known || place === EVENTS_MAX) return;
    const kept = Math.min(count, EVENTS_MAX - 1);
    memory.copyWithin(AHEAD + place + 1, AHEAD + place, AHEAD + kept);
    memory[AHEAD + place] = event;
    memory[COUNT] = kept + 1;
  }

  update(): void {
    const { memory } = this;
    const now = this.close.value;
    let past = 0;
    const count = memory[COUNT]!;
    while (past < count && memory[AHEAD + past]! <= now) past += 1;
    if (past > 0) {
      const last = memory[AHEAD + past - 1]!;
      if (!(memory[LAST]! >= last)) memory[LAST] = last;
      memory.copyWithin(AHEAD, AHEAD + past, AHEAD + count);
      memory[COUNT] = count - past;
    }
    this.value = memory[COUNT]! > 0 ? (memory[AHEAD]! - now) / SECONDS_PER_DAY : Number.NaN;
    this.since = (now - memory[LAST]!) / SECONDS_PER_DAY;
  }
}

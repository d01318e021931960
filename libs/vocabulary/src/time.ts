/** Nanoseconds since 1970-01-01T00:00:00Z. Every time in the system is UTC. */
export type UnixNanos = bigint & { readonly __time: 'UnixNanos' };

/** The only way domain code learns the time: handed in, never asked of the machine. */
export interface Clock {
  now(): UnixNanos;
}

export const NANOS_PER_MILLI = 1_000_000n;

export const nanosFromMillis = (millis: number): UnixNanos => (BigInt(Math.trunc(millis)) * NANOS_PER_MILLI) as UnixNanos;
/** Milliseconds, truncated; for dates and display. */
export const millisFromNanos = (nanos: UnixNanos): number => Number(nanos / NANOS_PER_MILLI);

const MILLIS_PER_DAY = 86_400_000;
const TWO_DIGITS: readonly string[] = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));
const YEAR_MIN = 1_000;
const YEAR_MAX = 9_999;

/** Steps of daily bars share the time of day: its text is kept, and the date alone is written anew, at a third of what `toISOString` costs. */
let lastTimeOfDay = 0;
let lastTimeText = 'T00:00:00.000Z';

const isoFromMillis = (millis: number): string => {
  const date = new Date(millis);
  const year = date.getUTCFullYear();
  const timeOfDay = millis % MILLIS_PER_DAY;
  if (timeOfDay === lastTimeOfDay && year >= YEAR_MIN && year <= YEAR_MAX)
    return `${year}-${TWO_DIGITS[date.getUTCMonth() + 1]}-${TWO_DIGITS[date.getUTCDate()]}${lastTimeText}`;
  const text = date.toISOString();
  lastTimeOfDay = timeOfDay;
  lastTimeText = text.slice(text.indexOf('T'));
  return text;
};

/** The facts of a step share their instant: its text is made once for all of them. */
let lastInstant = 0n as UnixNanos;
let lastText = '1970-01-01T00:00:00.000Z';

/** ISO text of the instant in UTC, to the millisecond. */
export const isoFromNanos = (nanos: UnixNanos): string => {
  if (nanos !== lastInstant) {
    lastText = isoFromMillis(millisFromNanos(nanos));
    lastInstant = nanos;
  }
  return lastText;
};
/** `YYYY-MM-DD` of the instant in UTC. */
export const utcDateOf = (nanos: UnixNanos): string => isoFromNanos(nanos).slice(0, 10);

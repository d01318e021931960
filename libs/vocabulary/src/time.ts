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
/** The facts of a step share their instant: its text is made once for all of them. */
let lastInstant = 0n as UnixNanos;
let lastText = '1970-01-01T00:00:00.000Z';

/** ISO text of the instant in UTC, to the millisecond. */
export const isoFromNanos = (nanos: UnixNanos): string => {
  if (nanos !== lastInstant) {
    lastText = new Date(millisFromNanos(nanos)).toISOString();
    lastInstant = nanos;
  }
  return lastText;
};
/** `YYYY-MM-DD` of the instant in UTC. */
export const utcDateOf = (nanos: UnixNanos): string => isoFromNanos(nanos).slice(0, 10);

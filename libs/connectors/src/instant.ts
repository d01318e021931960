import type { UnixNanos } from '@tradewind/vocabulary';

const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** `Date.parse` takes the 30th of February for a day of March. */
const realDay = (text: string): boolean => {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
};

/** Nanoseconds of RFC 3339 text with any offset and up to nine fraction digits, exactly; undefined when it isn't one. */
export const instantOf = (text: string): UnixNanos | undefined => {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const seconds = Date.parse(`${match[1]}T${match[2]}${match[4]}`);
  if (Number.isNaN(seconds) || !realDay(match[1]!)) return undefined;
  return (BigInt(seconds) * 1_000_000n + BigInt((match[3] ?? '').padEnd(9, '0'))) as UnixNanos;
};

/** RFC 3339 text of the instant in UTC with all its nanoseconds, trailing zeros left out. */
export const instantText = (nanos: bigint): string => {
  const second = new Date(Number(nanos / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  const fraction = (nanos % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  return `${second}${fraction === '' ? '' : `.${fraction}`}Z`;
};

import { millisFromNanos, nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

const MILLIS_PER_MINUTE = 60_000;
const MILLIS_PER_DAY = 86_400_000;
const LOCAL_PATTERN = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/;

export const NEW_YORK = 'America/New_York';

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (zone: string): Intl.DateTimeFormat => {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
};

/** True when the machine's tz database knows the zone. */
export const isZone = (zone: string): boolean => {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
};

/** Wall clock of the zone at an instant, written as though it were UTC milliseconds. */
const wallMillis = (zone: string, millis: number): number => {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(millis)) part[type] = Number(value);
  return Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'], part['second']);
};

/** Milliseconds that the zone's clock is ahead of UTC. Offsets change at most at whole quarters of an hour, so those are remembered. */
const offsetAt = (() => {
  const QUARTER = 15 * MILLIS_PER_MINUTE;
  const OFFSETS_MAX = 50_000;
  const known = new Map<string, number>();
  return (zone: string, millis: number): number => {
    const quarter = Math.floor(millis / QUARTER);
    const key = `${zone}/${quarter}`;
    let offset = known.get(key);
    if (offset === undefined) {
      if (known.size >= OFFSETS_MAX) known.clear();
      offset = wallMillis(zone, quarter * QUARTER) - quarter * QUARTER;
      known.set(key, offset);
    }
    return offset;
  };
})();

/**
 * The instant of a wall-clock time `YYYY-MM-DD[ HH:MM[:SS]]` in a zone. An hour that happens twice means its first time; one that does not
 * happen (clocks go forward) is undefined, as is text that is no such time.
 */
export const zonedInstant = (zone: string, text: string): UnixNanos | undefined => {
  const match = LOCAL_PATTERN.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(wall);
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) return undefined;
  // The two offsets around a change, the greater first: it gives the earlier instant.
  const offsets = [offsetAt(zone, wall - MILLIS_PER_DAY), offsetAt(zone, wall + MILLIS_PER_DAY)].sort((left, right) => right - left);
  for (const offset of offsets) {
    if (offsetAt(zone, wall - offset) === offset) return nanosFromMillis(wall - offset);
  }
  return undefined;
};

/** `YYYY-MM-DD` on the zone's wall at an instant. */
export const zonedDate = (zone: string, at: UnixNanos): string => zonedText(zone, at).slice(0, 10);

/** `YYYY-MM-DD HH:MM:SS` on the zone's wall at an instant. */
export const zonedText = (zone: string, at: UnixNanos): string => {
  const millis = millisFromNanos(at);
  return new Date(millis + offsetAt(zone, millis)).toISOString().slice(0, 19).replace('T', ' ');
};

/** The next day's name of a date `YYYY-MM-DD`. */
export const dayAfter = (date: string, days = 1): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * MILLIS_PER_DAY).toISOString().slice(0, 10);

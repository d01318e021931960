import { nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

const TIME = /^(\d{4})(\d{2})(\d{2})[ -]{1,2}(\d{2}):(\d{2}):(\d{2})(?: (.{1,40}))?$/;
const UTC = 'UTC';
const SECOND_MS = 1000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws RangeError for a zone that the machine's tz database does not have. */
const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
};

/** How far the clocks of a zone are ahead of UTC at an instant, in milliseconds. */
const offsetOf = (zone: string, utcMs: number): number => {
  const part = new Map(
    formatOf(zone)
      .formatToParts(utcMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): number => part.get(type) ?? 0;
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.trunc(utcMs / SECOND_MS) * SECOND_MS;
};

/**
 * The instant of a time as TWS writes those of executions and ended orders: `yyyymmdd hh:mm:ss zone` on the clocks of the zone, `yyyymmdd-hh:mm:ss` in UTC.
 * Without a zone nobody knows whose clocks are meant. An hour that happens twice means its first time. Undefined for anything else.
 */
export const executionTime = (text: string): UnixNanos | undefined => {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const zone = match[7] ?? (text[8] === '-' ? UTC : undefined);
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  if (zone === undefined || new Date(wall).getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) return undefined;
  if (zone === UTC) return nanosFromMillis(wall);
  try {
    return nanosFromMillis(wall - offsetOf(zone, wall - offsetOf(zone, wall)));
  } catch {
    return undefined;
  }
};

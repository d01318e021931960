import { isoFromNanos, nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

import { RequestRefused } from './request-fields.js';

const SECOND = 1_000_000_000n;

export const secondsOf = (at: UnixNanos): number => Number(at / SECOND);
export const nanosOfSeconds = (seconds: number): UnixNanos => (BigInt(seconds) * SECOND) as UnixNanos;

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

/** Date (`yyyymmdd`) and time (`hh:mm:ss`) of an instant on the clocks of a zone. */
export const civilTimeOf = (at: UnixNanos, zone: string): { readonly date: string; readonly time: string } => {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(Number(at / 1_000_000n))
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
  return { date: `${part('year')}${part('month')}${part('day')}`, time: `${part('hour')}:${part('minute')}:${part('second')}` };
};

/** `yyyymmdd-hh:mm:ss` in UTC, as head timestamps are written. */
export const utcText = (at: UnixNanos): string => isoFromNanos(at).slice(0, 19).replaceAll('-', '').replace('T', '-');

const TIME = /^(\d{4})(\d{2})(\d{2})[ -]{1,2}(\d{2}):(\d{2}):(\d{2})(?: (.+))?$/;

/**
 * The time in a request: `yyyymmdd-hh:mm:ss` is UTC, `yyyymmdd hh:mm:ss zone` is on the clocks of the zone, without zone on those of the
 * instrument. Throws RequestRefused (10314).
 */
export const parseRequestTime = (text: string, instrumentZone: string): UnixNanos => {
  const match = TIME.exec(text);
  if (match === null) throw new RequestRefused(10314, 'End Date/Time: The date, time, or time-zone entered is invalid.');
  const [, year, month, day, hour, minute, second, named] = match;
  const asUtc = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  if (text[8] === '-') return nanosFromMillis(asUtc);
  const zone = named ?? instrumentZone;
  try {
    return nanosFromMillis(asUtc - offsetMs(asUtc - offsetMs(asUtc, zone), zone));
  } catch {
    throw new RequestRefused(10314, 'End Date/Time: The date, time, or time-zone entered is invalid.');
  }
};

/** How far the clocks of a zone are ahead of UTC at an instant. */
const offsetMs = (utcMs: number, zone: string): number => {
  const { date, time } = civilTimeOf(nanosFromMillis(utcMs), zone);
  const civil = Date.UTC(
    Number(date.slice(0, 4)),
    Number(date.slice(4, 6)) - 1,
    Number(date.slice(6, 8)),
    ...(time.split(':').map(Number) as [number, number, number]),
  );
  return civil - Math.trunc(utcMs / 1000) * 1000;
};

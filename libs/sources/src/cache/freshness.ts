import { nyseCalendar, parseCivilDate } from '@tradewind/market';
import { NANOS_PER_MILLI, type UnixNanos, unreachable } from '@tradewind/vocabulary';

import { SETTLED_AFTER_MS } from '../wire-values/request-checks.js';
import { dayAfter, NEW_YORK, zonedDate, zonedInstant } from '../wire-values/zoned-time.js';

/** Kinds of data that age differently. */
export type DataKind =
  | 'daily-bars'
  | 'intraday-bars'
  | 'past-bars'
  | 'statements'
  | 'macro-daily'
  | 'macro-monthly'
  | 'news'
  | 'insiders'
  | 'actions'
  | 'reference';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS_LOOKED_AHEAD = 14;

const plus = (at: UnixNanos, ms: number): UnixNanos => (at + BigInt(ms) * NANOS_PER_MILLI) as UnixNanos;

/** The next instant after `at` at which the New York exchange's finished session can be read from a vendor. */
const nextSettledClose = (at: UnixNanos): UnixNanos => {
  let date = zonedDate(NEW_YORK, at);
  for (let day = 0; day < DAYS_LOOKED_AHEAD; day += 1, date = dayAfter(date)) {
    const session = nyseCalendar.sessionOf(parseCivilDate(date)!);
    if (session === undefined) continue;
    const settled = plus(session.closeTime, SETTLED_AFTER_MS);
    if (settled > at) return settled;
  }
  return plus(at, DAY_MS);
};

/** The next time of day in New York after `at`, `HH:MM`. */
const nextTimeOfDay = (at: UnixNanos, time: string): UnixNanos => {
  const date = zonedDate(NEW_YORK, at);
  const today = zonedInstant(NEW_YORK, `${date} ${time}`);
  return today !== undefined && today > at ? today : (zonedInstant(NEW_YORK, `${dayAfter(date)} ${time}`) ?? plus(at, DAY_MS));
};

/**
 * Until when an answer that was fetched at an instant says what the vendor would say now. Daily bars change only when a session has closed and settled;
 * statements and reference data are looked at once a day, before the market opens; figures of the economy once their morning and afternoon releases are
 * out; past months never change.
 */
export const freshUntil = (kind: DataKind, fetchedAt: UnixNanos): UnixNanos => {
  switch (kind) {
    case 'daily-bars':
      return nextSettledClose(fetchedAt);
    case 'intraday-bars':
      return plus(fetchedAt, MINUTE_MS);
    case 'past-bars':
      return plus(fetchedAt, 365 * DAY_MS);
    case 'statements':
    case 'actions':
    case 'reference':
      return nextTimeOfDay(fetchedAt, '05:30');
    case 'macro-monthly':
      return nextTimeOfDay(fetchedAt, '08:45');
    case 'macro-daily': {
      const morning = nextTimeOfDay(fetchedAt, '08:45');
      const evening = nextTimeOfDay(fetchedAt, '18:30');
      return morning < evening ? morning : evening;
    }
    case 'insiders':
      // Form 4 is accepted until 22:00 in New York; a look before the open sees the evening's.
      return nextTimeOfDay(fetchedAt, '05:30');
    case 'news':
      return plus(fetchedAt, 2 * HOUR_MS);
    default:
      return unreachable(kind);
  }
};

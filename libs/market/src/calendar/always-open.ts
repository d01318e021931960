import { NANOS_PER_MILLI, type UnixNanos } from '@tradewind/vocabulary';

import { civilDateOf, dayNumberOf } from './civil-date.js';
import type { Session, TradingCalendar } from './trading-calendar.js';

const NANOS_PER_DAY = 86_400_000n * NANOS_PER_MILLI;

/** A market that never shuts, as the simulated venue and crypto exchanges: every day is a session from midnight to midnight UTC. */
export const alwaysOpenCalendar: TradingCalendar = {
  name: '24/7',
  timeZone: 'UTC',
  isSession: () => true,
  sessionOf: (date) => dayOf(dayNumberOf(date)),
  extendedSessionOf: (date) => dayOf(dayNumberOf(date)),
  sessionsBetween: (after, before) => {
    const first = dayNumberOf(after) + 1;
    return Array.from({ length: Math.max(0, dayNumberOf(before) - first) }, (_value, index) => civilDateOf(first + index));
  },
  dateAt: (at) => civilDateOf(Number(at / NANOS_PER_DAY)),
  midnightOf: (date) => (BigInt(dayNumberOf(date)) * NANOS_PER_DAY) as UnixNanos,
};

const dayOf = (day: number): Session => ({
  date: civilDateOf(day),
  openTime: (BigInt(day) * NANOS_PER_DAY) as UnixNanos,
  closeTime: (BigInt(day + 1) * NANOS_PER_DAY) as UnixNanos,
  earlyClose: false,
});

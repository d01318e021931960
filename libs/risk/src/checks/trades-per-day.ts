import { denial } from '../deny-codes.js';
import type { OrderCheck } from './check.js';

/** Counts entries and exits; an exit passes all the same, since no limit may keep a position on. */
export const tradesPerDay: OrderCheck = {
  name: 'trades-per-day',
  check: ({ entry }, { trades, profile }) =>
    entry !== undefined && trades >= profile.limits.tradesPerDayMax
      ? denial('TRADES_PER_DAY', { trades: String(trades), limit: String(profile.limits.tradesPerDayMax) })
      : undefined,
};

import { calendarOf } from '@tradewind/market';
import type { UnixNanos } from '@tradewind/vocabulary';

const NANOS_PER_SECOND = 1_000_000_000n;

/** What is known of market data when the clock is looked at. */
export interface Hearing {
  /** When the last bars arrived, by the same clock as `now`. */
  readonly heardAt: UnixNanos;
  /** Length of their interval: the next ones are not due before. */
  readonly intervalNanos: bigint;
  readonly exchange: string;
  readonly now: UnixNanos;
}

/**
 * Seconds beyond the interval that bars have not come while the exchange was open; 0 when it is shut. Silence of the night doesn't count: it begins with the
 * session at the earliest. An exchange without a calendar is taken to be always open.
 */
export const silentSeconds = ({ heardAt, intervalNanos, exchange, now }: Hearing): number => {
  let since: bigint = heardAt;
  try {
    const calendar = calendarOf(exchange);
    const session = calendar.sessionOf(calendar.dateAt(now));
    if (session === undefined || now < session.openTime || now > session.closeTime) return 0;
    if (session.openTime > since) since = session.openTime;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const late = now - since - intervalNanos;
  return late > 0n ? Number(late / NANOS_PER_SECOND) : 0;
};

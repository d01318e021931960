import type { UnixNanos } from '@tradewind/vocabulary';

/** Nothing waits longer than this: what seems to was written down before the clock was set back. */
const WAIT_MOST = 60_000_000_000n;

/** The time for it has come. */
export const isTimeFor = (at: UnixNanos, now: UnixNanos): boolean => at <= now || at - now > WAIT_MOST;

import { formatDecimal, type UnixNanos } from '@tradewind/vocabulary';

import type { TickPolicy } from './tick-policy.js';

const UNLOCKED = 0n as UnixNanos;
const LASTING_NANOS = 5_000_000_000n;

/** Bid and ask at one price happen while exchanges catch up with each other; for seconds on end one side of the feed stands still. */
export const lockedQuote: TickPolicy = {
  name: 'locked-quote',
  checkQuote({ at, bidPrice, askPrice }, seen) {
    if (askPrice <= 0n || bidPrice !== askPrice) {
      seen.lockedSince = UNLOCKED;
      return undefined;
    }
    if (seen.lockedSince === UNLOCKED) seen.lockedSince = at;
    if (at - seen.lockedSince < LASTING_NANOS) return undefined;
    const rule = `bid and ask have been ${formatDecimal(bidPrice)} for 5 seconds or more`;
    return { code: 'QUOTE_LOCKED', field: 'bidPrice', rule, dropped: false, penalty: 0.2 };
  },
};

import type { TickPolicy } from './tick-policy.js';

const STALE_NANOS = 300_000_000_000n;

/** Trades that go on for minutes without a new quote: the quotes have stopped, though the symbol has not. */
export const staleQuote: TickPolicy = {
  name: 'stale-quote',
  checkTrade({ at }, _price, { quotedAt, lastAt, bid }) {
    // The first trade of a morning finds the quote of the evening before.
    if (bid === 0 || at - quotedAt < STALE_NANOS || lastAt - quotedAt < STALE_NANOS || at - lastAt > STALE_NANOS) return undefined;
    const rule = 'trades have come for 5 minutes or more without a quote';
    return { code: 'QUOTE_STALE', field: 'at', rule, dropped: false, penalty: 0.1 };
  },
};

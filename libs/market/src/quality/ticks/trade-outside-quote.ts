import type { TickPolicy } from './tick-policy.js';

/** What is told late or in blocks trades a little away from the quote; two hundredths away is another market, or a wrong price. */
const AWAY_RATIO = 0.02;
/** An older quote may have been left behind, a wider one is a stub that nobody means. */
const FRESH_NANOS = 5_000_000_000n;
const SPREAD_RATIO_MAX = 0.05;

/** A trade far outside the quote of its moment is told with a warning and costs quality: it may be the quote that is wrong. */
export const tradeOutsideQuote: TickPolicy = {
  name: 'trade-outside-quote',
  checkTrade({ at }, price, { bid, ask, quotedAt }) {
    if (bid === 0 || at < quotedAt || at - quotedAt > FRESH_NANOS || ask > bid * (1 + SPREAD_RATIO_MAX)) return undefined;
    if (price >= bid * (1 - AWAY_RATIO) && price <= ask * (1 + AWAY_RATIO)) return undefined;
    const rule = `${price} is more than 2% outside the quote ${bid} to ${ask}`;
    return { code: 'TRADE_OUTSIDE_QUOTE', field: 'price', rule, dropped: false, penalty: 1 };
  },
};

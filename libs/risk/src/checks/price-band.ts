import { toNumber } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** The signal's price against the last close that risk itself was told: two ways to one price have to agree. A band round the last price, as Limit Up–Limit Down has one. */
export const priceBand: SignalCheck = {
  name: 'price-band',
  check: ({ decision, market, profile: { limits } }) => {
    if (limits.priceBand === 'off' || decision.action !== 'ENTER') return undefined;
    const close = market.history.lastCloseOf(decision.symbol);
    if (close === undefined) return denial('HISTORY_SHORT', { symbol: decision.symbol, bars: '0' });
    const band = toNumber(limits.priceBand);
    const distance = Math.abs(decision.referencePrice / close - 1);
    return distance <= band
      ? undefined
      : denial('PRICE_BAND', { reference: String(decision.referencePrice), close: String(close), band: String(band) });
  },
};

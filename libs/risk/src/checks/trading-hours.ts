import { isoFromNanos } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** Entries leave while the exchange is open. The close belongs to the session: a daily bar ends with it. An exchange without a calendar is never known to be open. */
export const tradingHours: SignalCheck = {
  name: 'trading-hours',
  check: ({ decision, header, instrument, market, profile: { limits } }) =>
    limits.tradingHours === 'off' ||
    decision.action !== 'ENTER' ||
    instrument === undefined ||
    market.isOpen(instrument.exchange, limits.tradingHours)
      ? undefined
      : denial('MARKET_CLOSED', { exchange: instrument.exchange, at: isoFromNanos(header.at) }),
};

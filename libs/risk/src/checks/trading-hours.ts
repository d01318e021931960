import { calendarOf } from '@tradewind/market';
import type { TradingCalendar } from '@tradewind/market';
import { isoFromNanos } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

const calendarFor = (exchange: string): TradingCalendar | undefined => {
  try {
    return calendarOf(exchange);
  } catch {
    return undefined;
  }
};

/** Entries leave while the exchange is open. The close belongs to the session: a daily bar ends with it. An exchange without a calendar is never known to be open. */
export const tradingHours: SignalCheck = {
  name: 'trading-hours',
  check: ({ decision, header, instrument, profile: { limits } }) => {
    if (limits.tradingHours === 'off' || decision.action !== 'ENTER' || instrument === undefined) return undefined;
    const calendar = calendarFor(instrument.exchange);
    const date = calendar?.dateAt(header.at);
    const session =
      date === undefined ? undefined : limits.tradingHours === 'regular' ? calendar?.sessionOf(date) : calendar?.extendedSessionOf(date);
    if (session !== undefined && header.at >= session.openTime && header.at <= session.closeTime) return undefined;
    return denial('MARKET_CLOSED', { exchange: instrument.exchange, at: isoFromNanos(header.at) });
  },
};

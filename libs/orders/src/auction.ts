import { calendarOf } from '@tradewind/market';
import type { Bar, Session } from '@tradewind/market';
import type { Instrument } from '@tradewind/vocabulary';

const sessionOf = (bar: Bar, exchange: string): Session | undefined => {
  const calendar = calendarOf(exchange);
  return calendar.sessionOf(calendar.dateAt(bar.openTime));
};

const hasCalendar = (exchange: string): boolean => {
  try {
    calendarOf(exchange);
    return true;
  } catch {
    return false;
  }
};

/** A daily bar holds both auctions; so does any bar of a market without sessions, for its orders have to end somewhere. */
const holdsBoth = (bar: Bar, instrument: Instrument | undefined): boolean =>
  bar.interval === '1d' || instrument === undefined || !hasCalendar(instrument.exchange);

/** The bar opens with the exchange's opening auction: OPG orders wait for it. */
export const isOpeningBar = (bar: Bar, instrument: Instrument | undefined): boolean => {
  if (holdsBoth(bar, instrument)) return true;
  const session = sessionOf(bar, instrument!.exchange);
  return session !== undefined && bar.openTime <= session.openTime && bar.closeTime > session.openTime;
};

/** The bar closes with the exchange's closing auction: CLS orders wait for it. */
export const isClosingBar = (bar: Bar, instrument: Instrument | undefined): boolean => {
  if (holdsBoth(bar, instrument)) return true;
  const session = sessionOf(bar, instrument!.exchange);
  return session !== undefined && bar.openTime < session.closeTime && bar.closeTime >= session.closeTime;
};

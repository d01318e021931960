import { type Bar, type BarInterval, civilDate, nyseCalendar } from '@tradewind/market';
import { isoFromNanos, nanosFromMillis, price, quantity, symbolOf } from '@tradewind/vocabulary';

/** A bar of a day with a session: prices walk a little with the day. */
export const dailyBar = (symbol: string, date: string, cents: number, source: string): Bar => {
  const session = nyseCalendar.sessionOf(civilDate(date))!;
  const at = (offset: number) => price(((cents + offset) / 100).toFixed(2));
  return {
    id: `bar/${symbol}/1d/${date}`,
    symbol: symbolOf(symbol),
    interval: '1d',
    openTime: session.openTime,
    closeTime: session.closeTime,
    open: at(0),
    high: at(150),
    low: at(-125),
    close: at(33),
    volume: quantity(String(1_000_000 + cents)),
    source,
    warmUp: false,
  };
};

/** Daily bars of every session of [from, until], 100.00 and a quarter more each day. */
export const dailyBars = (symbol: string, from: string, until: string, source: string): readonly Bar[] =>
  [...nyseCalendar.sessionsBetween(civilDate(from), civilDate(until))].map((date, index) =>
    dailyBar(symbol, date, 10_000 + 25 * index, source),
  );

/** A bar that starts at an instant, ISO in UTC. */
export const barFrom = (symbol: string, interval: BarInterval, openIso: string, minutes: number, source: string, cents = 20_000): Bar => {
  const openTime = nanosFromMillis(Date.parse(openIso));
  const closeTime = nanosFromMillis(Date.parse(openIso) + minutes * 60_000);
  const at = (offset: number) => price(((cents + offset) / 100).toFixed(2));
  return {
    id: `bar/${symbol}/${interval}/${isoFromNanos(closeTime)}`,
    symbol: symbolOf(symbol),
    interval,
    openTime,
    closeTime,
    open: at(0),
    high: at(9),
    low: at(-8),
    close: at(4),
    volume: quantity('1200'),
    source,
    warmUp: false,
  };
};

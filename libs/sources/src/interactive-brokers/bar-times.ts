import { type Bar, type BarInterval, calendarOf, parseCivilDate, type TradingCalendar } from '@tradewind/market';
import type { PastBar, RoutedContract } from '@tradewind/tws';
import { isoFromNanos, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { SourceError } from '../source.js';
import { dayAfter, isZone, zonedInstant } from '../wire-values/zoned-time.js';
import type { BarShape } from './bar-windows.js';
import { marketCodeOf } from './contracts.js';
import { SOURCE } from './name.js';

const SECOND = 1_000_000_000n;
const DAY_SECONDS = 86_400;

/** The calendar of the exchange that lists a contract; undefined when there is none for it. */
export const calendarOfContract = ({ primaryExchange }: RoutedContract): TradingCalendar | undefined => {
  const code = marketCodeOf(primaryExchange);
  try {
    return code === undefined ? undefined : calendarOf(code);
  } catch {
    return undefined;
  }
};

interface BarTimes {
  readonly openTime: UnixNanos;
  readonly closeTime: UnixNanos;
}

const badTime = (text: string, rule: string): SourceError =>
  new SourceError('BAD_RESPONSE', SOURCE, `'historicalData.time' is ${text.slice(0, 40)}; it must be ${rule}`, {
    field: 'historicalData.time',
    rule,
  });

/** A day's bar spans its session; on an exchange without a calendar, the civil day there. */
const dayTimes = (text: string, contract: RoutedContract): BarTimes => {
  const date = parseCivilDate(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`);
  if (text.length !== 8 || date === undefined) throw badTime(text, 'a date yyyymmdd');
  const session = calendarOfContract(contract)?.sessionOf(date);
  if (session !== undefined) return session;
  const zone = isZone(contract.timeZoneId) ? contract.timeZoneId : 'UTC';
  const [openTime, closeTime] = [zonedInstant(zone, date), zonedInstant(zone, dayAfter(date))];
  if (openTime === undefined || closeTime === undefined) throw badTime(text, `a day in ${zone}`);
  return { openTime, closeTime };
};

/** A bar ends where the next one would begin: one that begins later, as the first of an hour at 09:30, is shorter. */
const intradayTimes = (text: string, seconds: number): BarTimes => {
  if (text.length === 8) throw badTime(text, 'seconds since 1970');
  const openTime = (BigInt(text) * SECOND) as UnixNanos;
  const size = BigInt(seconds) * SECOND;
  return { openTime, closeTime: ((openTime / size) * size + size) as UnixNanos };
};

/** `bar/<symbol>/<interval>/<date of a day, else the instant of the close>`. */
export const barId = (symbol: Symbol, interval: BarInterval, closeTime: UnixNanos): string =>
  `bar/${symbol}/${interval}/${interval.endsWith('d') ? isoFromNanos(closeTime).slice(0, 10) : isoFromNanos(closeTime)}`;

/** A bar of IB's history as a bar of the port. Throws SourceError BAD_RESPONSE when its time is none. */
export const barOf = (past: PastBar, symbol: Symbol, interval: BarInterval, shape: BarShape, contract: RoutedContract): Bar => {
  const { openTime, closeTime } = shape.seconds >= DAY_SECONDS ? dayTimes(past.time, contract) : intradayTimes(past.time, shape.seconds);
  const { open, high, low, close, volume } = past;
  return {
    id: barId(symbol, interval, closeTime),
    symbol,
    interval,
    openTime,
    closeTime,
    open,
    high,
    low,
    close,
    volume,
    source: SOURCE,
    warmUp: false,
  };
};

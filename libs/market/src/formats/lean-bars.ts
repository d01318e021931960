import { isoFromNanos, type Price, type Quantity, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import type { Bar } from '../bar.js';
import type { BarInterval } from '../bar-interval.js';
import { type CivilDate, civilDateFrom, dayNumberOf } from '../calendar/civil-date.js';
import { easternInstant } from '../calendar/eastern-time.js';
import type { TradingCalendar } from '../calendar/trading-calendar.js';
import { columnsOf, integerOf, millisOfDay, type ParsedText, readRows, RowError, shown, type TextOptions } from './text-rows.js';

export type LeanResolution = 'second' | 'minute' | 'hour' | 'daily';

/** Open, high, low and close in 1/10,000 dollar. */
export interface LeanPrices {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** One row of a trade bar file. */
export interface LeanTradeBar extends LeanPrices {
  readonly line: number;
  readonly date: CivilDate;
  /** Start of the bar; of a daily bar New York's midnight. */
  readonly startsAt: UnixNanos;
  readonly volume: number;
}

/** One row of a quote bar file; a side that nobody quoted is undefined. Size is that of the last quote. */
export interface LeanQuoteBar {
  readonly line: number;
  readonly startsAt: UnixNanos;
  readonly bid: (LeanPrices & { readonly size: number }) | undefined;
  readonly ask: (LeanPrices & { readonly size: number }) | undefined;
}

const TRADE_COLUMNS = 6;
const QUOTE_COLUMNS = 11;
const QUOTE_ASK_COLUMN = 6;
const NANOS_PER_MILLI = 1_000_000n;
const SHARE_UNITS = 1_000_000_000n;
const PRICE_UNITS = 100_000n;

const INTERVALS: Readonly<Record<LeanResolution, { readonly interval: BarInterval; readonly nanos: bigint }>> = {
  second: { interval: '1s', nanos: 1_000_000_000n },
  minute: { interval: '1m', nanos: 60_000_000_000n },
  hour: { interval: '1h', nanos: 3_600_000_000_000n },
  daily: { interval: '1d', nanos: 86_400_000_000_000n },
};

/** A price in 1/10,000 dollar as an exact decimal. */
export const leanPrice = (units: number): Price => (BigInt(units) * PRICE_UNITS) as Price;
/** Whole shares as an exact decimal. */
export const leanQuantity = (shares: number): Quantity => (BigInt(shares) * SHARE_UNITS) as Quantity;

/** `20131007 09:00` of New York. */
const stampOf = (text: string | undefined): { readonly date: CivilDate; readonly startsAt: UnixNanos } => {
  const match = /^(\d{4})(\d{2})(\d{2}) (\d{2}):(\d{2})$/.exec(text ?? '');
  const date = match === null ? undefined : civilDateFrom(Number(match[1]), Number(match[2]), Number(match[3]));
  const minutes = match === null ? NaN : Number(match[4]) * 60 + Number(match[5]);
  if (date === undefined || !(minutes < 1_440)) throw new RowError('ROW_BAD_TIME', 'time', `${shown(text)} must be YYYYMMDD HH:MM`);
  return { date, startsAt: easternInstant(dayNumberOf(date), minutes) };
};

const pricesOf = (fields: readonly string[], column: number, prefix: string): LeanPrices => ({
  open: integerOf(fields[column], `${prefix}open`, 1),
  high: integerOf(fields[column + 1], `${prefix}high`, 1),
  low: integerOf(fields[column + 2], `${prefix}low`, 1),
  close: integerOf(fields[column + 3], `${prefix}close`, 1),
});

/**
 * Reads a trade bar file: time, open, high, low, close (1/10,000 dollar), volume. Second and minute files count milliseconds since New York's
 * midnight of the day in the file's name, which `date` must give; hourly and daily files say the date themselves.
 */
export const parseLeanTradeBars = (
  text: string,
  file: { readonly resolution: 'hour' | 'daily' } | { readonly resolution: 'second' | 'minute'; readonly date: CivilDate },
  options: TextOptions = {},
): ParsedText<LeanTradeBar> => {
  const stamped = timeReader(file);
  return readRows(text, options, (content, line) => {
    const fields = columnsOf(content, TRADE_COLUMNS);
    return { line, ...stamped(fields[0]), ...pricesOf(fields, 1, ''), volume: integerOf(fields[5], 'volume', 0) };
  });
};

/** Reads a quote bar file of seconds or minutes: time, bid open, high, low, close, size, and the same of the ask. */
export const parseLeanQuoteBars = (
  text: string,
  file: { readonly resolution: 'second' | 'minute'; readonly date: CivilDate },
  options: TextOptions = {},
): ParsedText<LeanQuoteBar> => {
  const stamped = timeReader(file);
  const sideOf = (fields: readonly string[], column: number, prefix: string): LeanQuoteBar['bid'] => {
    // Nobody quoted this side in the bar: the file has nothing, or zeros, in all four prices.
    const quoted = [0, 1, 2, 3].some((offset) => (fields[column + offset] ?? '') !== '' && fields[column + offset] !== '0');
    return quoted ? { ...pricesOf(fields, column, prefix), size: integerOf(fields[column + 4], `${prefix}size`, 0) } : undefined;
  };
  return readRows(text, options, (content, line) => {
    const fields = columnsOf(content, QUOTE_COLUMNS);
    const { startsAt } = stamped(fields[0]);
    return { line, startsAt, bid: sideOf(fields, 1, 'bid '), ask: sideOf(fields, QUOTE_ASK_COLUMN, 'ask ') };
  });
};

const timeReader = (file: { readonly resolution: LeanResolution; readonly date?: CivilDate }) => {
  const { date } = file;
  if (date === undefined) return stampOf;
  const midnight = easternInstant(dayNumberOf(date), 0);
  return (text: string | undefined) => ({
    date,
    startsAt: (midnight + BigInt(millisOfDay(text, 'time')) * NANOS_PER_MILLI) as UnixNanos,
  });
};

/**
 * The row as a raw bar. A daily bar takes the times of its session and is undefined on a day that is none; the others last from their start for
 * their length.
 */
export const leanBar = (
  row: LeanTradeBar,
  of: { readonly symbol: Symbol; readonly resolution: LeanResolution; readonly source: string; readonly calendar: TradingCalendar },
): Bar | undefined => {
  const { interval, nanos } = INTERVALS[of.resolution];
  const session = of.resolution === 'daily' ? of.calendar.sessionOf(row.date) : undefined;
  if (of.resolution === 'daily' && session === undefined) return undefined;
  const openTime = session?.openTime ?? row.startsAt;
  const closeTime = session?.closeTime ?? ((row.startsAt + nanos) as UnixNanos);
  return {
    id: `bar/${of.symbol}/${interval}/${session?.date ?? isoFromNanos(closeTime)}`,
    symbol: of.symbol,
    interval,
    openTime,
    closeTime,
    open: leanPrice(row.open),
    high: leanPrice(row.high),
    low: leanPrice(row.low),
    close: leanPrice(row.close),
    volume: leanQuantity(row.volume),
    source: of.source,
    warmUp: false,
  };
};

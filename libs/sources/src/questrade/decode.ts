import { type Bar, type BarInterval, nyseCalendar, parseCivilDate, type Quote, type TradingCalendar, tsxCalendar } from '@tradewind/market';
import { isoFromNanos, type Quantity, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { zonedDate } from '../wire-values/zoned-time.js';
import { parseWireJson, WireObject } from '../wire-values/wire-object.js';

export const SOURCE = 'questrade';

const NAME_LENGTH_MAX = 80;
const DAY_MS = 86_400_000;

/** Our intervals in the vendor's spelling, and the calendar days that surely hold no more than the 2,000 candles of an answer. */
export const INTERVALS: Readonly<Partial<Record<BarInterval, { readonly spelled: string; readonly days: number; readonly ms: number }>>> = {
  '1d': { spelled: 'OneDay', days: 2_000, ms: DAY_MS },
  '1m': { spelled: 'OneMinute', days: 2, ms: 60_000 },
  '5m': { spelled: 'FiveMinutes', days: 10, ms: 300_000 },
  '15m': { spelled: 'FifteenMinutes', days: 30, ms: 900_000 },
  '30m': { spelled: 'HalfHour', days: 60, ms: 1_800_000 },
  '1h': { spelled: 'OneHour', days: 120, ms: 3_600_000 },
};

/** A symbol as the vendor knows it. */
export interface Listing {
  readonly id: number;
  readonly calendar: TradingCalendar;
}

const CALENDARS: ReadonlyMap<string, TradingCalendar> = new Map([
  ...['TSX', 'TSXV', 'NEO', 'CNSX'].map((name) => [name, tsxCalendar] as const),
  ...['NYSE', 'NASDAQ', 'NYSEAM', 'ARCA', 'NYSEGIF', 'BATS', 'AMEX'].map((name) => [name, nyseCalendar] as const),
]);

/** `/v1/symbols?names=`: undefined when the vendor has no symbol of this very name. */
export const decodeListing = (json: unknown, ticker: string): Listing | undefined => {
  const row = new WireObject(SOURCE, json).objects('symbols').find((symbol) => symbol.text('symbol', NAME_LENGTH_MAX) === ticker);
  if (row === undefined) return undefined;
  const calendar =
    CALENDARS.get(row.text('listingExchange', 20)) ?? row.fail('listingExchange', 'an exchange of Canada or the United States');
  return { id: row.integer('symbolId'), calendar };
};

/** `/v1/markets/candles/:id`. A daily candle begins with its date in Toronto; each gets its session's open and close. */
export const decodeCandles = (json: unknown, symbol: Symbol, interval: BarInterval, { calendar }: Listing): readonly Bar[] =>
  new WireObject(SOURCE, json).objects('candles').flatMap((row): Bar[] => {
    const start = row.instant('start');
    const span =
      interval === '1d' ? sessionOn(zonedDate(calendar.timeZone, start), calendar) : { openTime: start, closeTime: row.instant('end') };
    if (span === undefined) return [];
    if (span.closeTime <= span.openTime) row.fail('end', 'after the start');
    const id = `bar/${symbol}/${interval}/${interval === '1d' ? zonedDate(calendar.timeZone, start) : isoFromNanos(span.closeTime)}`;
    return [
      {
        id,
        symbol,
        interval,
        ...span,
        open: row.price('open'),
        high: row.price('high'),
        low: row.price('low'),
        close: row.price('close'),
        volume: row.quantity('volume'),
        source: SOURCE,
        warmUp: false,
      },
    ];
  });

const sessionOn = (date: string, calendar: TradingCalendar): { openTime: UnixNanos; closeTime: UnixNanos } | undefined => {
  const session = calendar.sessionOf(parseCivilDate(date)!);
  return session === undefined ? undefined : { openTime: session.openTime, closeTime: session.closeTime };
};

export const decodeStreamPort = (json: unknown): number => {
  const body = new WireObject(SOURCE, json);
  const port = body.integer('streamPort');
  return port > 0 && port < 65_536 ? port : body.fail('streamPort', 'a port');
};

/** The answer to the token that was sent on the socket. */
export const decodeWelcome = (text: string): boolean =>
  new WireObject(SOURCE, parseWireJson(SOURCE, text), 'message').raw('success') === true;

/** The rows of a message of the stream; none in one that carries no quotes. */
export const decodeQuoteRows = (text: string): readonly WireObject[] => {
  const body = new WireObject(SOURCE, parseWireJson(SOURCE, text), 'message');
  return body.raw('quotes') === undefined ? [] : body.objects('quotes');
};

/** Best bid and offer. The vendor stamps trades only, so that a quote has the time at which it came. Delayed quotes are refused: they are no quotes of now. */
export const decodeQuote = (row: WireObject, symbols: ReadonlyMap<number, Symbol>, cameAt: UnixNanos): Quote => {
  if (row.has('delay') && row.raw('delay') !== 0 && row.raw('delay') !== false) row.fail('delay', '0: real-time data');
  const size = (name: string): Quantity => (row.has(name) ? row.quantity(name) : (0n as Quantity));
  const [bidPrice, askPrice] = [row.priceOrNone('bidPrice'), row.priceOrNone('askPrice')];
  return {
    kind: 'quote',
    symbol: symbols.get(row.integer('symbolId')) ?? row.fail('symbolId', 'a symbol that was subscribed to'),
    at: cameAt,
    sequence: 0,
    bidPrice,
    bidQuantity: bidPrice === 0n ? (0n as Quantity) : size('bidSize'),
    askPrice,
    askQuantity: askPrice === 0n ? (0n as Quantity) : size('askSize'),
    venue: '',
  };
};

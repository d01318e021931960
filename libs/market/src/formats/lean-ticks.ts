import type { Price, Quantity, Symbol, UnixNanos } from '@tradewind/vocabulary';

import { type CivilDate, dayNumberOf } from '../calendar/civil-date.js';
import { easternInstant } from '../calendar/eastern-time.js';
import type { Quote, Trade } from '../tick.js';
import { leanPrice, leanQuantity } from './lean-bars.js';
import { columnsOf, integerOf, millisOfDay, type ParsedText, readRows, RowError, shown, type TextOptions } from './text-rows.js';

/** One row of a trade tick file. Price in 1/10,000 dollar. */
export interface LeanTradeTick {
  readonly line: number;
  readonly at: UnixNanos;
  readonly price: number;
  readonly quantity: number;
  readonly exchange: string;
  /** AlgoSeek's flags, hexadecimal as in the file. */
  readonly condition: string;
  readonly suspicious: boolean;
}

/** One row of a quote tick file: what one exchange quotes from then on. A side with size 0 is not told by the row and stays as it was. */
export interface LeanQuoteTick {
  readonly line: number;
  readonly at: UnixNanos;
  readonly bidPrice: number;
  readonly bidSize: number;
  readonly askPrice: number;
  readonly askSize: number;
  readonly exchange: string;
  readonly condition: string;
  readonly suspicious: boolean;
}

const TRADE_COLUMNS = 6;
const QUOTE_COLUMNS = 8;
const NANOS_PER_MILLI = 1_000_000n;
/** No flag, or only the one of a regular sale. */
const REGULAR: ReadonlySet<string> = new Set(['', '0', '1']);
/** Said of a sale that the vendor itself doubts. */
const SUSPICIOUS = 'suspicious';

const flagOf = (text: string | undefined): boolean => {
  if (text !== '0' && text !== '1') throw new RowError('ROW_OUT_OF_RANGE', 'suspicious', `${shown(text)} must be 0 or 1`);
  return text === '1';
};

const hexadecimalOf = (text: string | undefined, field: string): string => {
  if (text === undefined || !/^[0-9a-fA-F]{0,16}$/.test(text))
    throw new RowError('ROW_NOT_A_NUMBER', field, `${shown(text)} must be hexadecimal flags`);
  return text;
};

const exchangeOf = (text: string | undefined): string => {
  if (text === undefined || !/^[A-Z0-9]{0,8}$/i.test(text))
    throw new RowError('ROW_BAD_SHAPE', 'exchange', `${shown(text)} must be an exchange code`);
  return text;
};

/** Reads a trade tick file: milliseconds since New York's midnight, price (1/10,000 dollar), size, exchange, condition, suspicious. */
export const parseLeanTradeTicks = (text: string, date: CivilDate, options: TextOptions = {}): ParsedText<LeanTradeTick> => {
  const midnight = easternInstant(dayNumberOf(date), 0);
  return readRows(text, options, (content, line) => {
    const [time, price, size, exchange, condition, suspicious] = columnsOf(content, TRADE_COLUMNS);
    return {
      line,
      at: (midnight + BigInt(millisOfDay(time, 'time')) * NANOS_PER_MILLI) as UnixNanos,
      price: integerOf(price, 'price', 1),
      quantity: integerOf(size, 'size', 1),
      exchange: exchangeOf(exchange),
      condition: hexadecimalOf(condition, 'condition'),
      suspicious: flagOf(suspicious),
    };
  });
};

/**
 * Reads a quote tick file: milliseconds since New York's midnight, bid price, bid size, ask price, ask size, exchange, condition, suspicious.
 * A side with a size needs a price.
 */
export const parseLeanQuoteTicks = (text: string, date: CivilDate, options: TextOptions = {}): ParsedText<LeanQuoteTick> => {
  const midnight = easternInstant(dayNumberOf(date), 0);
  return readRows(text, options, (content, line) => {
    const [time, bidPrice, bidSize, askPrice, askSize, exchange, condition, suspicious] = columnsOf(content, QUOTE_COLUMNS);
    const bid = integerOf(bidSize, 'bid size', 0);
    const ask = integerOf(askSize, 'ask size', 0);
    return {
      line,
      at: (midnight + BigInt(millisOfDay(time, 'time')) * NANOS_PER_MILLI) as UnixNanos,
      bidPrice: integerOf(bidPrice, 'bid price', bid > 0 ? 1 : 0),
      bidSize: bid,
      askPrice: integerOf(askPrice, 'ask price', ask > 0 ? 1 : 0),
      askSize: ask,
      exchange: exchangeOf(exchange),
      condition: hexadecimalOf(condition, 'condition'),
      suspicious: flagOf(suspicious),
    };
  });
};

/** The row as a trade, its sequence the line. Conditions are the flags as written, none for a regular sale, and `suspicious` where the vendor doubts it. */
export const leanTrade = (row: LeanTradeTick, symbol: Symbol): Trade => {
  const flags = REGULAR.has(row.condition) ? [] : [row.condition];
  return {
    kind: 'trade',
    symbol,
    at: row.at,
    sequence: row.line,
    price: leanPrice(row.price),
    quantity: leanQuantity(row.quantity),
    aggressor: 'UNKNOWN',
    conditions: row.suspicious ? [...flags, SUSPICIOUS] : flags,
    venue: row.exchange,
  };
};

interface Sides {
  readonly bidPrice: Price;
  readonly bidQuantity: Quantity;
  readonly askPrice: Price;
  readonly askQuantity: Quantity;
}

const NO_SIDES: Sides = { bidPrice: 0n as Price, bidQuantity: 0n as Quantity, askPrice: 0n as Price, askQuantity: 0n as Quantity };

/**
 * Makes whole quotes of rows that tell one side: the other is what the same exchange said last, unless the new side locks or crosses it. No exchange
 * does that to itself, and the files don't tell when a quote is withdrawn. One for each symbol and day.
 */
export class LeanQuotes {
  private readonly last = new Map<string, Sides>();

  constructor(readonly symbol: Symbol) {}

  /** The exchange's quote after the row, its sequence the line. */
  quote(row: LeanQuoteTick): Quote {
    const before = this.last.get(row.exchange) ?? NO_SIDES;
    let { bidPrice, bidQuantity, askPrice, askQuantity } = before;
    if (row.bidSize > 0) [bidPrice, bidQuantity] = [leanPrice(row.bidPrice), leanQuantity(row.bidSize)];
    if (row.askSize > 0) [askPrice, askQuantity] = [leanPrice(row.askPrice), leanQuantity(row.askSize)];
    if (bidQuantity > 0n && askQuantity > 0n && bidPrice >= askPrice) {
      if (row.askSize === 0) [askPrice, askQuantity] = [NO_SIDES.askPrice, NO_SIDES.askQuantity];
      else if (row.bidSize === 0) [bidPrice, bidQuantity] = [NO_SIDES.bidPrice, NO_SIDES.bidQuantity];
    }
    const sides: Sides = { bidPrice, bidQuantity, askPrice, askQuantity };
    this.last.set(row.exchange, sides);
    return { kind: 'quote', symbol: this.symbol, at: row.at, sequence: row.line, ...sides, venue: row.exchange };
  }
}

import { type UnixNanos, unreachable } from '@tradewind/vocabulary';

import type { OrderEvent } from '../book/order-event.js';
import type { BookScale } from '../book/two-sided-book.js';
import type { BookSide } from '../tick.js';
import { columnsOf, decimalUnits, integerOf, millisOf, type ParsedText, readRows, RowError, shown, type TextOptions } from './text-rows.js';

/** Bitstamp's dollars in cents and bitcoins in satoshis. */
export const BITSTAMP_SCALE: BookScale = { priceDigits: 2, quantityDigits: 8 };

/** One row of obAnalytics' order events of Bitstamp. Price in cents, quantity left after the event in satoshis (of a deleted order: what it still had). */
export interface BitstampOrder {
  readonly line: number;
  /** When the event was received. */
  readonly at: UnixNanos;
  /** The exchange's own time, in whole seconds. */
  readonly exchangeAt: UnixNanos;
  readonly action: 'created' | 'changed' | 'deleted';
  readonly id: number;
  readonly side: BookSide;
  readonly price: number;
  readonly quantity: number;
}

const HEADER = 'id,timestamp,exchange.timestamp,price,volume,action,direction';
const COLUMNS = 7;

export class BitstampFileError extends Error {
  override readonly name = 'BitstampFileError';
  readonly code = 'FILE_HEADER_UNKNOWN';
}

/** Reads the file of order events, its first line being the header. Throws BitstampFileError when it is another. */
export const parseBitstampOrders = (text: string, options: TextOptions = {}): ParsedText<BitstampOrder> => {
  const end = text.indexOf('\n');
  const header = (end < 0 ? text : text.slice(0, end)).trim();
  if (header !== HEADER) throw new BitstampFileError(`the header must be '${HEADER}', not ${shown(header)}`);
  if (end < 0) return { rows: [], faults: [] };
  return readRows(text.slice(end + 1), { firstLine: (options.firstLine ?? 1) + 1 }, (content, line) => {
    const [id, received, exchange, price, volume, action, direction] = columnsOf(content, COLUMNS);
    if (action !== 'created' && action !== 'changed' && action !== 'deleted')
      throw new RowError('ROW_UNKNOWN_TYPE', 'action', `${shown(action)} must be created, changed or deleted`);
    if (direction !== 'bid' && direction !== 'ask')
      throw new RowError('ROW_UNKNOWN_TYPE', 'direction', `${shown(direction)} must be bid or ask`);
    const cents = decimalUnits(price, BITSTAMP_SCALE.priceDigits, 'price');
    if (cents === 0) throw new RowError('ROW_OUT_OF_RANGE', 'price', 'must be above 0');
    return {
      line,
      at: millisOf(received, 'timestamp'),
      exchangeAt: millisOf(exchange, 'exchange.timestamp'),
      action,
      id: integerOf(id, 'id', 1),
      side: direction === 'bid' ? 'BID' : 'ASK',
      price: cents,
      quantity: integerOf(volume, 'volume', 0),
    };
  });
};

/** The change of the book that a row tells. An order created or left with nothing is no order: undefined. */
export const bitstampEvent = ({ action, at, line, id, side, price, quantity }: BitstampOrder): OrderEvent | undefined => {
  switch (action) {
    case 'created':
      return quantity === 0 ? undefined : { kind: 'ADD', at, sequence: line, id, side, price, quantity };
    case 'changed':
      return quantity === 0 ? { kind: 'DELETE', at, sequence: line, id } : { kind: 'MODIFY', at, sequence: line, id, price, quantity };
    case 'deleted':
      return { kind: 'DELETE', at, sequence: line, id };
    default:
      return unreachable(action);
  }
};

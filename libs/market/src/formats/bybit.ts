import { DecimalError, nanosFromMillis, price, quantity, type Symbol, symbolOf } from '@tradewind/vocabulary';

import type { BookChange, BookDelta, BookLevel, BookSide, BookSnapshot } from '../tick.js';
import { type ParsedText, readRows, RowError, shown, type TextOptions } from './text-rows.js';

type Json = Readonly<Record<string, unknown>>;

const objectOf = (value: unknown, field: string): Json => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RowError('ROW_BAD_SHAPE', field, 'must be an object');
  return value as Json;
};

const countOf = (value: unknown, field: string): number => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new RowError('ROW_NOT_A_NUMBER', field, 'must be a whole number from 0');
  return value as number;
};

const symbolFrom = (value: unknown): Symbol => {
  try {
    return symbolOf(String(value));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RowError('ROW_BAD_SHAPE', 'data.s', `${shown(String(value))} must be a symbol`);
  }
};

const changesOf = (value: unknown, side: BookSide, field: string): readonly BookChange[] => {
  if (!Array.isArray(value)) throw new RowError('ROW_BAD_SHAPE', field, 'must be a list of [price, size]');
  return value.map((pair: unknown) => {
    const [priceText, sizeText] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    if (typeof priceText !== 'string' || typeof sizeText !== 'string')
      throw new RowError('ROW_BAD_SHAPE', field, 'each entry must be [price, size] in text');
    try {
      return { side, price: price(priceText), quantity: quantity(sizeText) };
    } catch (error) {
      if (!(error instanceof DecimalError)) throw error;
      throw new RowError('ROW_NOT_A_NUMBER', field, error.message);
    }
  });
};

const levelsOf = (changes: readonly BookChange[], descending: boolean): readonly BookLevel[] =>
  changes
    .map((change): BookLevel => ({ price: change.price, quantity: change.quantity, orders: 0 }))
    .sort((left, right) => (left.price === right.price ? 0 : left.price < right.price === descending ? 1 : -1));

const parsed = (line: string): Json => {
  try {
    return objectOf(JSON.parse(line), '');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RowError('ROW_BAD_SHAPE', '', 'must be JSON');
  }
};

/**
 * Reads Bybit's recorded book messages (`orderbook.<depth>.<symbol>`), one JSON object a line, as snapshots and deltas. The sequence is the venue's
 * update id, which grows by one; update id 1 is a snapshot after a restart of the venue. Event time is the matching engine's (`cts`) where it is told.
 */
export const parseBybitBook = (text: string, options: TextOptions = {}): ParsedText<BookSnapshot | BookDelta> =>
  readRows(text, options, (line) => {
    const message = parsed(line);
    const data = objectOf(message['data'], 'data');
    const symbol = symbolFrom(data['s']);
    const sequence = countOf(data['u'], 'data.u');
    const at = nanosFromMillis(countOf(message['cts'] ?? message['ts'], 'cts'));
    const bids = changesOf(data['b'], 'BID', 'data.b');
    const asks = changesOf(data['a'], 'ASK', 'data.a');
    switch (message['type']) {
      case 'snapshot':
        return { kind: 'book-snapshot', symbol, at, sequence, bids: levelsOf(bids, true), asks: levelsOf(asks, false) };
      case 'delta':
        return { kind: 'book-delta', symbol, at, sequence, previousSequence: sequence - 1, changes: [...bids, ...asks] };
      default:
        throw new RowError('ROW_UNKNOWN_TYPE', 'type', `${shown(String(message['type']))} must be snapshot or delta`);
    }
  });

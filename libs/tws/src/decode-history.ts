import { conditionsOf } from './conditions.js';
import type { FieldCursor } from './field-cursor.js';
import type { PastBar, PastQuote, PastTrade, TwsMessage } from './messages.js';

/** More than one answer ever has; a count above it is no count. */
const ROWS_MAX = 1_000_000;
const BAR_TIME = /^\d{8,11}$/;

const decodeBar = (cursor: FieldCursor): PastBar => {
  const time = cursor.text('time');
  if (!BAR_TIME.test(time)) cursor.fail('time', 'seconds since 1970 or a date yyyymmdd', time);
  const [open, high, low, close] = [cursor.price('open'), cursor.price('high'), cursor.price('low'), cursor.price('close')];
  const volume = cursor.quantity('volume');
  cursor.skip('average', 'count');
  return { time, open, high, low, close, volume };
};

export const decodeBars = (cursor: FieldCursor): TwsMessage => {
  const requestId = cursor.request();
  cursor.skip('start', 'end');
  const count = cursor.count('count', ROWS_MAX);
  return { kind: 'bars', requestId, bars: rows(count, () => decodeBar(cursor)) };
};

export const decodePastTrades = (cursor: FieldCursor): TwsMessage => {
  const requestId = cursor.request();
  const count = cursor.count('count', ROWS_MAX);
  const trades = rows(count, (): PastTrade => {
    const at = cursor.seconds('time');
    const mask = cursor.integer('attributes');
    const [price, quantity, venue] = [cursor.price('price'), cursor.quantity('size'), cursor.text('exchange')];
    return { at, price, quantity, venue, conditions: conditionsOf(cursor.text('special conditions'), mask) };
  });
  return { kind: 'past-trades', requestId, trades };
};

export const decodePastQuotes = (cursor: FieldCursor): TwsMessage => {
  const requestId = cursor.request();
  const count = cursor.count('count', ROWS_MAX);
  const quotes = rows(count, (): PastQuote => {
    const at = cursor.seconds('time');
    cursor.skip('attributes');
    const [bidPrice, askPrice] = [cursor.priceOrNone('bid price'), cursor.priceOrNone('ask price')];
    return { at, bidPrice, askPrice, bidQuantity: cursor.quantity('bid size'), askQuantity: cursor.quantity('ask size') };
  });
  return { kind: 'past-quotes', requestId, quotes };
};

const rows = <T>(count: number, read: () => T): readonly T[] => {
  const found: T[] = [];
  for (let row = 0; row < count; row += 1) found.push(read());
  return found;
};

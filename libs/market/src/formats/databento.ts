import { type UnixNanos, unreachable } from '@tradewind/vocabulary';

import type { OrderEvent } from '../book/order-event.js';
import type { BookScale } from '../book/two-sided-book.js';
import type { BookSide } from '../tick.js';
import { decimalUnits, integerOf, nanosOf, type ParsedText, readRows, RowError, shown, type TextOptions } from './text-rows.js';

/** Databento counts prices in 10^-9 and whole contracts or shares. */
export const DATABENTO_SCALE: BookScale = { priceDigits: 9, quantityDigits: 0 };

export type MboAction = 'ADD' | 'CANCEL' | 'MODIFY' | 'CLEAR' | 'TRADE' | 'FILL' | 'NONE';

/** One record of the market-by-order schema. `side` is undefined where the venue names none. Price in 10^-9, NaN when there is none. */
export interface MboRecord {
  /** Line of the text or number of the record, from 1. */
  readonly line: number;
  readonly at: UnixNanos;
  readonly receivedAt: UnixNanos;
  readonly action: MboAction;
  readonly side: BookSide | undefined;
  readonly id: number;
  readonly price: number;
  readonly quantity: number;
  readonly flags: number;
  readonly sequence: number;
  readonly instrument: number;
}

/** Last record of the event: the book is whole again after it. */
export const MBO_LAST = 0x80;
/** The record is part of a snapshot, not something that happened then. */
export const MBO_SNAPSHOT = 0x20;

const ACTIONS: Readonly<Record<string, MboAction>> = { A: 'ADD', C: 'CANCEL', M: 'MODIFY', R: 'CLEAR', T: 'TRADE', F: 'FILL', N: 'NONE' };
const SIDES: Readonly<Record<string, BookSide | 'NONE'>> = { B: 'BID', A: 'ASK', N: 'NONE' };
/** How Databento writes "no price". */
const PRICE_UNDEFINED = 9_223_372_036_854_775_807n;

/** Names of the columns: Databento's own, and those of files that say the unit in the name. */
const COLUMNS = {
  at: ['ts_event', 'ts_event_ns'],
  receivedAt: ['ts_recv', 'ts_recv_ns'],
  action: ['action'],
  side: ['side'],
  price: ['price', 'price_e9'],
  quantity: ['size'],
  id: ['order_id'],
  flags: ['flags'],
  sequence: ['sequence'],
  instrument: ['instrument_id'],
} as const;
type Column = keyof typeof COLUMNS;

export class DatabentoFileError extends Error {
  override readonly name = 'DatabentoFileError';
  readonly code = 'FILE_HEADER_UNKNOWN';
}

const layoutOf = (header: string): ReadonlyMap<Column, number> => {
  const names = header
    .replace(/^\uFEFF/, '')
    .trim()
    .split(',');
  const layout = new Map<Column, number>();
  for (const [column, accepted] of Object.entries(COLUMNS) as [Column, readonly string[]][]) {
    const index = names.findIndex((name) => accepted.includes(name));
    if (index < 0) throw new DatabentoFileError(`the header lacks ${accepted[0]}`);
    layout.set(column, index);
  }
  return layout;
};

const priceOf = (text: string): number => {
  if (text === '' || text === PRICE_UNDEFINED.toString()) return NaN;
  return text.includes('.') ? decimalUnits(text, 9, 'price') : integerOf(text, 'price', 1);
};

const lookUp = <T>(table: Readonly<Record<string, T>>, text: string, field: string): T => {
  const value = table[text];
  if (value === undefined) throw new RowError('ROW_UNKNOWN_TYPE', field, `${shown(text)} must be one of ${Object.keys(table).join(', ')}`);
  return value;
};

/** Reads market-by-order CSV by its header. Throws DatabentoFileError when the header lacks a column. */
export const parseDatabentoMbo = (text: string, options: TextOptions = {}): ParsedText<MboRecord> => {
  const end = text.indexOf('\n');
  const layout = layoutOf(end < 0 ? text : text.slice(0, end));
  if (end < 0) return { rows: [], faults: [] };
  const width = (end < 0 ? text : text.slice(0, end)).split(',').length;
  return readRows(text.slice(end + 1), { firstLine: (options.firstLine ?? 1) + 1 }, (content, line) => {
    const fields = content.split(',');
    if (fields.length !== width) throw new RowError('ROW_COLUMN_COUNT', '', `must have ${width} columns, not ${fields.length}`);
    const field = (column: Column): string => fields[layout.get(column)!]!;
    const side = lookUp(SIDES, field('side'), 'side');
    return {
      line,
      at: nanosOf(field('at'), 'ts_event'),
      receivedAt: nanosOf(field('receivedAt'), 'ts_recv'),
      action: lookUp(ACTIONS, field('action'), 'action'),
      side: side === 'NONE' ? undefined : side,
      id: integerOf(field('id'), 'order_id', 0),
      price: priceOf(field('price')),
      quantity: integerOf(field('quantity'), 'size', 0),
      flags: integerOf(field('flags'), 'flags', 0),
      sequence: integerOf(field('sequence'), 'sequence', 0),
      instrument: integerOf(field('instrument'), 'instrument_id', 0),
    };
  });
};

/**
 * The change of the book that a record tells; undefined when it tells none: trades and fills name what happened, and the cancel or modify that follows
 * takes the quantity out of the book.
 */
export const mboEvent = ({ action, at, sequence, id, side, price, quantity }: MboRecord): OrderEvent | undefined => {
  switch (action) {
    case 'ADD':
      return side === undefined ? undefined : { kind: 'ADD', at, sequence, id, side, price, quantity };
    case 'CANCEL':
      return { kind: 'REDUCE', at, sequence, id, quantity };
    case 'MODIFY':
      return { kind: 'MODIFY', at, sequence, id, price, quantity };
    case 'CLEAR':
      return { kind: 'CLEAR', at, sequence };
    case 'TRADE':
    case 'FILL':
    case 'NONE':
      return undefined;
    default:
      return unreachable(action);
  }
};

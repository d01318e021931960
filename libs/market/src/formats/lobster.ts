import { type Symbol, type UnixNanos, unreachable } from '@tradewind/vocabulary';

import { OrderBook } from '../book/order-book.js';
import type { OrderEvent } from '../book/order-event.js';
import type { BookRefusal } from '../book/refusal.js';
import type { BookScale } from '../book/two-sided-book.js';
import { type CivilDate, dayNumberOf } from '../calendar/civil-date.js';
import { easternInstant } from '../calendar/eastern-time.js';
import type { BookSide, Trade } from '../tick.js';
import { columnsOf, integerOf, type ParsedText, readRows, RowError, secondsOf, shown, type TextOptions } from './text-rows.js';

/** LOBSTER counts dollars in 1/10,000 and whole shares. */
export const LOBSTER_SCALE: BookScale = { priceDigits: 4, quantityDigits: 0 };

/** What happened to which order; HALT when trading stopped, was quoted again or resumed. */
export type LobsterKind = 'ADD' | 'REDUCE' | 'DELETE' | 'EXECUTE' | 'EXECUTE_HIDDEN' | 'HALT';

/** One row of a LOBSTER message file. `side` is that of the resting order. Price in 1/10,000 dollar. */
export interface LobsterMessage {
  readonly line: number;
  readonly at: UnixNanos;
  readonly kind: LobsterKind;
  readonly id: number;
  readonly quantity: number;
  readonly price: number;
  readonly side: BookSide;
}

/** Price and size, best first, as the file has them; its dummies for empty levels are left out. */
export interface LobsterBookRow {
  readonly line: number;
  readonly asks: readonly (readonly [price: number, quantity: number])[];
  readonly bids: readonly (readonly [price: number, quantity: number])[];
}

const KINDS: Readonly<Record<string, LobsterKind>> = {
  '1': 'ADD',
  '2': 'REDUCE',
  '3': 'DELETE',
  '4': 'EXECUTE',
  '5': 'EXECUTE_HIDDEN',
  '7': 'HALT',
};
const MESSAGE_COLUMNS = 6;
const COLUMNS_PER_LEVEL = 4;

/** Reads a message file: time, type, order id, size, price, direction. The date is not in the file but in its name. */
export const parseLobsterMessages = (text: string, date: CivilDate, options: TextOptions = {}): ParsedText<LobsterMessage> => {
  const midnight = easternInstant(dayNumberOf(date), 0);
  return readRows(text, options, (content, line) => {
    const fields = columnsOf(content, MESSAGE_COLUMNS);
    const kind = KINDS[fields[1]!];
    if (kind === undefined) throw new RowError('ROW_UNKNOWN_TYPE', 'type', `${shown(fields[1])} must be 1, 2, 3, 4, 5 or 7`);
    const direction = fields[5];
    if (direction !== '1' && direction !== '-1') throw new RowError('ROW_OUT_OF_RANGE', 'direction', `${shown(direction)} must be 1 or -1`);
    const halted = kind === 'HALT';
    return {
      line,
      at: (midnight + secondsOf(fields[0], 'time')) as UnixNanos,
      kind,
      id: integerOf(fields[2], 'orderId', 0),
      quantity: integerOf(fields[3], 'size', halted ? 0 : 1),
      price: integerOf(fields[4], 'price', halted ? -1 : 1),
      side: direction === '1' ? 'BID' : 'ASK',
    };
  });
};

/** Reads a book file: ask price, ask size, bid price, bid size of each level, best first. */
export const parseLobsterBooks = (text: string, options: TextOptions = {}): ParsedText<LobsterBookRow> =>
  readRows(text, options, (content, line) => {
    const fields = content.split(',');
    if (fields.length === 0 || fields.length % COLUMNS_PER_LEVEL !== 0)
      throw new RowError('ROW_COLUMN_COUNT', '', `must have 4 columns for each level, not ${fields.length}`);
    const asks: [number, number][] = [];
    const bids: [number, number][] = [];
    for (let column = 0; column < fields.length; column += COLUMNS_PER_LEVEL) {
      const level = column / COLUMNS_PER_LEVEL + 1;
      const askSize = integerOf(fields[column + 1], `askSize${level}`, 0);
      const bidSize = integerOf(fields[column + 3], `bidSize${level}`, 0);
      if (askSize > 0) asks.push([integerOf(fields[column], `askPrice${level}`, 1), askSize]);
      if (bidSize > 0) bids.push([integerOf(fields[column + 2], `bidPrice${level}`, 1), bidSize]);
    }
    return { line, asks, bids };
  });

/** The change of the book that a message tells; undefined for a halt. */
export const lobsterEvent = ({ kind, at, line, id, quantity, price, side }: LobsterMessage): OrderEvent | undefined => {
  switch (kind) {
    case 'ADD':
      return { kind, at, sequence: line, id, side, price, quantity };
    case 'REDUCE':
    case 'EXECUTE':
      return { kind, at, sequence: line, id, quantity };
    case 'DELETE':
      return { kind, at, sequence: line, id };
    case 'EXECUTE_HIDDEN':
      return { kind, at, sequence: line, side, price, quantity };
    case 'HALT':
      return undefined;
    default:
      return unreachable(kind);
  }
};

/** The trade that a message tells; undefined unless it is an execution. The aggressor stands on the other side of the resting order. */
export const lobsterTrade = ({ kind, at, line, quantity, price, side }: LobsterMessage, symbol: Symbol): Trade | undefined => {
  if (kind !== 'EXECUTE' && kind !== 'EXECUTE_HIDDEN') return undefined;
  return {
    kind: 'trade',
    symbol,
    at,
    sequence: line,
    price: (BigInt(price) * 100_000n) as Trade['price'],
    quantity: (BigInt(quantity) * 1_000_000_000n) as Trade['quantity'],
    aggressor: side === 'BID' ? 'SELLER' : 'BUYER',
    conditions: kind === 'EXECUTE_HIDDEN' ? ['hidden'] : [],
    venue: 'NASDAQ',
  };
};

/**
 * A book kept from LOBSTER messages. A file begins in the middle of the day, so orders that were there before are known by level alone: they come
 * from a row of the book file as one nameless order a level, ahead of all that follow, and what happens to an unknown id happens to it.
 */
export class LobsterBook {
  /** Messages about an order that neither the file nor the first row of the book shows: it lay outside the file's levels. */
  unexplained = 0;

  constructor(readonly book: OrderBook = new OrderBook(LOBSTER_SCALE)) {}

  /** Puts the levels of a row in; the state of the book after message 1, say, before message 2. */
  seed(row: LobsterBookRow): void {
    for (const [price, quantity] of row.bids) this.reveal('BID', price, quantity);
    for (const [price, quantity] of row.asks) this.reveal('ASK', price, quantity);
  }

  /** Adds what was at a price before the messages began. */
  reveal(side: BookSide, price: number, quantity: number): void {
    const refusal = this.book.add(namelessId(side, price), side, price, quantity);
    if (refusal !== undefined) throw new RangeError(`the level ${side} ${price} x ${quantity} can't be put in: ${refusal}`);
  }

  /** Applies a message. What it can't do because the order is partly or wholly outside the file is counted as unexplained, and done as far as it goes. */
  apply(message: LobsterMessage): BookRefusal | undefined {
    const { book } = this;
    switch (message.kind) {
      case 'HALT':
      case 'EXECUTE_HIDDEN':
        return undefined;
      case 'ADD':
        return book.add(message.id, message.side, message.price, message.quantity);
      case 'REDUCE':
      case 'EXECUTE':
      case 'DELETE':
        if (!book.has(message.id)) return this.applyToNameless(message);
        return message.kind === 'DELETE' ? book.remove(message.id) : book.reduce(message.id, message.quantity);
      default:
        return unreachable(message.kind);
    }
  }

  private applyToNameless({ side, price, quantity }: LobsterMessage): BookRefusal | undefined {
    const id = namelessId(side, price);
    const there = this.book.remaining(id);
    if (there < quantity) this.unexplained += 1;
    return there === 0 ? undefined : this.book.reduce(id, Math.min(there, quantity));
  }
}

/** Real ids are positive; bids take even and asks odd numbers. */
const namelessId = (side: BookSide, price: number): number => -(2 * price + (side === 'BID' ? 0 : 1));

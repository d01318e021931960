import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type BookSide, BookStateError, OrderBook } from '../../src/index.js';

import { NaiveOrderBook } from './naive-book.js';

const SCALE = { priceDigits: 2, quantityDigits: 0 };
const bookOf = (...orders: readonly (readonly [id: number, side: BookSide, price: number, quantity: number])[]): OrderBook => {
  const book = new OrderBook(SCALE);
  for (const [id, side, price, quantity] of orders) expect(book.add(id, side, price, quantity)).toBeUndefined();
  return book;
};
const levelsOf = (book: OrderBook, side: BookSide): readonly (readonly [number, number, number])[] =>
  Array.from({ length: book.levelCount(side) }, (_, level) => [
    Math.round(book.priceAt(side, level) * 100),
    book.sizeAt(side, level),
    book.ordersAt(side, level),
  ]);

describe('a book by order', () => {
  it('queues orders at a price by arrival and tells what is ahead of each', () => {
    const book = bookOf([1, 'BID', 1000, 5], [2, 'BID', 1000, 7], [3, 'BID', 1001, 1], [4, 'BID', 1000, 2]);
    expect(book.queueAt('BID', 1000)).toEqual([1, 2, 4]);
    expect(book.quantityAhead(4)).toBe(12);
    expect(book.firstOrder('BID')).toBe(3);
    expect(book.quantityAhead(99)).toBeNaN();
  });

  it('keeps the place of an order that shrinks and sends one that grows or moves to the end', () => {
    const book = bookOf([1, 'ASK', 1000, 5], [2, 'ASK', 1000, 5], [3, 'ASK', 1000, 5]);
    book.reduce(1, 2);
    book.modify(1, 1000, 1);
    book.modify(2, 1000, 5);
    expect(book.queueAt('ASK', 1000)).toEqual([1, 2, 3]);
    book.modify(2, 1000, 6);
    expect(book.queueAt('ASK', 1000)).toEqual([1, 3, 2]);
    book.replace(3, 30, 1000, 5);
    expect(book.queueAt('ASK', 1000)).toEqual([1, 2, 30]);
    book.modify(1, 1001, 1);
    expect(levelsOf(book, 'ASK')).toEqual([
      [1000, 11, 2],
      [1001, 1, 1],
    ]);
  });

  it('removes a level with its last order', () => {
    const book = bookOf([1, 'BID', 1000, 5], [2, 'BID', 999, 5]);
    book.execute(1, 5);
    expect(book.bestBid).toBe(9.99);
    book.remove(2);
    expect(book.condition).toBe('EMPTY');
    expect(book.orderCount).toBe(0);
    expect(book.bestBid).toBeNaN();
  });

  it('refuses what makes no sense and stays as it was', () => {
    const book = bookOf([1, 'BID', 1000, 5]);
    const before = book.save();
    expect(book.add(1, 'ASK', 1001, 1)).toBe('ORDER_DUPLICATE');
    expect(book.add(2, 'ASK', 0, 1)).toBe('PRICE_OUT_OF_RANGE');
    expect(book.add(2, 'ASK', -5, 1)).toBe('PRICE_OUT_OF_RANGE');
    expect(book.add(2, 'ASK', 10.5, 1)).toBe('PRICE_OUT_OF_RANGE');
    expect(book.add(2, 'ASK', 1001, 0)).toBe('QUANTITY_OUT_OF_RANGE');
    expect(book.add(2, 'ASK', 1001, NaN)).toBe('QUANTITY_OUT_OF_RANGE');
    expect(book.reduce(1, -1)).toBe('QUANTITY_OUT_OF_RANGE');
    expect(book.reduce(1, 6)).toBe('EXCEEDS_ORDER');
    expect(book.execute(7, 1)).toBe('ORDER_UNKNOWN');
    expect(book.remove(7)).toBe('ORDER_UNKNOWN');
    expect(book.modify(7, 1000, 1)).toBe('ORDER_UNKNOWN');
    expect(book.replace(1, 1, 1000, 0)).toBe('QUANTITY_OUT_OF_RANGE');
    expect(book.save()).toEqual(before);
  });

  it('tells an observer the last quantity of every level it changes', () => {
    const seen: (readonly [BookSide, number, number])[] = [];
    const book = new OrderBook(SCALE, (...change) => seen.push(change));
    book.add(1, 'BID', 1000, 5);
    book.add(2, 'BID', 1000, 1);
    book.modify(1, 1001, 5);
    book.remove(2);
    book.clear();
    expect(seen).toEqual([
      ['BID', 1000, 5],
      ['BID', 1000, 6],
      ['BID', 1000, 1],
      ['BID', 1001, 5],
      ['BID', 1000, 0],
      ['BID', 1001, 0],
    ]);
  });

  it('is the same book after saving and restoring, queues included', () => {
    const book = bookOf([5, 'BID', 1000, 5], [4, 'BID', 1000, 7], [2 ** 40, 'ASK', 1002, 1], [-8, 'ASK', 1002, 3]);
    const restored = OrderBook.restore(book.save());
    expect(restored.save()).toEqual(book.save());
    expect(restored.queueAt('ASK', 1002)).toEqual([2 ** 40, -8]);
    expect(() => OrderBook.restore(book.save().slice(1))).toThrow(BookStateError);
    const twice = book.save();
    twice[8] = 5;
    expect(() => OrderBook.restore(twice)).toThrow(/ORDER_DUPLICATE/);
  });

  it('agrees with a naive model after every operation of 300 random histories', () => {
    const id = fc.integer({ min: 1, max: 16 }).map((value) => (value % 3 === 0 ? value * 2 ** 33 : value));
    const price = fc.integer({ min: -1, max: 5 });
    const quantity = fc.integer({ min: -1, max: 5 });
    const side = fc.constantFrom<BookSide>('BID', 'ASK');
    const operation = fc.oneof(
      { weight: 5, arbitrary: fc.tuple(fc.constant('add' as const), id, side, price, quantity) },
      { weight: 3, arbitrary: fc.tuple(fc.constant('reduce' as const), id, quantity) },
      { weight: 2, arbitrary: fc.tuple(fc.constant('remove' as const), id) },
      { weight: 2, arbitrary: fc.tuple(fc.constant('replace' as const), id, id, price, quantity) },
      { weight: 2, arbitrary: fc.tuple(fc.constant('modify' as const), id, price, quantity) },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
        let book = new OrderBook(SCALE);
        const model = new NaiveOrderBook();
        operations.forEach(([name, ...args], step) => {
          const call = (on: object): unknown => (Reflect.get(on, name) as (...values: unknown[]) => unknown).apply(on, args);
          expect(call(book)).toBe(call(model));
          for (const one of ['BID', 'ASK'] as const) {
            expect(levelsOf(book, one)).toEqual(model.levels(one));
            for (const [level] of model.levels(one)) expect(book.queueAt(one, level)).toEqual(model.queueAt(one, level));
          }
          expect(book.orderCount).toBe(model.ids().length);
          for (const known of model.ids()) expect(book.quantityAhead(known)).toBe(model.quantityAhead(known));
          if (step % 25 === 24) book = OrderBook.restore(book.save());
        });
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('finds every order among many thousands whose ids collide and are removed in any order', () => {
    const book = new OrderBook(SCALE);
    const ids = Array.from({ length: 20_000 }, (_, index) => (index % 2 === 0 ? index + 1 : (index + 1) * 65_536));
    ids.forEach((id, index) => expect(book.add(id, 'BID', 1 + (index % 700), 1)).toBeUndefined());
    ids.filter((_, index) => index % 3 !== 0).forEach((id) => expect(book.remove(id)).toBeUndefined());
    expect(ids.every((id, index) => book.has(id) === (index % 3 === 0))).toBe(true);
    expect(book.orderCount).toBe(6_667);
    expect(book.levelCount('BID')).toBe(700);
  });
});

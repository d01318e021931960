import { describe, expect, it } from 'vitest';

import type { BookChange, BookDelta, BookSnapshot, Tick } from '@tradewind/market';
import { price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import { FeedBooks } from '../src/failover/feed-books.js';
import type { FailoverFeedOptions } from '../src/failover/feed-options.js';
import { bookAfter } from './acceptance/surroundings.js';

const AAPL = symbolOf('AAPL');
const options = { request: { symbols: [AAPL], kinds: ['book'], interval: '1m' } } as unknown as FailoverFeedOptions;
const level = (at: string, size: string) => ({ price: price(at), quantity: quantity(size), orders: 0 });
const snapshot = (at: number, sequence: number, bid: string): BookSnapshot => ({
  kind: 'book-snapshot',
  symbol: AAPL,
  at: BigInt(at) as UnixNanos,
  sequence,
  bids: [level(bid, '5')],
  asks: [level('20', '7')],
});
const delta = (at: number, sequence: number, change: Partial<BookChange> = {}): BookDelta => ({
  kind: 'book-delta',
  symbol: AAPL,
  at: BigInt(at) as UnixNanos,
  sequence,
  previousSequence: sequence - 1,
  changes: [{ side: 'BID', price: price('9'), quantity: quantity(String(sequence)), ...change }],
});

describe('books through a failover', () => {
  const feed = () => {
    const told: Tick[] = [];
    return { told, books: new FeedBooks(options, (tick) => told.push(tick)) };
  };

  it('pass on as they come while one source is active', () => {
    const { told, books } = feed();
    books.switchTo('first');
    const ticks = [snapshot(1, 10, '10'), delta(2, 11), delta(3, 12)];
    for (const tick of ticks) books.offer('first', tick, true);
    expect(told).toEqual(ticks);
  });
  it('begin with a snapshot of the new source when it was followed in the background', () => {
    const { told, books } = feed();
    books.switchTo('second');
    books.offer('second', snapshot(50, 900, '11'), true);
    books.offer('first', snapshot(1, 10, '10'), false);
    books.offer('first', delta(60, 11), false);
    books.switchTo('first');
    books.offer('first', delta(61, 12), true);
    expect(told.map(({ kind, sequence }) => `${kind} ${sequence}`)).toEqual(['book-snapshot 900', 'book-snapshot 11', 'book-delta 12']);
    expect(bookAfter(told)).toEqual(bookAfter([snapshot(1, 10, '10'), delta(60, 11), delta(61, 12)]));
  });
  it('hold deltas of the new source back until its snapshot comes', () => {
    const { told, books } = feed();
    books.switchTo('first');
    books.offer('first', delta(1, 11), true);
    books.offer('first', snapshot(2, 20, '10'), true);
    expect(told.map(({ kind }) => kind)).toEqual(['book-snapshot']);
  });
  it('wait for a new snapshot after the connection of the source was lost, or a delta', () => {
    for (const lose of [(books: FeedBooks) => books.forget('first'), (books: FeedBooks) => books.offer('first', delta(9, 40), false)]) {
      const { told, books } = feed();
      books.offer('first', snapshot(1, 10, '10'), false);
      lose(books);
      books.switchTo('first');
      expect(told).toEqual([]);
    }
  });
  it('never begin with a snapshot that seems older than what was told: another venue counts and dates for itself', () => {
    const { told, books } = feed();
    books.switchTo('second');
    books.offer('second', snapshot(500, 900, '11'), true);
    books.switchTo('first');
    books.offer('first', snapshot(400, 10, '10'), true);
    expect(told.map(({ at, sequence }) => [at, sequence])).toEqual([
      [500n, 900],
      [501n, 10],
    ]);
  });
});

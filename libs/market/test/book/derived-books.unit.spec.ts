import { price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { seededRandom } from '@tradewind/testkit';
import { describe, expect, it } from 'vitest';

import { BookSampler, ConsolidatedBook, DeltaPublisher, DepthBook, type Quote } from '../../src/index.js';

const SYMBOL = symbolOf('SPY');
const at = (ms: number): UnixNanos => (BigInt(ms) * 1_000_000n) as UnixNanos;

describe('deltas published from a book by order', () => {
  it('rebuild the same levels in a book by price, through 5,000 random changes with snapshots now and then', () => {
    const random = seededRandom('publisher');
    const publisher = new DeltaPublisher(SYMBOL, { priceDigits: 2, quantityDigits: 0 });
    const follower = new DepthBook();
    follower.applySnapshot(publisher.takeSnapshot(at(0)));
    const ids: number[] = [];
    for (let step = 1; step <= 5_000; step += 1) {
      const { book } = publisher;
      for (let change = random.integer(0, 3); change > 0; change -= 1) {
        const draw = random.next();
        if (draw < 0.5 || ids.length === 0) {
          ids.push(step * 10 + change);
          book.add(ids.at(-1)!, random.pick(['BID', 'ASK'] as const), random.integer(1, 50), random.integer(1, 9));
        } else if (draw < 0.7) book.reduce(random.pick(ids), 1);
        else if (draw < 0.85) book.modify(random.pick(ids), random.integer(1, 50), random.integer(1, 9));
        else book.remove(ids.splice(random.integer(0, ids.length - 1), 1)[0]!);
      }
      if (step % 1_000 === 0) expect(follower.applySnapshot(publisher.takeSnapshot(at(step)))).toBeUndefined();
      const delta = publisher.takeDelta(at(step));
      if (delta !== undefined) expect(follower.applyDelta(delta)).toBeUndefined();
      for (const side of ['BID', 'ASK'] as const)
        expect(follower.levels(side).map((level) => [level.price, level.quantity])).toEqual(
          book.levels(side).map((level) => [level.price, level.quantity]),
        );
    }
    expect(publisher.takeDelta(at(1))).toBeUndefined();
  });
});

describe('a consolidated book', () => {
  const quote = (venue: string, bid: string, bidSize: string, ask: string, askSize: string): Quote => ({
    kind: 'quote',
    symbol: SYMBOL,
    at: at(1),
    sequence: 0,
    venue,
    bidPrice: price(bid),
    bidQuantity: quantity(bidSize),
    askPrice: price(ask),
    askQuantity: quantity(askSize),
  });

  it('adds venues at one price up, and moves a venue that requotes', () => {
    const book = new ConsolidatedBook(SYMBOL);
    const follower = new DepthBook();
    follower.applySnapshot(book.snapshot(at(0)));
    for (const one of [
      quote('P', '10', '100', '10.02', '200'),
      quote('Q', '10', '300', '10.01', '50'),
      quote('P', '9.99', '100', '10.01', '200'),
      quote('Q', '10', '300', '10.01', '50'),
      quote('Z', '0', '0', '10.05', '1'),
      quote('Q', '0', '0', '10.01', '60'),
    ]) {
      const delta = book.apply(one);
      if (typeof delta === 'object') expect(follower.applyDelta(delta)).toBeUndefined();
    }
    expect([book.bestBid, book.bestBidSize, book.bestAsk, book.bestAskSize, book.venueCount]).toEqual([9.99, 100, 10.01, 260, 3]);
    expect(book.levels('ASK').map(({ orders }) => orders)).toEqual([2, 1]);
    for (const side of ['BID', 'ASK'] as const)
      expect(follower.levels(side).map((level) => [level.price, level.quantity])).toEqual(
        book.levels(side).map((level) => [level.price, level.quantity]),
      );
  });

  it('takes what a newer quote of another venue locks or crosses for gone', () => {
    const book = new ConsolidatedBook(SYMBOL);
    const follower = new DepthBook();
    follower.applySnapshot(book.snapshot(at(0)));
    for (const one of [
      quote('P', '10', '100', '10.01', '200'),
      quote('Q', '10', '300', '10.02', '50'),
      quote('Z', '10.01', '5', '10.03', '5'),
    ]) {
      const delta = book.apply(one);
      if (typeof delta === 'object') expect(follower.applyDelta(delta)).toBeUndefined();
    }
    expect([book.bestBid, book.bestAsk, book.bestAskSize, book.condition]).toEqual([10.01, 10.02, 50, 'NORMAL']);
    expect([follower.bestBid, follower.bestAsk]).toEqual([10.01, 10.02]);
    // The venue comes back with its next quote.
    book.apply(quote('P', '10', '100', '10.015', '7'));
    expect(book.bestAsk).toBe(10.015);
    book.apply(quote('Q', '9.9', '1', '10', '9'));
    expect([book.bestBid, book.bestAsk]).toEqual([9.9, 10]);
  });

  it('says nothing when a venue repeats itself, and refuses what is no quote', () => {
    const book = new ConsolidatedBook(SYMBOL);
    expect(book.apply(quote('P', '10', '1', '11', '1'))).toMatchObject({ sequence: 1, previousSequence: 0 });
    expect(book.apply(quote('P', '10', '1', '11', '1'))).toBeUndefined();
    expect(book.apply(quote('P', '-10', '1', '11', '1'))).toBe('PRICE_OUT_OF_RANGE');
    expect(book.apply(quote('P', '0', '1', '11', '1'))).toBe('PRICE_OUT_OF_RANGE');
    expect(book.apply(quote('P', '10', '-1', '11', '1'))).toBe('QUANTITY_OUT_OF_RANGE');
    expect(book.bestBid).toBe(10);
  });
});

describe('the sampler', () => {
  const level = (p: string) => ({ price: price(p), quantity: quantity('1'), orders: 0 });
  const bookAt = (bid: string, ms: number): DepthBook => {
    const book = new DepthBook();
    book.applySnapshot({
      kind: 'book-snapshot',
      symbol: SYMBOL,
      at: at(ms),
      sequence: 0,
      bids: [level(bid), level('1')],
      asks: [level('20')],
    });
    return book;
  };

  it('shows the book as it stood at each even instant, at least 1,000 an hour', () => {
    const sampler = new BookSampler(SYMBOL, { everyMs: 3_000, levels: 1, catchUpMax: 5_000 });
    const book = bookAt('10', 0);
    expect(sampler.dueBefore(book, at(100))).toEqual([]);
    expect(sampler.dueBefore(book, at(2_999))).toEqual([]);
    const [first, ...rest] = sampler.dueBefore(book, at(3_001));
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ at: at(3_000), bids: [{ price: price('10') }] });
    expect(sampler.dueBefore(book, at(3_500))).toEqual([]);
    expect(sampler.dueBefore(book, at(3_600_000)).length).toBe(1_199);
  });

  it('takes no samples of a book that is not valid, and does not flood after a pause', () => {
    const sampler = new BookSampler(SYMBOL, { everyMs: 1_000, levels: 5, catchUpMax: 3 });
    sampler.dueBefore(bookAt('10', 0), at(1));
    expect(sampler.dueBefore(new DepthBook(), at(9_000))).toEqual([]);
    expect(sampler.dueBefore(bookAt('10', 0), at(60_500)).map((sample) => sample.at)).toEqual([at(58_000), at(59_000), at(60_000)]);
  });
});

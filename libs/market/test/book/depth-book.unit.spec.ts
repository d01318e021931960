import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type BookChange,
  type BookDelta,
  type BookLevel,
  type BookSide,
  type BookSnapshot,
  BookStateError,
  DepthBook,
} from '../../src/index.js';
import { price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

const SYMBOL = symbolOf('AAPL');
const at = (seconds: number): UnixNanos => (BigInt(seconds) * 1_000_000_000n) as UnixNanos;
type Pair = readonly [price: string, quantity: string];
const level = ([p, q]: Pair): BookLevel => ({ price: price(p), quantity: quantity(q), orders: 0 });
const snapshot = (sequence: number, bids: readonly Pair[], asks: readonly Pair[], seconds = sequence): BookSnapshot => ({
  kind: 'book-snapshot',
  symbol: SYMBOL,
  at: at(seconds),
  sequence,
  bids: bids.map(level),
  asks: asks.map(level),
});
const change = (side: BookSide, p: string, q: string): BookChange => ({ side, price: price(p), quantity: quantity(q) });
const delta = (previousSequence: number, sequence: number, ...changes: readonly BookChange[]): BookDelta => ({
  kind: 'book-delta',
  symbol: SYMBOL,
  at: at(sequence),
  sequence,
  previousSequence,
  changes,
});
const BIDS: readonly Pair[] = [
  ['9.99', '100'],
  ['9.98', '300'],
  ['9.90', '50'],
];
const ASKS: readonly Pair[] = [
  ['10.01', '300'],
  ['10.02', '100'],
];
const standing = (): DepthBook => {
  const book = new DepthBook();
  expect(book.applySnapshot(snapshot(10, BIDS, ASKS))).toBeUndefined();
  return book;
};

describe('a book by price', () => {
  it('reads off best prices, spread, mid, microprice, imbalance and depth', () => {
    const book = standing();
    expect([book.bestBid, book.bestBidSize, book.bestAsk, book.bestAskSize]).toEqual([9.99, 100, 10.01, 300]);
    expect(book.spread).toBeCloseTo(0.02, 12);
    expect(book.midPrice).toBe(10);
    // (9.99 x 300 + 10.01 x 100) / 400
    expect(book.microprice).toBeCloseTo(9.995, 12);
    expect(book.imbalance(1)).toBe(-0.5);
    expect(book.imbalance(10)).toBeCloseTo(50 / 850, 12);
    expect(book.depth('BID', 2)).toBe(400);
    expect(book.depthWithin('BID', 0.01)).toBe(400);
    expect(book.depthWithin('ASK', 0.005)).toBe(300);
    expect(book.priceAt('BID', 3)).toBeNaN();
    const running = new Float64Array(5);
    expect(book.copyCumulativeDepth('BID', running)).toBe(3);
    expect([...running]).toEqual([100, 400, 450, 0, 0]);
    const prices = new Float64Array(2);
    expect(book.copyLevels('BID', prices, new Float64Array(2))).toBe(2);
    expect([...prices]).toEqual([9.99, 9.98]);
  });

  it('says what trading a size would cost, and what the book has no liquidity for', () => {
    const book = standing();
    expect(book.costToTrade('BUY', 350)).toEqual({
      filled: 350,
      unfilled: 0,
      averagePrice: (300 * 10.01 + 50 * 10.02) / 350,
      worstPrice: 10.02,
    });
    expect(book.costToTrade('SELL', 1000)).toMatchObject({ filled: 450, unfilled: 550, worstPrice: 9.9 });
    expect(new DepthBook().costToTrade('BUY', 1)).toEqual({ filled: 0, unfilled: 1, averagePrice: NaN, worstPrice: NaN });
    expect(() => book.costToTrade('BUY', 0)).toThrow(RangeError);
  });

  it('applies the deltas that follow: sets, removes, and ignores the removal of a level it does not have', () => {
    const book = standing();
    expect(book.applyDelta(delta(10, 12, change('BID', '9.99', '0'), change('ASK', '10', '7'), change('BID', '5', '0')))).toBeUndefined();
    expect([book.bestBid, book.bestAsk, book.sequence, book.at]).toEqual([9.98, 10, 12, at(12)]);
  });

  it('takes a hole in the sequence for a lost book until the next snapshot', () => {
    const book = standing();
    expect(book.applyDelta(delta(11, 12, change('BID', '9.99', '1')))).toBe('SEQUENCE_GAP');
    expect(book.status).toBe('GAPPED');
    expect(book.bestBidSize).toBe(100);
    expect(book.applyDelta(delta(10, 11, change('BID', '9.99', '1')))).toBe('SNAPSHOT_MISSING');
    expect(book.applySnapshot(snapshot(13, BIDS, ASKS))).toBeUndefined();
    expect(book.status).toBe('LIVE');
  });

  it('skips what it knows already and needs a snapshot first', () => {
    const book = standing();
    expect(book.applyDelta(delta(9, 10, change('BID', '9.99', '1')))).toBe('STALE');
    expect(book.status).toBe('LIVE');
    expect(book.applySnapshot(snapshot(9, [], []))).toBe('STALE');
    expect(new DepthBook().applyDelta(delta(0, 1))).toBe('SNAPSHOT_MISSING');
  });

  it('takes a lower number at a later time for a venue that counts anew', () => {
    const book = standing();
    expect(book.applySnapshot(snapshot(1, BIDS, [], 99))).toBeUndefined();
    expect(book.applyDelta(delta(1, 2, change('ASK', '11', '1')))).toBeUndefined();
  });

  it('checks no sequence where the source counts nothing', () => {
    const book = new DepthBook();
    book.applySnapshot(snapshot(0, BIDS, ASKS));
    expect(book.applyDelta(delta(0, 0, change('BID', '9.99', '1')))).toBeUndefined();
    expect(book.applyDelta(delta(0, 0, change('BID', '9.99', '2')))).toBeUndefined();
    expect(book.bestBidSize).toBe(2);
  });

  it('refuses negative and zero values as a whole', () => {
    const book = standing();
    expect(book.applySnapshot(snapshot(11, [['0', '1']], []))).toBe('PRICE_OUT_OF_RANGE');
    expect(book.applySnapshot(snapshot(11, [['-1', '1']], []))).toBe('PRICE_OUT_OF_RANGE');
    expect(book.applySnapshot(snapshot(11, [['1', '0']], []))).toBe('QUANTITY_OUT_OF_RANGE');
    expect(book.applySnapshot(snapshot(11, [], [['1', '-1']]))).toBe('QUANTITY_OUT_OF_RANGE');
    expect(book.applySnapshot(snapshot(11, [], [...ASKS].reverse()))).toBe('LEVELS_NOT_SORTED');
    expect(book.applySnapshot(snapshot(11, [BIDS[0]!, BIDS[0]!], []))).toBe('LEVELS_NOT_SORTED');
    expect([book.sequence, book.status, book.levelCount('BID')]).toEqual([10, 'LIVE', 3]);
    expect(book.applyDelta(delta(10, 11, change('BID', '9.99', '1'), change('BID', '9.98', '-1')))).toBe('QUANTITY_OUT_OF_RANGE');
    // Half a delta is no delta, and a delta that is not applied is a lost one.
    expect([book.bestBidSize, book.status]).toEqual([100, 'GAPPED']);
  });

  it('names locked and crossed books', () => {
    const book = standing();
    expect(book.condition).toBe('NORMAL');
    book.applyDelta(delta(10, 11, change('BID', '10.01', '1')));
    expect(book.condition).toBe('LOCKED');
    book.applyDelta(delta(11, 12, change('BID', '10.02', '1')));
    expect(book.condition).toBe('CROSSED');
    book.applySnapshot(snapshot(13, [], ASKS));
    expect(book.condition).toBe('ONE_SIDED');
  });

  it('goes on after saving and restoring where it was', () => {
    const book = standing();
    const restored = DepthBook.restore(book.save());
    expect([restored.status, restored.sequence, restored.at]).toEqual(['LIVE', 10, book.at]);
    expect(restored.levels('BID')).toEqual(book.levels('BID'));
    expect(restored.applyDelta(delta(10, 11, change('ASK', '10.01', '0')))).toBeUndefined();
    expect(restored.bestAsk).toBe(10.02);
    expect(() => DepthBook.restore(new Float64Array(3))).toThrow(BookStateError);
    const wrong = book.save();
    wrong[8] = -1;
    expect(() => DepthBook.restore(wrong)).toThrow(BookStateError);
  });

  it('agrees with a map that is sorted when asked, in 200 random histories', () => {
    const changes = fc.array(
      fc.tuple(fc.constantFrom<BookSide>('BID', 'ASK'), fc.integer({ min: 1, max: 120 }), fc.constantFrom(0, 0, 1, 2, 500)),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 60 }), (history) => {
        let book = new DepthBook();
        book.applySnapshot(snapshot(0, [], []));
        const model = { BID: new Map<number, number>(), ASK: new Map<number, number>() };
        history.forEach((batch, index) => {
          for (const [side, p, q] of batch) {
            if (q === 0) model[side].delete(p);
            else model[side].set(p, q);
          }
          const list = batch.map(([side, p, q]) => change(side, String(p), String(q)));
          expect(book.applyDelta(delta(index, index + 1, ...list))).toBeUndefined();
          for (const side of ['BID', 'ASK'] as const) {
            const sorted = [...model[side]].sort(([left], [right]) => (side === 'BID' ? right - left : left - right));
            expect(Array.from({ length: book.levelCount(side) }, (_, l) => [book.priceAt(side, l), book.sizeAt(side, l)])).toEqual(sorted);
          }
          if (index % 20 === 19) book = DepthBook.restore(book.save());
        });
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});

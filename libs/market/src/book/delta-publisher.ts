import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { BookChange, BookDelta, BookSide, BookSnapshot } from '../tick.js';
import { OrderBook } from './order-book.js';
import type { BookScale } from './two-sided-book.js';

/**
 * A book by order that publishes what changes by price: what a Level III source needs to send Level II. Changes are gathered until `takeDelta`, the
 * last word for each price, so that a receiver who has applied every delta holds the same levels. Counts its own sequence from 0, without holes.
 */
export class DeltaPublisher {
  readonly book: OrderBook;
  private readonly changedBids = new Map<number, number>();
  private readonly changedAsks = new Map<number, number>();
  private sequence = 0;

  constructor(
    readonly symbol: Symbol,
    scale: BookScale,
  ) {
    this.book = new OrderBook(scale, (side, price, quantity) => void this.changedOn(side).set(price, quantity));
  }

  /** The book as it stands, at most `levels` deep on each side. What has changed before it needs no delta any more. */
  takeSnapshot(at: UnixNanos, levels = Infinity): BookSnapshot {
    if (this.changedBids.size > 0 || this.changedAsks.size > 0) this.sequence += 1;
    this.changedBids.clear();
    this.changedAsks.clear();
    const { symbol, sequence, book } = this;
    return { kind: 'book-snapshot', symbol, at, sequence, bids: book.levels('BID', levels), asks: book.levels('ASK', levels) };
  }

  /** What has changed since the last delta or snapshot; undefined when nothing has. */
  takeDelta(at: UnixNanos): BookDelta | undefined {
    if (this.changedBids.size === 0 && this.changedAsks.size === 0) return undefined;
    const changes: BookChange[] = [];
    for (const side of ['BID', 'ASK'] as const) {
      for (const [units, quantity] of this.changedOn(side))
        changes.push({ side, price: this.book.exactPrice(units), quantity: this.book.exactQuantity(quantity) });
      this.changedOn(side).clear();
    }
    this.sequence += 1;
    return { kind: 'book-delta', symbol: this.symbol, at, sequence: this.sequence, previousSequence: this.sequence - 1, changes };
  }

  private changedOn(side: BookSide): Map<number, number> {
    return side === 'BID' ? this.changedBids : this.changedAsks;
  }
}

import type { Quantity, Price, Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { BookChange, BookDelta, BookSide, BookSnapshot, Quote } from '../tick.js';
import { NONE } from './price-ladder.js';
import type { BookRefusal } from './refusal.js';
import { PRICE_MAX, TwoSidedBook } from './two-sided-book.js';

/** Venues beyond this many are refused: the US has 16 exchanges. */
const VENUES_MAX = 64;

interface VenueQuote {
  bidPrice: Price;
  bidQuantity: Quantity;
  askPrice: Price;
  askQuantity: Quantity;
}

const NOTHING: VenueQuote = { bidPrice: 0n as Price, bidQuantity: 0n as Quantity, askPrice: 0n as Price, askQuantity: 0n as Quantity };

/**
 * One book out of the best quotes of several venues: each venue gives at most one level a side, and venues at one price add up; `orders` counts the
 * venues. It tells what changes as deltas with its own sequence.
 *
 * Recorded quotes tell new prices and seldom that a venue withdraws. So a quote outdates what other venues said before at prices that it would lock
 * or cross: no venue may quote through another's price (Regulation NMS, rule 610), and so what stands there is gone.
 */
export class ConsolidatedBook extends TwoSidedBook {
  private readonly venues = new Map<string, VenueQuote>();
  private sequence = 0;

  constructor(readonly symbol: Symbol) {
    super({ priceDigits: 9, quantityDigits: 9 });
  }

  get venueCount(): number {
    return this.venues.size;
  }

  /** Takes a venue's quote in place of its last; a side with quantity 0 is withdrawn. Returns the delta, undefined when no level changed, or a refusal. */
  apply(quote: Quote): BookDelta | BookRefusal | undefined {
    if (quote.bidPrice < 0n || quote.askPrice < 0n || quote.bidPrice > PRICE_MAX || quote.askPrice > PRICE_MAX) return 'PRICE_OUT_OF_RANGE';
    if (quote.bidQuantity < 0n || quote.askQuantity < 0n) return 'QUANTITY_OUT_OF_RANGE';
    if ((quote.bidQuantity > 0n && quote.bidPrice === 0n) || (quote.askQuantity > 0n && quote.askPrice === 0n)) return 'PRICE_OUT_OF_RANGE';
    const last = this.venues.get(quote.venue) ?? NOTHING;
    if (last === NOTHING && this.venues.size >= VENUES_MAX) return 'TOO_MANY_LEVELS';
    const { bidPrice, bidQuantity, askPrice, askQuantity } = quote;
    this.venues.set(quote.venue, { bidPrice, bidQuantity, askPrice, askQuantity });
    const changes: BookChange[] = [];
    this.move('BID', last.bidPrice, last.bidQuantity, bidPrice, bidQuantity, changes);
    this.move('ASK', last.askPrice, last.askQuantity, askPrice, askQuantity, changes);
    this.outdate(quote, changes);
    return changes.length === 0 ? undefined : this.delta(quote.at, changes);
  }

  /** The book as it stands; deltas that follow apply to it. */
  snapshot(at: UnixNanos): BookSnapshot {
    return { kind: 'book-snapshot', symbol: this.symbol, at, sequence: this.sequence, bids: this.levels('BID'), asks: this.levels('ASK') };
  }

  /** Withdraws what other venues offer at or through the quote's prices. */
  private outdate({ venue, bidPrice, bidQuantity, askPrice, askQuantity }: Quote, changes: BookChange[]): void {
    if (this.condition === 'NORMAL') return;
    for (const [name, other] of this.venues) {
      if (name === venue) continue;
      if (bidQuantity > 0n && other.askQuantity > 0n && other.askPrice <= bidPrice) {
        other.askQuantity = 0n as Quantity;
        changes.push(this.total('ASK', other.askPrice));
      }
      if (askQuantity > 0n && other.bidQuantity > 0n && other.bidPrice >= askPrice) {
        other.bidQuantity = 0n as Quantity;
        changes.push(this.total('BID', other.bidPrice));
      }
    }
  }

  private delta(at: UnixNanos, changes: readonly BookChange[]): BookDelta {
    this.sequence += 1;
    return { kind: 'book-delta', symbol: this.symbol, at, sequence: this.sequence, previousSequence: this.sequence - 1, changes };
  }

  private move(side: BookSide, oldPrice: Price, oldQuantity: Quantity, price: Price, quantity: Quantity, changes: BookChange[]): void {
    if (oldPrice === price && oldQuantity === quantity) return;
    if (oldQuantity > 0n && oldPrice !== price) changes.push(this.total(side, oldPrice));
    if (quantity > 0n || (oldQuantity > 0n && oldPrice === price)) changes.push(this.total(side, price));
  }

  /** Adds the venues at a price up anew: sums of exact quantities don't drift. */
  private total(side: BookSide, price: Price): BookChange {
    let quantity = 0n;
    let venues = 0;
    for (const quote of this.venues.values()) {
      const offered = side === 'BID' ? quote.bidQuantity : quote.askQuantity;
      if ((side === 'BID' ? quote.bidPrice : quote.askPrice) !== price || offered === 0n) continue;
      quantity += offered;
      venues += 1;
    }
    const ladder = this.ladder(side);
    if (venues === 0) {
      const slot = ladder.find(Number(price));
      if (slot !== NONE) ladder.remove(slot);
    } else {
      const slot = ladder.findOrInsert(Number(price));
      ladder.quantities[slot] = Number(quantity);
      ladder.orders[slot] = venues;
    }
    return { side, price, quantity: quantity as Quantity };
  }
}

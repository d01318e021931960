import { OrderBook } from '@tradewind/market';
import type { BookRefusal, BookScale, BookSide, OrderEvent } from '@tradewind/market';
import { ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Price, Quantity, Side } from '@tradewind/vocabulary';

import type { MatchedOrder } from './matched-order.js';
import type { MatchingDesk, SymbolMarket } from './matching-desk.js';
import { restingSideOf, showLevel } from './shown-book.js';
import { leavesOf, matchShown, watchStops } from './tick-matching.js';

/** Our orders' ids in the book lie above those of any venue, and are still safe integers. */
const OWN_IDS_FROM = 9_000_000_000_000_000;

interface Execution {
  readonly side: BookSide;
  /** Units of the book. */
  readonly price: number;
  readonly quantity: number;
  /** The recorded order that traded; undefined for a hidden one, which stands behind all that is shown at its price. */
  readonly id: number | undefined;
}

/**
 * The full book of a symbol, every order of it, with ours among them: where we stand is not estimated but read from the queue (`OrderBook.quantityAhead`). An
 * execution of an order that stands behind ours would have met ours first, and fills it.
 */
export class FullBook {
  private readonly book: OrderBook;
  private readonly changed = new Map<string, { readonly side: BookSide; readonly units: number }>();
  /** Ids of our orders in the book. */
  private readonly own = new Set<number>();

  constructor(scale: BookScale | Float64Array) {
    const observer = (side: BookSide, units: number): void => void this.changed.set(`${side}${units}`, { side, units });
    this.book = scale instanceof Float64Array ? OrderBook.restore(scale, observer) : new OrderBook(scale, observer);
    this.changed.clear();
    for (const side of ['BID', 'ASK'] as const)
      for (const { price } of this.book.levels(side))
        for (const id of this.book.queueAt(side, this.unitsOfPrice(price)!)) if (id >= OWN_IDS_FROM) this.own.add(id);
  }

  save(): Float64Array {
    return this.book.save();
  }

  /** One change of the recorded book and what it does to our orders. A refusal changes nothing but is told. */
  apply<T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket, event: OrderEvent): BookRefusal | undefined {
    this.insertOwn(desk, market);
    const execution = this.executionOf(event);
    if (execution !== undefined && !market.halted) this.serve(desk, market, execution);
    const refusal = this.book.apply(event);
    this.insertOwn(desk, market);
    market.book.depth = 'LEVELS';
    this.showChanges(desk, market);
    if (execution !== undefined) {
      market.lastPrice = this.book.exactPrice(execution.price);
      if (!market.halted) watchStops(desk, market, () => market.lastPrice);
    }
    matchShown(desk, market);
    return refusal;
  }

  private executionOf(event: OrderEvent): Execution | undefined {
    if (event.kind === 'EXECUTE_HIDDEN') return { side: event.side, price: event.price, quantity: event.quantity, id: undefined };
    if (event.kind !== 'EXECUTE') return undefined;
    const side = this.book.sideOf(event.id);
    return side === undefined ? undefined : { side, price: this.book.priceOf(event.id), quantity: event.quantity, id: event.id };
  }

  /** Fills ours that stand before what traded, best price first; together no more than traded. */
  private serve<T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket, { side, price, quantity, id }: Execution): void {
    const { bids, asks } = desk.ordersOf(market.symbol);
    const traded = this.book.exactPrice(price);
    let left: bigint = this.book.exactQuantity(quantity);
    for (const record of (side === 'BID' ? bids : asks).slice()) {
      const limit = record.limit!;
      if (left === 0n || (side === 'BID' ? limit < traded : limit > traded)) return;
      if (limit === traded && id !== undefined && !(this.aheadOf(ownId(record)) < this.aheadOf(id))) continue;
      left -= desk.fill(record, limit, left as Quantity, 'ADDED', limit);
    }
  }

  private aheadOf(id: number): number {
    return this.book.quantityAhead(id);
  }

  /** Brings our orders in the book after those that rest: new ones join the end of their queue, ended ones leave, filled ones shrink in place. */
  private insertOwn<T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket): void {
    const { bids, asks } = desk.ordersOf(market.symbol);
    if (this.own.size === 0 && bids.length + asks.length === 0) return;
    const resting = new Set<number>();
    for (const record of [...bids, ...asks]) {
      const id = ownId(record);
      resting.add(id);
      const price = this.unitsOfPrice(record.limit!);
      const quantity = this.unitsOfQuantity(leavesOf(record));
      if (price === undefined || quantity === undefined) continue;
      if (!this.book.has(id)) this.book.add(id, restingSideOf(record.order.side), price, quantity);
      else if (this.book.remaining(id) !== quantity || this.book.priceOf(id) !== price) this.book.modify(id, price, quantity);
      this.own.add(id);
    }
    for (const id of this.own) {
      if (resting.has(id)) continue;
      this.book.remove(id);
      this.own.delete(id);
    }
  }

  private unitsOfPrice(price: Price): number | undefined {
    const unit = this.book.exactPrice(1);
    return price % unit === 0n ? Number(price / unit) : undefined;
  }

  private unitsOfQuantity(quantity: Quantity): number | undefined {
    const unit = this.book.exactQuantity(1);
    return quantity % unit === 0n ? Number(quantity / unit) : undefined;
  }

  /** What the market shows is the book without ours; where ours stand comes from the queue. */
  private showChanges<T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket): void {
    for (const { side, units } of this.changed.values()) {
      let others = 0;
      for (const id of this.book.queueAt(side, units)) if (id < OWN_IDS_FROM) others += this.book.remaining(id);
      showLevel(market.book, side, this.book.exactPrice(units), this.book.exactQuantity(others));
      for (const record of this.ownAt(desk, market, side === 'BID' ? 'BUY' : 'SELL', this.book.exactPrice(units)))
        record.place = {
          ahead: this.book.exactQuantity(this.aheadOf(ownId(record))),
          shown: this.book.exactQuantity(others),
          traded: ZERO_QUANTITY,
        };
    }
    this.changed.clear();
  }

  private ownAt<T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket, side: Side, price: Price): readonly T[] {
    const { bids, asks } = desk.ordersOf(market.symbol);
    return (side === 'BUY' ? bids : asks).filter((record) => record.limit === price && this.own.has(ownId(record)));
  }
}

const ownId = ({ sequence }: MatchedOrder): number => OWN_IDS_FROM + sequence;

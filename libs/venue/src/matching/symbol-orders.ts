import type { MatchedOrder } from './matched-order.js';
import { isStop } from './order-trigger.js';

/** The working orders of one symbol by what they wait for. Made anew from the orders when a venue is loaded. */
export class SymbolOrders<T extends MatchedOrder = MatchedOrder> {
  /** Resting, best price first, then first come. */
  readonly bids: T[] = [];
  readonly asks: T[] = [];
  /** Not triggered. */
  readonly stops: T[] = [];
  /** Take whatever the market offers next: market orders that found too little, and orders that came before any price. */
  readonly takers: T[] = [];
  /** Not told to the market: on their way, or their session is shut, or the symbol is halted. */
  readonly waiting: T[] = [];

  get isEmpty(): boolean {
    return this.bids.length + this.asks.length + this.stops.length + this.takers.length + this.waiting.length === 0;
  }

  put(record: T): void {
    const list = this.listOf(record);
    let place = list.length;
    const sorted = list === this.bids || list === this.asks;
    while (place > 0 && comesBefore(record, list[place - 1]!, sorted)) place -= 1;
    list.splice(place, 0, record);
  }

  remove(record: T): void {
    for (const list of [this.bids, this.asks, this.stops, this.takers, this.waiting]) {
      const place = list.indexOf(record);
      if (place >= 0) {
        list.splice(place, 1);
        return;
      }
    }
  }

  /** Every order, first come first. */
  all(): readonly T[] {
    return [...this.bids, ...this.asks, ...this.stops, ...this.takers, ...this.waiting].sort(
      (left, right) => left.sequence - right.sequence,
    );
  }

  private listOf(record: T): T[] {
    if (record.waits) return this.waiting;
    if (isStop(record.order.type) && !record.triggered) return this.stops;
    if (record.place === undefined) return this.takers;
    return record.order.side === 'BUY' ? this.bids : this.asks;
  }
}

const comesBefore = (left: MatchedOrder, right: MatchedOrder, byPrice: boolean): boolean => {
  if (byPrice && left.limit !== right.limit) return left.order.side === 'BUY' ? left.limit! > right.limit! : left.limit! < right.limit!;
  return left.sequence < right.sequence;
};

import type { Price, Quantity, Symbol } from '@tradewind/vocabulary';

import type { VenuePolicies } from '../models/venue-policies.js';
import type { MatchedOrder } from './matched-order.js';
import type { ShownBook } from './shown-book.js';
import type { SymbolOrders } from './symbol-orders.js';

/** What is known of one symbol's market; plain data. */
export interface SymbolMarket {
  readonly symbol: Symbol;
  book: ShownBook;
  lastPrice: Price | undefined;
  halted: boolean;
}

/** Whoever keeps orders and lets them be matched: the simulated venue, and the step path of the orders stage. */
export interface MatchingDesk<T extends MatchedOrder = MatchedOrder> {
  readonly policies: Pick<VenuePolicies, 'slippage' | 'participation' | 'queue'>;
  ordersOf(symbol: Symbol): SymbolOrders<T>;
  tickSizeOf(symbol: Symbol): Price;
  lotSizeOf(symbol: Symbol): Quantity;
  /** Books a fill of at most `wanted` and returns what was booked; an order that is whole then is neither working nor in a list. */
  fill(order: T, price: Price, wanted: Quantity, liquidity: 'ADDED' | 'REMOVED', reference: Price): Quantity;
  /** The order found too little at once and ends. */
  giveUp(order: T): void;
  /** The stop price was reached. */
  triggered(order: T): void;
  /** A trailing stop has moved to `order.stop`. */
  trailed(order: T): void;
}

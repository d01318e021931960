import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** Orders that have not ended, as brokers limit them too. Exits count and pass. */
export const openOrders: SignalCheck = {
  name: 'open-orders',
  check: ({ decision, book, profile: { orders } }) => {
    if (decision.action !== 'ENTER') return undefined;
    const ofSymbol = book.openOrdersOf(decision.symbol);
    if (orders.openPerSymbolMax !== 'off' && ofSymbol >= orders.openPerSymbolMax) {
      return denial('OPEN_ORDERS_SYMBOL', { orders: String(ofSymbol), limit: String(orders.openPerSymbolMax) });
    }
    return orders.openMax !== 'off' && book.openOrders >= orders.openMax
      ? denial('OPEN_ORDERS_ACCOUNT', { orders: String(book.openOrders), limit: String(orders.openMax) })
      : undefined;
  },
};

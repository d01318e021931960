import type { OrderEvent } from '@tradewind/orders';
import type { AccountSnapshot } from '@tradewind/portfolio';

import { stopsHeard } from './protective-stops.js';
import type { FillHeard } from './reservation.js';
import type { Heard, RiskState } from './risk-state.js';
import type { TradeHeard } from './trade-activity.js';

const CLOSING = new Set(['OrderDenied', 'OrderRejected', 'OrderCanceled', 'OrderExpired']);

/** What order events and the account after them say, as much of it as risk remembers. */
export const heardOf = (state: RiskState, events: readonly OrderEvent[], account: AccountSnapshot): Heard => {
  const fills: (FillHeard & TradeHeard)[] = [];
  const closed: string[] = [];
  for (const event of events) {
    if (event.type === 'OrderFilled') {
      const { clientOrderId, leavesQuantity: leaves, symbol, side, quantity, price } = event;
      fills.push({ clientOrderId, leaves, symbol, side, quantity, price });
    } else if (CLOSING.has(event.type)) closed.push(event.clientOrderId);
  }
  return { equity: account.equity, fills, closed, stops: stopsHeard(state.stops, events, account) };
};

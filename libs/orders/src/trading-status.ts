import type { UnixNanos } from '@tradewind/vocabulary';

import type { OrdersHalted } from './facts.js';
import { Ledger } from './ledger.js';
import { isReduceOnly } from './order.js';
import type { OrdersEvent, OrdersState, TradingStatusSeen } from './stage-state.js';
import { TRANSITIONS } from './transition.js';

/** A trading state said outside the steps; `id` is that of TradingStateChanged. */
export interface TradingStatusAnnouncement {
  readonly id: string;
  readonly at: UnixNanos;
  readonly status: TradingStatusSeen;
}

/** Cancels what could still open or enlarge a position. Stops and exits go on working: a halt must not leave a position unprotected. */
export const cancelEntries = (ledger: Ledger, reason: string, causes: readonly string[]): void => {
  const entries = Object.values(ledger.state.open)
    .filter(({ order }) => !isReduceOnly(order.intent))
    .sort((left, right) => left.placement - right.placement);
  for (const { order } of entries) {
    // What never left us needs nobody's leave to end.
    if (TRANSITIONS[order.status].OrderCancelRequested !== undefined) {
      ledger.say(order.intent.clientOrderId, { type: 'OrderCancelRequested', reason }, causes);
    }
    ledger.say(order.intent.clientOrderId, { type: 'OrderCanceled', reason }, causes);
  }
};

/**
 * A halt or resume between steps. A halt cancels working entries at once and makes placing refuse entries until risk's own verdicts have been
 * HALTED and then no longer are, or a resume is announced. `halted` is there when orders were cancelled.
 */
export const announceTradingStatus = (
  state: OrdersState,
  announcement: TradingStatusAnnouncement,
): { readonly state: OrdersState; readonly halted: OrdersHalted | undefined; readonly events: readonly OrdersEvent[] } => {
  const { id, at, status } = announcement;
  const ledger = new Ledger(state, at);
  ledger.stage({ type: 'TradingStatusAnnounced', id: `os/${id}`, at, status });
  if (status === 'HALTED') cancelEntries(ledger, 'TRADING_HALTED', [id]);
  const events = ledger.orderEvents;
  return {
    state: ledger.state,
    halted: events.length === 0 ? undefined : { id: `orders.halted/${id}`, at, events, causes: [id] },
    events: ledger.events,
  };
};

import type { OrderIntent } from '@tradewind/orders';
import { ZERO_PRICE } from '@tradewind/vocabulary';
import type { Price, Quantity, Side, Symbol } from '@tradewind/vocabulary';

/** A DAY order that nobody reported on after this many sessions is gone. */
const UNREPORTED_SESSIONS_MAX = 1;

/** An approved order that has not been reported closed: its worst case is reserved. */
export interface PendingOrder {
  readonly clientOrderId: string;
  readonly symbol: Symbol;
  readonly side: Side;
  readonly leaves: Quantity;
  /** The worst price it can fill at; 0 for a reduction, which reserves shares and no cash. */
  readonly worstPrice: Price;
  readonly reduces: boolean;
  readonly isDay: boolean;
  readonly session: number;
  /** Whose budget pays for it; empty for the account's own. */
  readonly strategy: string;
}

/** Orders by their client order id. The one place where what is promised is written down; rooms, budgets and counts are all derived from it. */
export type Reservations = Readonly<Record<string, PendingOrder>>;

/** What was heard of an order: how much of it is left after a fill. */
export interface FillHeard {
  readonly clientOrderId: string;
  readonly leaves: Quantity;
}

export const pendingOf = (intent: OrderIntent, session: number): PendingOrder => ({
  clientOrderId: intent.clientOrderId,
  symbol: intent.symbol,
  side: intent.side,
  leaves: intent.quantity,
  worstPrice: intent.limitPrice ?? ZERO_PRICE,
  reduces: intent.purpose !== 'signal:enter',
  isDay: intent.timeInForce === 'DAY',
  session,
  strategy: intent.strategy ?? '',
});

/** Takes what the orders need. An order that is reserved already keeps what it has: a repeated approval takes nothing twice. */
export const reserveOrders = (reservations: Reservations, orders: readonly PendingOrder[]): Reservations => {
  if (orders.length === 0) return reservations;
  const next: Record<string, PendingOrder> = { ...reservations };
  for (const order of orders) next[order.clientOrderId] ??= order;
  return next;
};

/**
 * Gives back what fills used up, what ended, and DAY orders of a session that nobody reported on. What is left of an order only ever falls, so a
 * report that comes twice or late gives nothing back twice; an order unknown here gives nothing back.
 */
export const releaseOrders = (
  reservations: Reservations,
  heard: { readonly fills: readonly FillHeard[]; readonly closed: readonly string[] },
  session: number,
): Reservations => {
  const ids = Object.keys(reservations);
  if (ids.length === 0) return reservations;
  const leaves = new Map<string, Quantity>();
  for (const { clientOrderId, leaves: left } of heard.fills) {
    const known = leaves.get(clientOrderId);
    if (known === undefined || left < known) leaves.set(clientOrderId, left);
  }
  const closed = new Set(heard.closed);
  const next: Record<string, PendingOrder> = {};
  for (const id of ids) {
    const order = reservations[id]!;
    const told = leaves.get(id);
    const left = told !== undefined && told < order.leaves ? told : order.leaves;
    const isLost = order.isDay && session - order.session > UNREPORTED_SESSIONS_MAX;
    if (!closed.has(id) && !isLost && left > 0n) next[id] = left === order.leaves ? order : { ...order, leaves: left };
  }
  return next;
};

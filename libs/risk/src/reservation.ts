import type { OrderIntent } from '@tradewind/orders';
import { subtract, ZERO_PRICE, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Price, Quantity, Side, Symbol, UnixNanos } from '@tradewind/vocabulary';

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
  /** Filled between the steps, where the account of no step shows it yet: it stays reserved until one does. */
  readonly unseen?: { readonly quantity: Quantity; readonly at: UnixNanos };
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

/** Which account the reservations are to be held against from now on. */
export interface ReleaseMoment {
  readonly at: UnixNanos;
  readonly session: number;
  /** A step's own account shows the fills that came with it. Between the steps the next step's account may be older than the fill. */
  readonly isStep: boolean;
}

/** Of entries alone: a reduction held back twice would leave too much of a position without protection, and orders never let one sell more than is held. */
const unseenOf = (order: PendingOrder, filled: Quantity, { at, isStep }: ReleaseMoment): PendingOrder['unseen'] => {
  if (order.reduces) return undefined;
  if (isStep) return order.unseen === undefined || order.unseen.at <= at ? undefined : order.unseen;
  if (filled === 0n) return order.unseen;
  return { quantity: ((order.unseen?.quantity ?? 0n) + filled) as Quantity, at };
};

const isUnchanged = (order: PendingOrder, leaves: Quantity, unseen: PendingOrder['unseen']): boolean =>
  leaves === order.leaves && unseen === order.unseen;

/** What an order still holds: what it may fill, and what it has filled unseen. */
export const heldBy = ({ leaves, unseen }: PendingOrder): Quantity =>
  unseen === undefined ? leaves : ((leaves + unseen.quantity) as Quantity);

/**
 * Gives back what fills used up, what ended, and DAY orders of a session that nobody reported on. What is left of an order only ever falls, so a
 * report that comes twice or late gives nothing back twice; an order unknown here gives nothing back. A fill between the steps is given back when a
 * step's account shows it: two signals must not take the money of one fill because two messages overtook each other.
 */
export const releaseOrders = (
  reservations: Reservations,
  heard: { readonly fills: readonly FillHeard[]; readonly closed: readonly string[] },
  moment: ReleaseMoment,
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
    const isLost = order.isDay && moment.session - order.session > UNREPORTED_SESSIONS_MAX;
    const unseen = unseenOf(order, subtract(order.leaves, left), moment);
    const kept = closed.has(id) || isLost ? ZERO_QUANTITY : left;
    if (kept <= 0n && unseen === undefined) continue;
    next[id] = isUnchanged(order, kept, unseen) ? order : withLeaves(order, kept, unseen);
  }
  return next;
};

const withLeaves = ({ unseen: _before, ...order }: PendingOrder, leaves: Quantity, unseen: PendingOrder['unseen']): PendingOrder => ({
  ...order,
  leaves,
  ...(unseen === undefined ? {} : { unseen }),
});

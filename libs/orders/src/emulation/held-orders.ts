import type { OrderTerms, TimeInForce } from '@tradewind/venue';
import type { Price, Side, Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { Watch } from './handling.js';

/** One order that waits on our side. All of it follows from the order's own events, so that it can be made anew after a restart. */
export interface HeldOrder {
  readonly clientOrderId: string;
  readonly symbol: Symbol;
  readonly side: Side;
  readonly timeInForce: TimeInForce;
  /** As they are now; `stopPrice` of a trailing order is its level, absent before the first price. */
  readonly terms: OrderTerms;
  readonly watch: Watch;
  /** Other orders of the group that work at the venue have to be gone before this one is sent. */
  readonly ocoGroup?: string;
  readonly tickSize: Price;
  /** A DAY order ends with the first close after this. */
  readonly heldSince: UnixNanos;
}

/** One order at the venue that we cancel, since the venue can't end it by itself. */
export interface TimedOrder {
  readonly clientOrderId: string;
  readonly cancelAt: UnixNanos;
  readonly reason: string;
}

/** All that emulation knows; plain data. */
export interface EmulationState {
  readonly held: Readonly<Record<string, readonly HeldOrder[]>>;
  readonly timed: readonly TimedOrder[];
}

export const initialEmulation: EmulationState = { held: {}, timed: [] };

/** Watches one more order, or the same one with other terms. */
export const holdOrder = (state: EmulationState, order: HeldOrder): EmulationState => {
  const others = (state.held[order.symbol] ?? []).filter(({ clientOrderId }) => clientOrderId !== order.clientOrderId);
  return { ...state, held: { ...state.held, [order.symbol]: [...others, order] } };
};

/** Cancels an order at the venue at `cancelAt`. */
export const timeOrder = (state: EmulationState, order: TimedOrder): EmulationState => ({
  ...state,
  timed: [...state.timed.filter(({ clientOrderId }) => clientOrderId !== order.clientOrderId), order],
});

/** The state with `orders` in place of those held in the symbol. */
export const replaceHeld = (state: EmulationState, symbol: string, orders: readonly HeldOrder[]): EmulationState => {
  if (orders.length > 0) return { ...state, held: { ...state.held, [symbol]: orders } };
  const { [symbol]: _none, ...rest } = state.held;
  return { ...state, held: rest };
};

/** Forgets an order that ended, was released or needs no cancel any more; one that is not known changes nothing. */
export const forgetOrder = (state: EmulationState, clientOrderId: string): EmulationState => {
  let next = state;
  for (const [symbol, orders] of Object.entries(state.held)) {
    const kept = orders.filter((order) => order.clientOrderId !== clientOrderId);
    if (kept.length < orders.length) next = replaceHeld(next, symbol, kept);
  }
  if (!next.timed.some((order) => order.clientOrderId === clientOrderId)) return next;
  return { ...next, timed: next.timed.filter((order) => order.clientOrderId !== clientOrderId) };
};

import { sha256Hex } from './sha256.js';
import type { UnixNanos } from '@tradewind/vocabulary';

import type { OrderEvent, OrderIntent } from './facts.js';
import { OrderError } from './order-error.js';
import type { Order } from './order.js';
import { OrdersFold } from './stage-state.js';
import type { OpenOrder, OrdersEvent, OrdersState, StageEvent } from './stage-state.js';

type Body<E> = E extends OrderEvent ? Omit<E, 'id' | 'clientOrderId' | 'symbol' | 'at' | 'causes'> : never;
export type OrderEventBody = Exclude<Body<OrderEvent>, { type: 'OrderInitialized' }>;

/**
 * Writes down what happens during one message and keeps the state that follows from it: state is only ever changed through an event. A class, and
 * not an object literal with a getter: each such literal gets a hidden class of its own, which keeps what it saw alive until a full collection.
 */
export class Ledger {
  readonly events: OrdersEvent[] = [];
  readonly orderEvents: OrderEvent[] = [];
  private readonly fold: OrdersFold;

  constructor(
    state: OrdersState,
    readonly at: UnixNanos,
  ) {
    this.fold = new OrdersFold(state);
  }

  /** As it is now; it changes with the next event. */
  get state(): OrdersState {
    return this.fold.state;
  }

  stage(event: StageEvent): void {
    this.record(event);
  }

  /** Opens an order: initialised, submitted and accepted by the paper venue. */
  place(intent: OrderIntent, causes: readonly string[]): void {
    this.initialize(intent, causes);
    this.say(intent.clientOrderId, { type: 'OrderSubmitted' }, causes);
    this.say(intent.clientOrderId, { type: 'OrderAccepted', venueOrderId: `paper/${intent.clientOrderId}` }, causes);
  }

  /** Opens an order only to refuse it. */
  deny(intent: OrderIntent, code: string, causes: readonly string[]): void {
    this.initialize(intent, causes);
    this.say(intent.clientOrderId, { type: 'OrderDenied', code }, causes);
  }

  /** Returns the id of the event. Throws OrderError when the order is not open. */
  say(clientOrderId: string, body: OrderEventBody, causes: readonly string[]): string {
    const order: Order | undefined = this.state.open[clientOrderId]?.order;
    if (order === undefined) throw new OrderError('ORDER_UNKNOWN', `order ${clientOrderId} is not open`);
    const id = `oe/${clientOrderId}/${order.eventCount}`;
    this.recordOrder({ ...body, id, clientOrderId, symbol: order.intent.symbol, at: this.at, causes });
    return id;
  }

  order(clientOrderId: string): OpenOrder | undefined {
    return this.state.open[clientOrderId];
  }

  private initialize(intent: OrderIntent, causes: readonly string[]): void {
    const { clientOrderId, symbol } = intent;
    this.recordOrder({ type: 'OrderInitialized', id: `oe/${clientOrderId}/0`, clientOrderId, symbol, at: this.at, causes, intent });
  }

  private recordOrder(event: OrderEvent): void {
    this.record(event);
    this.orderEvents.push(event);
  }

  private record(event: OrdersEvent): void {
    this.fold.apply(event);
    this.events.push(event);
  }
}

/** A client order id that follows from what made the order, so that making it again gives the same order. */
export const clientOrderIdOf = (origin: string): string => `tw-${sha256Hex(origin).slice(0, 20)}`;

/** Open orders of a symbol, first placed first. */
export const openOrdersOf = (state: OrdersState, symbol: string): readonly OpenOrder[] => {
  const entries: OpenOrder[] = [];
  for (const id of Object.keys(state.open)) {
    const entry = state.open[id]!;
    if (entry.order.intent.symbol === symbol) entries.push(entry);
  }
  return entries.length > 1 ? entries.sort((left, right) => left.placement - right.placement) : entries;
};

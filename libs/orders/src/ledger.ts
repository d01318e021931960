import { sha256Hex } from './sha256.js';
import type { UnixNanos } from '@tradewind/vocabulary';

import type { OrderEvent, OrderIntent } from './facts.js';
import { OrderError } from './order-error.js';
import type { Order } from './order.js';
import { evolveOrders } from './stage-state.js';
import type { OpenOrder, OrdersEvent, OrdersState, StageEvent } from './stage-state.js';

type Body<E> = E extends OrderEvent ? Omit<E, 'id' | 'clientOrderId' | 'symbol' | 'at' | 'causes'> : never;
export type OrderEventBody = Exclude<Body<OrderEvent>, { type: 'OrderInitialized' }>;

/** Writes down what happens during one message and keeps the state that follows from it: state is only ever changed through an event. */
export interface Ledger {
  readonly state: OrdersState;
  readonly events: readonly OrdersEvent[];
  readonly orderEvents: readonly OrderEvent[];
  stage(event: StageEvent): void;
  /** Opens an order: initialised, submitted and accepted by the paper venue. */
  place(intent: OrderIntent, causes: readonly string[]): void;
  /** Opens an order only to refuse it. */
  deny(intent: OrderIntent, code: string, causes: readonly string[]): void;
  say(clientOrderId: string, body: OrderEventBody, causes: readonly string[]): void;
  order(clientOrderId: string): OpenOrder | undefined;
}

export const openLedger = (initial: OrdersState, at: UnixNanos): Ledger => {
  let state = initial;
  const events: OrdersEvent[] = [];
  const orderEvents: OrderEvent[] = [];
  const record = (event: OrdersEvent): void => {
    state = evolveOrders(state, event);
    events.push(event);
  };
  const recordOrder = (event: OrderEvent): void => {
    record(event);
    orderEvents.push(event);
  };
  const initialize = (intent: OrderIntent, causes: readonly string[]): void =>
    recordOrder({
      type: 'OrderInitialized',
      id: `oe/${intent.clientOrderId}/0`,
      clientOrderId: intent.clientOrderId,
      symbol: intent.symbol,
      at,
      causes,
      intent,
    });
  const say = (clientOrderId: string, body: OrderEventBody, causes: readonly string[]): void => {
    const order: Order | undefined = state.open[clientOrderId]?.order;
    if (order === undefined) throw new OrderError('ORDER_UNKNOWN', `order ${clientOrderId} is not open`);
    recordOrder({ ...body, id: `oe/${clientOrderId}/${order.eventCount}`, clientOrderId, symbol: order.intent.symbol, at, causes });
  };
  return {
    get state() {
      return state;
    },
    events,
    orderEvents,
    stage: record,
    place: (intent, causes) => {
      initialize(intent, causes);
      say(intent.clientOrderId, { type: 'OrderSubmitted' }, causes);
      say(intent.clientOrderId, { type: 'OrderAccepted', venueOrderId: `paper/${intent.clientOrderId}` }, causes);
    },
    deny: (intent, code, causes) => {
      initialize(intent, causes);
      say(intent.clientOrderId, { type: 'OrderDenied', code }, causes);
    },
    say,
    order: (clientOrderId) => state.open[clientOrderId],
  };
};

/** A client order id that follows from what made the order, so that making it again gives the same order. */
export const clientOrderIdOf = (origin: string): string => `tw-${sha256Hex(origin).slice(0, 20)}`;

/** Open orders of a symbol, first placed first. */
export const openOrdersOf = (state: OrdersState, symbol: string): readonly OpenOrder[] =>
  Object.values(state.open)
    .filter((entry) => entry.order.intent.symbol === symbol)
    .sort((left, right) => left.placement - right.placement);

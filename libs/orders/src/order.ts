import { add, subtract, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Quantity } from '@tradewind/vocabulary';

import type { OrderEvent, OrderIntent, OrderStatus } from './facts.js';
import { OrderError } from './order-error.js';
import { nextStanding } from './transition.js';
import type { OrderTrigger } from './transition.js';

/** One order as its events tell it; plain data. */
export interface Order {
  readonly intent: OrderIntent;
  readonly status: OrderStatus;
  readonly beneath: OrderStatus;
  readonly filledQuantity: Quantity;
  readonly fillIds: readonly string[];
  /** Its stop price has been reached. */
  readonly triggered: boolean;
  /** Events so far: the sequence in the id of the next one. */
  readonly eventCount: number;
}

type Filled = Extract<OrderEvent, { type: 'OrderFilled' }>;

export const leavesOf = (order: Order): Quantity => subtract(order.intent.quantity, order.filledQuantity);

/** May never open or enlarge a position; everything but an entry. */
export const isReduceOnly = (intent: OrderIntent): boolean => intent.purpose !== 'signal:enter';

const triggerOf = (order: Order, event: Exclude<OrderEvent, { type: 'OrderInitialized' }>): OrderTrigger => {
  if (event.type !== 'OrderFilled') return event.type;
  return event.quantity === leavesOf(order) ? 'FullFill' : 'PartialFill';
};

const assertFits = (order: Order, fill: Filled): void => {
  const { intent } = order;
  if (fill.side !== intent.side || fill.symbol !== intent.symbol || fill.quantity <= 0n) {
    throw new OrderError('FILL_MISMATCH', `fill ${fill.fillId} does not belong to order ${intent.clientOrderId}`);
  }
  if (fill.quantity > leavesOf(order)) {
    throw new OrderError('OVERFILL', `fill ${fill.fillId} is larger than what order ${intent.clientOrderId} leaves`);
  }
};

const initialized = (event: Extract<OrderEvent, { type: 'OrderInitialized' }>): Order => ({
  intent: event.intent,
  status: 'INITIALIZED',
  beneath: 'INITIALIZED',
  filledQuantity: ZERO_QUANTITY,
  fillIds: [],
  triggered: false,
  eventCount: 1,
});

/**
 * The order after one more event; `undefined` before its first. A fill id seen before changes nothing. Throws OrderError on an illegal
 * transition, an overfill, a fill of another order, and events before OrderInitialized.
 */
export const evolveOrder = (order: Order | undefined, event: OrderEvent): Order => {
  if (event.type === 'OrderInitialized') {
    if (order !== undefined) throw new OrderError('ORDER_EXISTS', `order ${event.clientOrderId} exists already`);
    return initialized(event);
  }
  if (order === undefined) throw new OrderError('ORDER_UNKNOWN', `${event.type} of unknown order ${event.clientOrderId}`);
  if (event.type !== 'OrderFilled') {
    return {
      ...order,
      ...nextStanding(order, event.type),
      triggered: order.triggered || event.type === 'OrderTriggered',
      eventCount: order.eventCount + 1,
    };
  }
  if (order.fillIds.includes(event.fillId)) return order;
  assertFits(order, event);
  return {
    ...order,
    ...nextStanding(order, triggerOf(order, event)),
    filledQuantity: add(order.filledQuantity, event.quantity),
    fillIds: [...order.fillIds, event.fillId],
    eventCount: order.eventCount + 1,
  };
};

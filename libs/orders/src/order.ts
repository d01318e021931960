import { add, subtract, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Quantity } from '@tradewind/vocabulary';
import type { OrderTerms } from '@tradewind/venue';

import type { OrderEvent, OrderIntent, OrderStatus } from './facts.js';
import { OrderError } from './order-error.js';
import { releasedTerms } from './released-terms.js';
import { nextStanding } from './transition.js';
import type { OrderTrigger, Standing } from './transition.js';

/** One order as its events tell it; plain data. */
export interface Order {
  /** What was approved; it never changes. What the order works with now is `termsOf`. */
  readonly intent: OrderIntent;
  /** Absent until an amendment, a trail or a release has put other terms in place of the intent's. */
  readonly terms?: OrderTerms | undefined;
  readonly status: OrderStatus;
  readonly beneath: OrderStatus;
  /** As the venue names it now; absent before its first word. */
  readonly venueOrderId?: string | undefined;
  readonly filledQuantity: Quantity;
  readonly fillIds: readonly string[];
  /** Its stop price has been reached, at the venue or on our side. */
  readonly triggered: boolean;
  /** Events so far: the sequence in the id of the next one. */
  readonly eventCount: number;
}

type Filled = Extract<OrderEvent, { type: 'OrderFilled' }>;
type Updated = Extract<OrderEvent, { type: 'OrderUpdated' }>;

/** Type, quantity and prices that the order works with now. */
export const termsOf = (order: Order): OrderTerms => order.terms ?? order.intent;

/** What is still to be filled of the quantity as amended. */
export const leavesOf = (order: Order): Quantity => subtract(termsOf(order).quantity, order.filledQuantity);

/** May never open or enlarge a position; everything but an entry. */
export const isReduceOnly = (intent: OrderIntent): boolean => intent.purpose !== 'signal:enter';

/** How an execution meets what an order leaves: `fits` can be booked, `excess` is more than was asked for and never happened by our order. */
export const splitOverfill = (order: Order, quantity: Quantity): { readonly fits: Quantity; readonly excess: Quantity } => {
  const leaves = leavesOf(order);
  return quantity > leaves ? { fits: leaves, excess: subtract(quantity, leaves) } : { fits: quantity, excess: ZERO_QUANTITY };
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
  terms: undefined,
  status: 'INITIALIZED',
  beneath: 'INITIALIZED',
  venueOrderId: undefined,
  filledQuantity: ZERO_QUANTITY,
  fillIds: [],
  triggered: false,
  eventCount: 1,
});

/** Written out, for a spread of an order costs several times as much, and this is done for every event. */
const moved = (order: Order, { status, beneath }: Standing, triggered: boolean, venueOrderId: string | undefined): Order => ({
  intent: order.intent,
  terms: order.terms,
  status,
  beneath,
  venueOrderId,
  filledQuantity: order.filledQuantity,
  fillIds: order.fillIds,
  triggered,
  eventCount: order.eventCount + 1,
});

const filled = (order: Order, fill: Filled): Order => {
  assertFits(order, fill);
  const trigger: OrderTrigger = fill.quantity === leavesOf(order) ? 'FullFill' : 'PartialFill';
  const { status, beneath } = nextStanding(order, trigger);
  return {
    intent: order.intent,
    terms: order.terms,
    status,
    beneath,
    venueOrderId: order.venueOrderId,
    filledQuantity: add(order.filledQuantity, fill.quantity),
    fillIds: [...order.fillIds, fill.fillId],
    triggered: order.triggered,
    eventCount: order.eventCount + 1,
  };
};

const updated = (order: Order, { terms, venueOrderId }: Updated): Order => {
  if (terms.quantity <= 0n || terms.quantity < order.filledQuantity) {
    throw new OrderError(
      'UPDATE_INVALID',
      `order ${order.intent.clientOrderId} cannot be amended to a quantity of ${terms.quantity} with ${order.filledQuantity} filled`,
    );
  }
  const trigger: OrderTrigger = terms.quantity === order.filledQuantity ? 'UpdatedToFilled' : 'OrderUpdated';
  return { ...moved(order, nextStanding(order, trigger), order.triggered, venueOrderId ?? order.venueOrderId), terms };
};

/** A release is the trigger seen on our side; what goes to the venue is the order that is left of it. */
const released = (order: Order): Order => ({
  ...moved(order, nextStanding(order, 'OrderReleased'), true, order.venueOrderId),
  terms: releasedTerms(order.intent.side, termsOf(order)),
});

const rejected = (order: Order): Order => {
  // A rejected order has never traded: a venue that ends the rest of a filled one cancels it.
  if (order.filledQuantity > 0n) {
    throw new OrderError('TRANSITION_ILLEGAL', `order ${order.intent.clientOrderId} is filled in part and cannot be rejected`);
  }
  return moved(order, nextStanding(order, 'OrderRejected'), order.triggered, order.venueOrderId);
};

/**
 * The order after one more event; `undefined` before its first. A fill id seen before changes nothing. Throws OrderError on an illegal transition, an
 * overfill, a fill of another order, an amendment to less than is filled, and events before OrderInitialized; the order given stays as it is.
 */
export const evolveOrder = (order: Order | undefined, event: OrderEvent): Order => {
  if (event.type === 'OrderInitialized') {
    if (order !== undefined) throw new OrderError('ORDER_EXISTS', `order ${event.clientOrderId} exists already`);
    return initialized(event);
  }
  if (order === undefined) throw new OrderError('ORDER_UNKNOWN', `${event.type} of unknown order ${event.clientOrderId}`);
  switch (event.type) {
    case 'OrderFilled':
      return order.fillIds.includes(event.fillId) ? order : filled(order, event);
    case 'OrderUpdated':
      return updated(order, event);
    case 'OrderReleased':
      return released(order);
    case 'OrderRejected':
      return rejected(order);
    case 'OrderAccepted':
      return moved(order, nextStanding(order, event.type), order.triggered, order.venueOrderId ?? event.venueOrderId);
    case 'OrderTriggered':
      return moved(order, nextStanding(order, event.type), true, order.venueOrderId);
    default:
      return moved(order, nextStanding(order, event.type), order.triggered, order.venueOrderId);
  }
};

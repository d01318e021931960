import type { OrderTerms, VenueOrderView } from '@tradewind/venue';
import { notional, subtract, averagePrice } from '@tradewind/vocabulary';
import type { Money, Quantity } from '@tradewind/vocabulary';

import { termsOf } from '../order.js';
import type { Order } from '../order.js';
import { isTerminal } from '../transition.js';
import type { DeskLedger } from './desk-ledger.js';
import type { DeskPolicy } from './desk-state.js';
import { takeExecution } from './executions.js';
import { acknowledge, endOrder, endRejected } from './reports.js';
import { SECOND } from './requests.js';

const NO_EFFECT_AFTER = 5n * SECOND;

export const termsOfView = ({ type, quantity, limitPrice, stopPrice, trail, limitOffset }: VenueOrderView): OrderTerms => ({
  type,
  quantity,
  ...(limitPrice === undefined ? {} : { limitPrice }),
  ...(stopPrice === undefined ? {} : { stopPrice }),
  ...(trail === undefined ? {} : { trail }),
  ...(limitOffset === undefined ? {} : { limitOffset }),
});

/** The terms that the venue can be asked to change are the same. */
export const sameTerms = (ours: OrderTerms, theirs: OrderTerms): boolean =>
  ours.quantity === theirs.quantity &&
  ours.limitPrice === theirs.limitPrice &&
  (ours.trail !== undefined || ours.stopPrice === theirs.stopPrice);

/** Money that our fills of the order came to, from the executions we remember; undefined when one is no longer remembered. */
const bookedValue = (ledger: DeskLedger, order: Order): Money | undefined => {
  let value = 0n;
  for (const id of order.fillIds) {
    const booked = ledger.state.desk.executions[id];
    if (booked === undefined) return undefined;
    value += notional(booked.price, booked.quantity);
  }
  return value as Money;
};

/**
 * The fill that an order's average price implies for what the venue has filled beyond our books. Undefined when there is none, or when the average price or one of
 * our own fills is not known, or the price would not be above zero.
 */
export const impliedFill = (
  ledger: DeskLedger,
  order: Order,
  view: VenueOrderView,
): { readonly quantity: Quantity; readonly price: ReturnType<typeof averagePrice> } | undefined => {
  const quantity = subtract(view.filledQuantity, order.filledQuantity);
  const booked = bookedValue(ledger, order);
  if (quantity <= 0n || view.averagePrice === undefined || booked === undefined) return undefined;
  const value = subtract(notional(view.averagePrice, view.filledQuantity), booked);
  if (value <= 0n) return undefined;
  return { quantity, price: averagePrice(value, quantity) };
};

/** Books the implied fill, and remembers that the venue has yet to tell it by its own id. */
export const inferFill = (
  ledger: DeskLedger,
  order: Order,
  view: VenueOrderView,
  policy: DeskPolicy,
  causes: readonly string[],
): boolean => {
  const implied = impliedFill(ledger, order, view);
  if (implied === undefined) return false;
  const { clientOrderId, symbol, side } = order.intent;
  const executionId = `inferred/${clientOrderId}/${view.filledQuantity}`;
  takeExecution(
    ledger,
    { executionId, venueOrderId: view.venueOrderId, clientOrderId, symbol, side, ...implied, at: ledger.at },
    executionId,
    policy,
    causes,
  );
  const before = ledger.state.desk.inferred[clientOrderId];
  const quantity = ((before?.quantity ?? 0n) + implied.quantity) as Quantity;
  ledger.note('ExecutionBooked', { inferred: { [clientOrderId]: { quantity, price: implied.price } } });
  return true;
};

const settlePending = (ledger: DeskLedger, order: Order, view: VenueOrderView, policy: DeskPolicy, causes: readonly string[]): void => {
  const { clientOrderId } = order.intent;
  for (const request of ledger.requestsOf(clientOrderId)) {
    if (request.stage !== 'IN_DOUBT' && request.stage !== 'ANSWERED') continue;
    const noEffect = view.status === 'WORKING' && ledger.now - (request.sentAt ?? ledger.now) >= NO_EFFECT_AFTER;
    // A cancel that the venue shows no trace of is asked for again: it can be repeated without harm.
    if (request.kind === 'CANCEL' && noEffect) ledger.restage(request, { stage: 'DUE', at: ledger.now });
    if (request.kind !== 'REPLACE') continue;
    const wanted = { ...termsOf(order), ...request.change };
    if (sameTerms(wanted, termsOfView(view))) {
      ledger.settle([request]);
      endOrder(ledger, order, { type: 'OrderUpdated', terms: wanted, venueOrderId: view.venueOrderId }, policy, causes);
    } else if (noEffect) {
      ledger.settle([request]);
      if (order.status === 'PENDING_UPDATE') endOrder(ledger, order, { type: 'OrderUpdateRejected', code: 'NOT_APPLIED' }, policy, causes);
    }
  }
};

/**
 * Brings an order to where the venue shows it: acknowledged, ended, amended. What it filled is left to its executions: an order whose fills are still to come ends
 * when they have. Returns whether anything of the order changed.
 */
export const alignWithView = (
  ledger: DeskLedger,
  order: Order,
  view: VenueOrderView,
  policy: DeskPolicy,
  causes: readonly string[],
): boolean => {
  const before = order.eventCount;
  const { clientOrderId } = order.intent;
  const now = (): Order => ledger.order(clientOrderId) ?? order;
  if (view.status !== 'REJECTED') acknowledge(ledger, order, view.venueOrderId, causes);
  const complete = now().filledQuantity >= view.filledQuantity;
  if (!isTerminal(now().status)) {
    if (view.status === 'REJECTED') endRejected(ledger, now(), 'OTHER', policy, causes);
    else if (view.status === 'CANCELED' && complete) endOrder(ledger, now(), { type: 'OrderCanceled', reason: 'VENUE' }, policy, causes);
    else if (view.status === 'EXPIRED' && complete) endOrder(ledger, now(), { type: 'OrderExpired' }, policy, causes);
    else settlePending(ledger, now(), view, policy, causes);
  }
  ledger.settle(ledger.requestsOf(clientOrderId, 'LOOK'));
  if (isTerminal(now().status) && view.status !== 'WORKING') ledger.settle(ledger.requestsOf(clientOrderId));
  return now().eventCount !== before;
};

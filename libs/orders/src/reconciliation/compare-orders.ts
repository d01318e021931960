import { formatDecimal } from '@tradewind/vocabulary';
import type { Quantity } from '@tradewind/vocabulary';
import type { VenueOrderView } from '@tradewind/venue';

import { orderNamed } from '../desk/executions.js';
import { alignWithView, inferFill, sameTerms, termsOfView } from '../desk/order-view.js';
import { endOrder } from '../desk/reports.js';
import { leavesOf, termsOf } from '../order.js';
import type { Order } from '../order.js';
import { isTerminal } from '../transition.js';
import type { Comparison } from './comparison.js';

const works = ({ status }: VenueOrderView): boolean => status === 'WORKING' || status === 'PENDING_CANCEL' || status === 'PENDING_UPDATE';

const viewText = (view: VenueOrderView): string =>
  `${view.status} ${view.side} ${formatDecimal(view.quantity)} ${view.symbol}, filled ${formatDecimal(view.filledQuantity)}`;
const orderText = (order: Order): string =>
  `${order.status} ${order.intent.side} ${formatDecimal(termsOf(order).quantity)} ${order.intent.symbol}, filled ${formatDecimal(order.filledQuantity)}`;

/** What we booked of an order, excess and corrections with it, where we remember all of its executions. */
const bookedOf = ({ ledger }: Comparison, order: Order): Quantity => {
  const { executions } = ledger.state.desk;
  if (order.fillIds.some((id) => executions[id] === undefined)) return order.filledQuantity;
  let booked = 0n;
  for (const execution of Object.values(executions)) {
    if (execution.clientOrderId === order.intent.clientOrderId && execution.busted !== true) booked += execution.quantity;
  }
  return booked as Quantity;
};

const compareFills = (comparison: Comparison, order: Order, view: VenueOrderView): void => {
  const { ledger, policy } = comparison;
  const { clientOrderId: subject } = order.intent;
  const booked = bookedOf(comparison, order);
  const ours = formatDecimal(booked);
  const theirs = formatDecimal(view.filledQuantity);
  if (view.filledQuantity < booked) comparison.leave({ code: 'FILLED_LESS', subject, ours, theirs });
  if (view.filledQuantity <= booked) return;
  if (comparison.partial && inferFill(ledger, order, view, policy, [`snapshot/${subject}`])) {
    comparison.repair({ code: 'INFERRED_FILL', subject, ours, theirs });
    return;
  }
  comparison.leave({ code: 'FILL_UNLISTED', subject, ours, theirs });
};

const amended = (comparison: Comparison, order: Order, view: VenueOrderView): void => {
  const { ledger, policy } = comparison;
  const { clientOrderId: subject } = order.intent;
  if (view.status !== 'WORKING' || order.status === 'PENDING_UPDATE' || ledger.requestsOf(subject, 'REPLACE').length > 0) return;
  const theirs = termsOfView(view);
  const ours = termsOf(order);
  if (theirs.type !== ours.type || sameTerms(ours, theirs) || theirs.quantity < order.filledQuantity) return;
  const before = leavesOf(order);
  if (!endOrder(ledger, order, { type: 'OrderUpdated', terms: theirs, venueOrderId: view.venueOrderId }, policy, [`snapshot/${subject}`]))
    return;
  comparison.repair({
    code: 'ORDER_AMENDED',
    subject,
    ours: `${orderText(order)}, leaves ${formatDecimal(before)}`,
    theirs: viewText(view),
  });
};

const compareOpen = (comparison: Comparison, order: Order, view: VenueOrderView): void => {
  const { ledger, policy } = comparison;
  const { clientOrderId: subject } = order.intent;
  compareFills(comparison, order, view);
  const filled = ledger.order(subject) ?? order;
  const changed = alignWithView(ledger, filled, view, policy, [`snapshot/${subject}`]);
  const now = ledger.order(subject) ?? order;
  if (changed) {
    const code = isTerminal(now.status) && !isTerminal(filled.status) ? 'ORDER_ENDED' : 'ORDER_ACKNOWLEDGED';
    comparison.repair({ code, subject, ours: orderText(order), theirs: viewText(view) });
  }
  if (!isTerminal(now.status)) amended(comparison, now, view);
};

const compareEnded = (comparison: Comparison, order: Order, view: VenueOrderView): void => {
  const { ledger } = comparison;
  const { clientOrderId: subject } = order.intent;
  if (order.status !== 'FILLED' || view.filledQuantity > order.filledQuantity) compareFills(comparison, order, view);
  if (!works(view)) return;
  if (ledger.requestsOf(subject, 'CANCEL').length === 0) ledger.request('CANCEL', subject);
  comparison.leave({ code: 'ORDER_REVIVED', subject, ours: orderText(order), theirs: viewText(view), basis: [view.venueOrderId] });
};

/** Orders the venue should show: it had them. Asked for by name before a person is. */
const missingOrders = (comparison: Comparison, shown: ReadonlySet<string>): void => {
  const { ledger } = comparison;
  for (const [id, { order }] of Object.entries(ledger.state.open)) {
    if (shown.has(id) || order.venueOrderId === undefined) continue;
    comparison.leave({ code: 'ORDER_MISSING', subject: id, ours: orderText(order), theirs: 'none', basis: [order.venueOrderId] });
    const { suspects, differences } = ledger.state.desk;
    const found = comparison.candidates.at(-1)!.id;
    if (suspects[found] === undefined && differences[found] === undefined && ledger.requestsOf(id).length === 0) ledger.request('LOOK', id);
  }
};

/** Compares the orders that the venue shows with ours, and ours with those it shows. */
export const compareOrders = (comparison: Comparison): void => {
  const { ledger, snapshot } = comparison;
  const shown = new Set<string>();
  const working = new Set<string>();
  for (const view of snapshot.orders) {
    const order = orderNamed(ledger, view);
    if (order === undefined) {
      if (works(view)) {
        comparison.leave({
          code: 'UNKNOWN_ORDER',
          subject: view.clientOrderId ?? view.venueOrderId,
          ours: 'none',
          theirs: viewText(view),
          basis: [view.venueOrderId],
        });
      }
      continue;
    }
    const { clientOrderId: subject } = order.intent;
    if (works(view) && working.has(subject)) {
      comparison.leave({ code: 'DOUBLED_ORDER', subject, ours: orderText(order), theirs: viewText(view), basis: [view.venueOrderId] });
      continue;
    }
    if (works(view)) working.add(subject);
    shown.add(subject);
    if (isTerminal(order.status)) compareEnded(comparison, order, view);
    else compareOpen(comparison, order, view);
  }
  missingOrders(comparison, shown);
};

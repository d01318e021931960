import { leavesOf, withDesk } from '@tradewind/orders';
import type { Desk, Order, OrdersState } from '@tradewind/orders';
import { formatDecimal } from '@tradewind/vocabulary';

import type { OrdersStatus } from './wire.js';

const ENDED_SHOWN = 100;

const lineOf = (desk: Desk, order: Order, open: boolean) => {
  const { intent, status, filledQuantity, venueOrderId, terms } = order;
  const { clientOrderId, symbol, side, type, timeInForce, purpose } = intent;
  const { limitPrice, stopPrice } = terms ?? intent;
  const request = Object.values(desk.requests).find((entry) => entry.clientOrderId === clientOrderId);
  return {
    clientOrderId,
    venueOrderId: venueOrderId ?? '',
    symbol,
    side,
    type: terms?.type ?? type,
    timeInForce,
    quantity: formatDecimal((filledQuantity + leavesOf(order)) as typeof filledQuantity),
    filledQuantity: formatDecimal(filledQuantity),
    status,
    purpose,
    limitPrice: limitPrice === undefined ? '' : formatDecimal(limitPrice),
    stopPrice: stopPrice === undefined ? '' : formatDecimal(stopPrice),
    open,
    underWay: request === undefined ? '' : `${request.kind} ${request.stage}`,
  };
};

/** Orders as they stand: the working ones in the order of their placing, then those that ended lately. On bars there is no link, and nothing to compare with. */
export const statusOf = (saved: OrdersState, venue: string, comparisons: number): OrdersStatus => {
  const { open, closed, halt, account, desk } = withDesk(saved);
  const working = Object.values(open).sort((left, right) => left.placement - right.placement);
  const ended = Object.values(closed).slice(-ENDED_SHOWN);
  const differences = Object.values(desk.differences);
  const onBars = venue === 'paper';
  return {
    accountId: account.accountId,
    venue,
    link: onBars ? 'STEPS' : desk.link.kind,
    linkReason: desk.link.reason,
    halted: halt !== 'NONE',
    tradable: onBars || (desk.reconciled && differences.length === 0),
    orders: [...working.map(({ order }) => lineOf(desk, order, true)), ...ended.map(({ order }) => lineOf(desk, order, false))],
    differences: differences.map(({ id, kind, subject, ours, theirs, code, explanation }) => ({
      id,
      kind,
      subject,
      ours,
      theirs,
      code,
      explanation,
    })),
    suspected: Object.keys(desk.suspects).length,
    reconciliations: desk.reconciliations,
    comparisons,
  };
};

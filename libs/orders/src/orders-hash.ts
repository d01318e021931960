import { createHash } from 'node:crypto';

import { formatDecimal, stateText, unreachable } from '@tradewind/vocabulary';
import type { Decimal } from '@tradewind/vocabulary';

import type { OrderEvent, OrderIntent } from './facts.js';

const text = (value: Decimal | undefined): string => (value === undefined ? '' : formatDecimal(value));

/**
 * Fields that orders have not always had count only when they are there, by name, so that an order without them hashes as it always did. The reference price
 * is what fills are measured against afterwards; it decides nothing and is left out. */
const laterFieldsOf = ({ trail, limitOffset, takeProfit, ocoGroup, strategy }: OrderIntent): readonly string[] => [
  ...(trail === undefined ? [] : ['trail', trail.by, text(trail.value)]),
  ...(limitOffset === undefined ? [] : ['limitOffset', text(limitOffset)]),
  ...(takeProfit === undefined ? [] : ['takeProfit', text(takeProfit)]),
  ...(ocoGroup === undefined ? [] : ['ocoGroup', ocoGroup]),
  ...(strategy === undefined ? [] : ['strategy', strategy]),
];

/** What of an event is the same in every run of the same decisions. Causes and venue ids are left out: they may name the run. */
const fieldsOf = (event: OrderEvent): readonly string[] => {
  switch (event.type) {
    case 'OrderInitialized': {
      const { side, type, timeInForce, quantity, limitPrice, stopPrice, protectiveStop, purpose } = event.intent;
      const known = [side, type, timeInForce, text(quantity), text(limitPrice), text(stopPrice), text(protectiveStop), purpose];
      return known.concat(laterFieldsOf(event.intent));
    }
    case 'OrderFilled':
      return [
        event.fillId,
        event.side,
        text(event.quantity),
        text(event.price),
        text(event.commission),
        text(event.slippage),
        text(event.leavesQuantity),
      ];
    case 'OrderDenied':
    case 'OrderRejected':
    case 'OrderCancelRejected':
    case 'OrderUpdateRejected':
      return [event.code];
    case 'OrderReleased':
      return [text(event.price)];
    case 'OrderUpdateRequested':
      return [event.reason, stateText(event.change)];
    case 'OrderUpdated':
      return [stateText(event.terms), event.venueOrderId ?? ''];
    case 'OrderCancelRequested':
    case 'OrderCanceled':
      return [event.reason];
    case 'OrderEmulated':
    case 'OrderSubmitted':
    case 'OrderAccepted':
    case 'OrderTriggered':
    case 'OrderExpired':
      return [];
    default:
      return unreachable(event);
  }
};

export interface OrdersHash {
  add(events: Iterable<OrderEvent>): void;
  /** Hex; may be asked once. */
  digest(): string;
}

/** SHA-256 over one JSON line per order event, in the order of the events: id of the order, symbol, what happened, when, and its fields. */
export const startOrdersHash = (): OrdersHash => {
  const hash = createHash('sha256');
  return {
    add: (events) => {
      for (const event of events) {
        hash.update(`${JSON.stringify([event.clientOrderId, event.symbol, event.type, String(event.at), ...fieldsOf(event)])}\n`);
      }
    },
    digest: () => hash.digest('hex'),
  };
};

/** The hash of all order events of a run: per step its executions, then what it placed. */
export const ordersHash = (events: Iterable<OrderEvent>): string => {
  const hash = startOrdersHash();
  hash.add(events);
  return hash.digest();
};

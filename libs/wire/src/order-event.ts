import type { MessageInitShape } from '@bufbuild/protobuf';
import type { eventMap, OrderEventMessage } from '@tradewind/contracts';
import type { OrderEvent } from '@tradewind/orders';
import { formatDecimal, unreachable } from '@tradewind/vocabulary';

import { ContractError } from './contract-error.js';
import { readIntent, side, writeIntent } from './order-intent.js';
import { readChange, readTerms, writeChange, writeTerms } from './order-terms.js';
import { readMoney, readNanos, readPositiveQuantity, readPrice, readQuantity, readSymbol, readText } from './scalars.js';

type Init = NonNullable<MessageInitShape<(typeof eventMap)['orders.placed']>['events']>[number];
type Body = NonNullable<Init['event']>;
type FilledMessage = Extract<OrderEventMessage['event'], { case: 'filled' }>['value'];
type UpdatedMessage = Extract<OrderEventMessage['event'], { case: 'updated' }>['value'];
type Filled = Extract<OrderEvent, { type: 'OrderFilled' }>;

const writeBody = (event: OrderEvent): Body => {
  switch (event.type) {
    case 'OrderInitialized':
      return { case: 'initialized', value: { intent: writeIntent(event.intent) } };
    case 'OrderDenied':
      return { case: 'denied', value: { code: event.code } };
    case 'OrderEmulated':
      return { case: 'emulated', value: {} };
    case 'OrderReleased':
      return { case: 'released', value: { price: formatDecimal(event.price) } };
    case 'OrderSubmitted':
      return { case: 'submitted', value: {} };
    case 'OrderAccepted':
      return { case: 'accepted', value: { venueOrderId: event.venueOrderId } };
    case 'OrderRejected':
      return { case: 'rejected', value: { code: event.code } };
    case 'OrderTriggered':
      return { case: 'triggered', value: {} };
    case 'OrderUpdateRequested':
      return { case: 'updateRequested', value: { ...writeChange(event.change), reason: event.reason } };
    case 'OrderUpdated': {
      const venueOrderId = event.venueOrderId === undefined ? {} : { venueOrderId: event.venueOrderId };
      return { case: 'updated', value: { ...writeTerms(event.terms), ...venueOrderId } };
    }
    case 'OrderUpdateRejected':
      return { case: 'updateRejected', value: { code: event.code } };
    case 'OrderCancelRequested':
      return { case: 'cancelRequested', value: { reason: event.reason } };
    case 'OrderCancelRejected':
      return { case: 'cancelRejected', value: { code: event.code } };
    case 'OrderCanceled':
      return { case: 'canceled', value: { reason: event.reason } };
    case 'OrderExpired':
      return { case: 'expired', value: {} };
    case 'OrderFilled':
      return {
        case: 'filled',
        value: {
          fillId: event.fillId,
          side: side.write(event.side),
          quantity: formatDecimal(event.quantity),
          price: formatDecimal(event.price),
          commission: formatDecimal(event.commission),
          slippage: formatDecimal(event.slippage),
          leavesQuantity: formatDecimal(event.leavesQuantity),
        },
      };
    default:
      return unreachable(event);
  }
};

export const writeOrderEvent = (event: OrderEvent): Init => ({
  id: event.id,
  clientOrderId: event.clientOrderId,
  symbol: event.symbol,
  atNs: event.at,
  causes: [...event.causes],
  event: writeBody(event),
});

const readFilled = (
  value: FilledMessage,
  at: string,
): Pick<Filled, 'type' | 'fillId' | 'side' | 'quantity' | 'price' | 'commission' | 'slippage' | 'leavesQuantity'> => ({
  type: 'OrderFilled',
  fillId: readText(value.fillId, `${at}.fill_id`),
  side: side.read(value.side, `${at}.side`),
  quantity: readPositiveQuantity(value.quantity, `${at}.quantity`),
  price: readPrice(value.price, `${at}.price`),
  commission: readMoney(value.commission, `${at}.commission`),
  slippage: readMoney(value.slippage, `${at}.slippage`),
  leavesQuantity: readQuantity(value.leavesQuantity, `${at}.leaves_quantity`),
});

const readUpdated = (
  value: UpdatedMessage,
  at: string,
): Pick<Extract<OrderEvent, { type: 'OrderUpdated' }>, 'type' | 'terms' | 'venueOrderId'> => ({
  type: 'OrderUpdated',
  terms: readTerms(value, at),
  ...(value.venueOrderId === undefined ? {} : { venueOrderId: readText(value.venueOrderId, `${at}.venue_order_id`) }),
});

export const readOrderEvent = (message: OrderEventMessage, at: string): OrderEvent => {
  const fact = {
    id: readText(message.id, `${at}.id`),
    clientOrderId: readText(message.clientOrderId, `${at}.client_order_id`),
    symbol: readSymbol(message.symbol, `${at}.symbol`),
    at: readNanos(message.atNs, `${at}.at_ns`),
    causes: message.causes,
  };
  const body = message.event;
  switch (body.case) {
    case 'initialized':
      return { ...fact, type: 'OrderInitialized', intent: readIntent(body.value.intent, `${at}.initialized.intent`) };
    case 'denied':
      return { ...fact, type: 'OrderDenied', code: readText(body.value.code, `${at}.denied.code`) };
    case 'emulated':
      return { ...fact, type: 'OrderEmulated' };
    case 'released':
      return { ...fact, type: 'OrderReleased', price: readPrice(body.value.price, `${at}.released.price`) };
    case 'submitted':
      return { ...fact, type: 'OrderSubmitted' };
    case 'accepted':
      return { ...fact, type: 'OrderAccepted', venueOrderId: readText(body.value.venueOrderId, `${at}.accepted.venue_order_id`) };
    case 'rejected':
      return { ...fact, type: 'OrderRejected', code: readText(body.value.code, `${at}.rejected.code`) };
    case 'triggered':
      return { ...fact, type: 'OrderTriggered' };
    case 'updateRequested':
      return { ...fact, type: 'OrderUpdateRequested', change: readChange(body.value, `${at}.update_requested`), reason: body.value.reason };
    case 'updated':
      return { ...fact, ...readUpdated(body.value, `${at}.updated`) };
    case 'updateRejected':
      return { ...fact, type: 'OrderUpdateRejected', code: readText(body.value.code, `${at}.update_rejected.code`) };
    case 'cancelRequested':
      return { ...fact, type: 'OrderCancelRequested', reason: body.value.reason };
    case 'cancelRejected':
      return { ...fact, type: 'OrderCancelRejected', code: readText(body.value.code, `${at}.cancel_rejected.code`) };
    case 'canceled':
      return { ...fact, type: 'OrderCanceled', reason: body.value.reason };
    case 'expired':
      return { ...fact, type: 'OrderExpired' };
    case 'filled':
      return { ...fact, ...readFilled(body.value, `${at}.filled`) };
    case undefined:
      throw new ContractError('FIELD_INVALID', `${at}.event`, 'must be set to an event this build knows');
    default:
      return unreachable(body);
  }
};

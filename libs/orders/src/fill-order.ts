import type { Bar } from '@tradewind/market';
import { absolute, greatest, least, notional, subtract, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Price, Quantity, Side } from '@tradewind/vocabulary';

import type { Ledger } from './ledger.js';
import type { Match } from './matching.js';
import { isReduceOnly, leavesOf } from './order.js';
import type { Order } from './order.js';
import { adjustProtection } from './protection.js';
import { positionOf } from './stage-state.js';
import type { OrdersState } from './stage-state.js';
import type { PaperVenue } from './venue.js';

/** What all orders together may still take of one bar. */
export interface Capacity {
  left: Quantity | undefined;
}

/** A stop that a fill has just attached, and the price of that fill. */
export interface Attached {
  readonly stopId: string;
  readonly entry: Price;
}

interface Execution {
  readonly quantity: Quantity;
  readonly price: Price;
  readonly reference: Price;
}

/** What an order may still take from the position: all it asks for, or what is held against it when it may only reduce. */
export const reducibleQuantity = (state: OrdersState, { intent }: Order): Quantity => {
  const held = positionOf(state, intent.symbol);
  const against = intent.side === 'SELL' ? held > 0n : held < 0n;
  return against ? absolute(held) : ZERO_QUANTITY;
};

const fillableQuantity = (state: OrdersState, order: Order, capacity: Capacity): Quantity => {
  const wanted = leavesOf(order);
  const allowed = isReduceOnly(order.intent) ? least(wanted, reducibleQuantity(state, order)) : wanted;
  const filled = capacity.left === undefined ? allowed : least(allowed, capacity.left);
  return order.intent.timeInForce === 'FOK' && filled < wanted ? ZERO_QUANTITY : filled;
};

const executionPrice = (side: Side, fill: NonNullable<Match['fill']>, tickSize: Price, venue: PaperVenue): Price => {
  if (!fill.aggressive) return fill.reference;
  const slipped = venue.slippage.slip(side, fill.reference, tickSize);
  if (fill.limit === undefined) return slipped;
  return side === 'BUY' ? least(slipped, fill.limit) : greatest(slipped, fill.limit);
};

/** Books one execution of an open order, and brings the position's protection up to date. */
export const execute = (
  ledger: Ledger,
  order: Order,
  execution: Execution,
  venue: PaperVenue,
  causes: readonly string[],
): Attached | undefined => {
  const { clientOrderId, side } = order.intent;
  const { price, quantity, reference } = execution;
  const fillId = `fl/${clientOrderId}/${order.fillIds.length}`;
  const eventId = ledger.say(
    clientOrderId,
    {
      type: 'OrderFilled',
      fillId,
      side,
      quantity,
      price,
      commission: venue.commission.commission(price, quantity),
      slippage: notional(side === 'BUY' ? subtract(price, reference) : subtract(reference, price), quantity),
      leavesQuantity: subtract(leavesOf(order), quantity),
    },
    causes,
  );
  const stopId = adjustProtection(ledger, order, fillId, [eventId]);
  return stopId === undefined ? undefined : { stopId, entry: price };
};

/** Applies what matching found to an open order: trigger, fill within capacity and position, cancel of what may no longer reduce. */
export const applyMatch = (
  ledger: Ledger,
  clientOrderId: string,
  match: Match,
  bar: Bar,
  venue: PaperVenue,
  capacity: Capacity,
): Attached | undefined => {
  const causes = [bar.id];
  if (match.triggers) ledger.say(clientOrderId, { type: 'OrderTriggered' }, causes);
  const order = ledger.order(clientOrderId)?.order;
  if (order === undefined || match.fill === undefined) return undefined;
  if (isReduceOnly(order.intent) && reducibleQuantity(ledger.state, order) === 0n) {
    ledger.say(clientOrderId, { type: 'OrderCanceled', reason: 'POSITION_FLAT' }, causes);
    return undefined;
  }
  const quantity = fillableQuantity(ledger.state, order, capacity);
  if (quantity === 0n) return undefined;
  if (capacity.left !== undefined) capacity.left = subtract(capacity.left, quantity);
  const tickSize = venue.instruments[bar.symbol]?.tickSize ?? (1n as Price);
  const price = executionPrice(order.intent.side, match.fill, tickSize, venue);
  return execute(ledger, order, { quantity, price, reference: match.fill.reference }, venue, causes);
};

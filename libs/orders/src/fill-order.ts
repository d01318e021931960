import type { Bar } from '@tradewind/market';
import { absolute, greatest, least, notional, subtract, ZERO_MONEY, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Money, Price, Quantity, Side, UnixNanos } from '@tradewind/vocabulary';

import { amendedTerms } from './amended-terms.js';
import type { Ledger } from './ledger.js';
import type { Match } from './matching.js';
import { ocoChanges } from './oco.js';
import { isReduceOnly, leavesOf, termsOf } from './order.js';
import type { Order } from './order.js';
import { adjustProtection } from './protection.js';
import type { Protection } from './protection.js';
import { positionOf } from './stage-state.js';
import type { OrdersState } from './stage-state.js';
import type { PaperVenue } from './venue.js';

/** What all orders together may still take of one bar. */
export interface Capacity {
  left: Quantity | undefined;
}

/** The stop and the target that a fill has just attached, and the price of that fill. */
export interface Attached extends Protection {
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

const fillableQuantity = (state: OrdersState, order: Order, capacity: Capacity, atMost: Quantity | undefined): Quantity => {
  const wanted = atMost === undefined ? leavesOf(order) : least(leavesOf(order), atMost);
  const allowed = isReduceOnly(order.intent) ? least(wanted, reducibleQuantity(state, order)) : wanted;
  const filled = capacity.left === undefined ? allowed : least(allowed, capacity.left);
  return order.intent.timeInForce === 'FOK' && filled < wanted ? ZERO_QUANTITY : filled;
};

const executionPrice = (side: Side, fill: NonNullable<Match['fill']>, quantity: Quantity, bar: Bar, venue: PaperVenue): Price => {
  if (!fill.aggressive) return fill.reference;
  const tickSize = venue.instruments[bar.symbol]?.tickSize ?? (1n as Price);
  const slipped = venue.slippage.slip({ side, reference: fill.reference, tickSize, quantity, barVolume: bar.volume });
  if (fill.limit === undefined) return slipped;
  return side === 'BUY' ? least(slipped, fill.limit) : greatest(slipped, fill.limit);
};

/** The rest of the filled order's group gives way by as much. */
const reduceGroup = (ledger: Ledger, filled: Order, group: string, quantity: Quantity, causes: readonly string[]): void => {
  const { clientOrderId } = filled.intent;
  const open = Object.values(ledger.state.open).sort((left, right) => left.placement - right.placement);
  const whole = quantity === leavesOf(filled);
  for (const change of ocoChanges(
    open.map(({ order }) => order),
    { clientOrderId, group, quantity, whole },
  )) {
    if (change.type === 'CANCEL') ledger.say(change.clientOrderId, { type: 'OrderCanceled', reason: 'ONE_CANCELS_OTHER' }, causes);
    else ledger.say(change.clientOrderId, { type: 'OrderUpdated', terms: change.terms }, causes);
  }
};

/**
 * What the venue charges. An order remembers how much of it filled and not for how much: earlier fills count at this one's price, which matters to a maximum
 * per order alone.
 */
const commissionOf = (order: Order, { price, quantity }: Execution, at: UnixNanos, venue: PaperVenue): Money =>
  venue.commission.commission({
    side: order.intent.side,
    price,
    quantity,
    at,
    order: { quantity: order.filledQuantity, notional: notional(price, order.filledQuantity), commission: ZERO_MONEY },
  });

/** Books one execution of an open order, and brings its group and the position's protection up to date. */
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
      commission: commissionOf(order, execution, ledger.at, venue),
      slippage: notional(side === 'BUY' ? subtract(price, reference) : subtract(reference, price), quantity),
      leavesQuantity: subtract(leavesOf(order), quantity),
    },
    causes,
  );
  if (order.intent.ocoGroup !== undefined) reduceGroup(ledger, order, order.intent.ocoGroup, quantity, [eventId]);
  const attached = adjustProtection(ledger, order, fillId, [eventId]);
  return attached === undefined ? undefined : { ...attached, entry: price };
};

const moveTrail = (ledger: Ledger, clientOrderId: string, stopPrice: Price, causes: readonly string[]): void => {
  const order = ledger.order(clientOrderId)?.order;
  if (order !== undefined) ledger.say(clientOrderId, { type: 'OrderUpdated', terms: amendedTerms(termsOf(order), { stopPrice }) }, causes);
};

/** Applies what matching found to an open order: trail, trigger, fill of `atMost` within capacity and position, cancel of what may no longer reduce. */
export const applyMatch = (
  ledger: Ledger,
  clientOrderId: string,
  match: Match,
  bar: Bar,
  venue: PaperVenue,
  capacity: Capacity,
  atMost?: Quantity,
): Attached | undefined => {
  const causes = [bar.id];
  if (match.level !== undefined) moveTrail(ledger, clientOrderId, match.level, causes);
  if (match.triggers) ledger.say(clientOrderId, { type: 'OrderTriggered' }, causes);
  const order = ledger.order(clientOrderId)?.order;
  if (order === undefined || match.fill === undefined) return undefined;
  if (isReduceOnly(order.intent) && reducibleQuantity(ledger.state, order) === 0n) {
    ledger.say(clientOrderId, { type: 'OrderCanceled', reason: 'POSITION_FLAT' }, causes);
    return undefined;
  }
  const quantity = fillableQuantity(ledger.state, order, capacity, atMost);
  if (quantity === 0n) return undefined;
  if (capacity.left !== undefined) capacity.left = subtract(capacity.left, quantity);
  const price = executionPrice(order.intent.side, match.fill, quantity, bar, venue);
  return execute(ledger, order, { quantity, price, reference: match.fill.reference }, venue, causes);
};

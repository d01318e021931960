import { absolute, add, greatest, least, notional, subtract, ZERO_MONEY, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Money, Price, Quantity } from '@tradewind/vocabulary';

import { faultOfTerms, isTrailing } from '../matching/order-trigger.js';
import { bestOf, oppositeOf } from '../matching/shown-book.js';
import type { VenueOrder } from '../venue-order.js';
import { buyingPowerOf, heldOf } from './simulated-account.js';
import type { VenueDesk } from './venue-desk.js';
import { leavesOf } from '../matching/tick-matching.js';
import { VENUE_LIMITS } from './venue-settings.js';
import type { OrderRecord, Refusal } from './venue-state.js';

const CLIENT_ORDER_ID = /^[A-Za-z0-9-]{1,32}$/;

type Check = (desk: VenueDesk, order: VenueOrder) => Refusal | undefined;

const identity: Check = (desk, { clientOrderId }) => {
  if (!CLIENT_ORDER_ID.test(clientOrderId))
    return { code: 'ORDER_INVALID', message: 'a client order id is 1 to 32 of A-Z, a-z, 0-9 and -' };
  if (desk.recordOf({ clientOrderId }) !== undefined)
    return { code: 'DUPLICATE_ORDER_ID', message: `client order id ${clientOrderId} was used before` };
  return undefined;
};

const instrument: Check = (desk, { symbol, quantity }) => {
  const found = desk.instrumentOf(symbol);
  if (found === undefined) return { code: 'SYMBOL_UNKNOWN', message: `symbol ${symbol} is not traded here` };
  if (!found.fractional && quantity % found.lotSize !== 0n)
    return { code: 'ORDER_INVALID', message: `the quantity must be in lots of ${symbol}` };
  return undefined;
};

const terms: Check = (_desk, order) => {
  const fault = faultOfTerms(order);
  if (fault !== undefined) return { code: 'ORDER_INVALID', message: fault };
  const { type, timeInForce } = order;
  if ((timeInForce === 'OPG' || timeInForce === 'CLS') && type !== 'MARKET' && type !== 'LIMIT')
    return { code: 'UNSUPPORTED', message: `an auction takes market and limit orders, not ${type}` };
  if ((timeInForce === 'IOC' || timeInForce === 'FOK') && isTrailing(type))
    return { code: 'UNSUPPORTED', message: `a ${type} order can't be ${timeInForce}` };
  if (order.extendedHours === true && type !== 'LIMIT')
    return { code: 'UNSUPPORTED', message: 'outside the regular session only limit orders work' };
  return undefined;
};

const grid: Check = (desk, { symbol, limitPrice, stopPrice }) => {
  const tickSize = desk.tickSizeOf(symbol);
  for (const price of [limitPrice, stopPrice])
    if (price !== undefined && price % tickSize !== 0n)
      return { code: 'PRICE_INVALID', message: `prices of ${symbol} are multiples of its tick` };
  return undefined;
};

const open: Check = (desk, { symbol, timeInForce, extendedHours }) => {
  if (desk.marketOf(symbol).halted && desk.policies.halts === 'REJECT') return { code: 'HALTED', message: `${symbol} is halted` };
  if (timeInForce !== 'IOC' && timeInForce !== 'FOK') return undefined;
  const works = desk.state.phase === 'REGULAR' || (desk.state.phase === 'EXTENDED' && extendedHours === true);
  return works ? undefined : { code: 'MARKET_CLOSED', message: `a ${timeInForce} order needs an open market` };
};

const capacity: Check = (desk) => {
  let count = 0;
  for (const _record of desk.working()) count += 1;
  return count >= VENUE_LIMITS.workingOrdersMax ? { code: 'RATE_LIMITED', message: 'too many working orders' } : undefined;
};

/** The price that an order is expected to cost: its limit, its stop, or what the market shows; undefined before any price. */
export const expectedPrice = (desk: VenueDesk, { symbol, side, limitPrice, stopPrice }: VenueOrder): Price | undefined => {
  const market = desk.marketOf(symbol);
  return limitPrice ?? stopPrice ?? bestOf(market.book, oppositeOf(side)) ?? market.lastPrice ?? desk.state.account.marks[symbol];
};

/** Working orders of a symbol and side, of each one-cancels-other group the largest alone, without `except`. */
const leavesOnSide = (desk: VenueDesk, order: VenueOrder, except: OrderRecord | undefined): Quantity => {
  const groups = new Map<string, Quantity>();
  let sum = 0n;
  for (const other of desk.ordersOf(order.symbol).all()) {
    const { side, ocoGroup } = other.order;
    if (other === except || side !== order.side) continue;
    if (ocoGroup === undefined) sum += leavesOf(other);
    else groups.set(ocoGroup, greatest(groups.get(ocoGroup) ?? ZERO_QUANTITY, leavesOf(other)));
  }
  for (const [group, quantity] of groups)
    sum += group === order.ocoGroup ? greatest(subtract(quantity, order.quantity), ZERO_QUANTITY) : quantity;
  return sum as Quantity;
};

/** Of an order's quantity, what opens or enlarges a position beyond what is held and what other orders close already. */
const openingQuantity = (desk: VenueDesk, order: VenueOrder, quantity: Quantity, except: OrderRecord | undefined): Quantity => {
  const held = heldOf(desk.state.account, order.symbol);
  const against = order.side === 'SELL' ? greatest(held, ZERO_QUANTITY) : absolute(least(held, ZERO_QUANTITY));
  const free = greatest(subtract(against, leavesOnSide(desk, order, except)), ZERO_QUANTITY);
  return greatest(subtract(quantity, free), ZERO_QUANTITY);
};

/** What working orders that open positions hold back. */
export const reservedCash = (desk: VenueDesk, except?: OrderRecord): Money => {
  let reserved = 0n;
  const groups = new Set<string>();
  for (const record of desk.working()) {
    const { order } = record;
    if (record === except || (order.ocoGroup !== undefined && groups.has(order.ocoGroup))) continue;
    if (order.ocoGroup !== undefined) groups.add(order.ocoGroup);
    const opening = order.side === 'BUY' || desk.settings.account.kind === 'MARGIN' ? openingAlone(desk, record) : ZERO_QUANTITY;
    const price = expectedPrice(desk, order);
    if (opening > 0n && price !== undefined) reserved += notional(price, opening);
  }
  return reserved as Money;
};

const openingAlone = (desk: VenueDesk, record: OrderRecord): Quantity => {
  const held = heldOf(desk.state.account, record.order.symbol);
  const against = record.order.side === 'SELL' ? greatest(held, ZERO_QUANTITY) : absolute(least(held, ZERO_QUANTITY));
  return greatest(subtract(leavesOf(record), against), ZERO_QUANTITY);
};

/** Short sales: the account, the instrument and the lender must allow them. */
const faultOfShort = (desk: VenueDesk, order: VenueOrder, opening: Quantity): Refusal | undefined => {
  const { symbol } = order;
  if (desk.settings.account.kind === 'CASH')
    return { code: 'POSITION_INSUFFICIENT', message: `the account holds too little ${symbol} to sell` };
  if (desk.instrumentOf(symbol)?.shortable !== true) return { code: 'NOT_SHORTABLE', message: `${symbol} can't be sold short` };
  const locatable = desk.policies.borrow.locatable(symbol);
  if (locatable === undefined) return undefined;
  const borrowed = absolute(least(heldOf(desk.state.account, symbol), ZERO_QUANTITY));
  const wanted = add(borrowed, opening);
  return wanted > locatable ? { code: 'NOT_SHORTABLE', message: `no shares of ${symbol} can be located for that quantity` } : undefined;
};

/** Whether the account can carry the order; `except` is the order it takes the place of. */
export const accountRefusal = (desk: VenueDesk, order: VenueOrder, except?: OrderRecord): Refusal | undefined => {
  const quantity = subtract(order.quantity, except?.filled ?? ZERO_QUANTITY);
  const opening = openingQuantity(desk, order, quantity, except);
  if (opening === 0n) return undefined;
  if (order.side === 'SELL') {
    const fault = faultOfShort(desk, order, opening);
    if (fault !== undefined) return fault;
  }
  const price = expectedPrice(desk, order);
  if (price === undefined) return undefined;
  const power = subtract(buyingPowerOf(desk.state.account, desk.settings.account), reservedCash(desk, except));
  const cost = notional(price, opening);
  return cost > greatest(power, ZERO_MONEY)
    ? { code: 'BUYING_POWER', message: 'the order costs more than the account may spend' }
    : undefined;
};

const CHECKS: readonly Check[] = [identity, instrument, terms, grid, open, capacity, (desk, order) => accountRefusal(desk, order)];

/** The first reason, in a fixed order with the identity first, why the venue does not take an order; undefined when it does. */
export const refusalOf = (desk: VenueDesk, order: VenueOrder): Refusal | undefined => {
  for (const check of CHECKS) {
    const refusal = check(desk, order);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};

/** What is wrong with new terms of a working order. */
export const refusalOfTerms = (desk: VenueDesk, order: VenueOrder, record: OrderRecord): Refusal | undefined =>
  terms(desk, order) ??
  grid(desk, order) ??
  (order.quantity <= record.filled ? { code: 'ORDER_INVALID', message: 'the new quantity must be above what has filled' } : undefined) ??
  accountRefusal(desk, order, record);

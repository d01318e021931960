import { createHash } from 'node:crypto';

import type { OrderType, TimeInForce, Trail } from '@tradewind/venue';
import {
  add,
  averagePrice,
  type Decimal,
  formatDecimal,
  type Money,
  notional,
  type Price,
  type Quantity,
  type Side,
  type Symbol,
  type UnixNanos,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '@tradewind/vocabulary';

import { wireSymbol } from './data-store.js';
import { wireInstant } from './wire.js';

export type OrderClass = 'simple' | 'bracket' | 'oco' | 'oto';
export type TradingStatus =
  | 'new'
  | 'partially_filled'
  | 'filled'
  | 'canceled'
  | 'expired'
  | 'replaced'
  | 'pending_cancel'
  | 'pending_replace'
  | 'accepted'
  | 'pending_new'
  | 'rejected'
  | 'held';

/** One order as Alpaca keeps it. A replacement is an order of its own whose quantity and fills begin at nought. */
export interface TradingOrder {
  readonly id: string;
  readonly clientOrderId: string;
  readonly symbol: Symbol;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  readonly extendedHours: boolean;
  readonly notional: Money | undefined;
  quantity: Quantity;
  limitPrice: Price | undefined;
  stopPrice: Price | undefined;
  trail: Trail | undefined;
  status: TradingStatus;
  filled: Quantity;
  paid: Money;
  readonly createdAt: UnixNanos;
  submittedAt: UnixNanos;
  updatedAt: UnixNanos;
  endedAt: UnixNanos | undefined;
  replaces: string | undefined;
  replacedBy: string | undefined;
  /** The exchange's id of the order; replacements share it. Undefined while it is held back. */
  venueOrderId: string | undefined;
  /** What the orders that it replaces have filled of the exchange's order. */
  filledBefore: Quantity;
  readonly parent: string | undefined;
  readonly legs: string[];
}

export const OPEN: ReadonlySet<TradingStatus> = new Set<TradingStatus>([
  'new',
  'partially_filled',
  'pending_cancel',
  'pending_replace',
  'accepted',
  'pending_new',
  'held',
]);

/** An id of Alpaca's shape, made from what it is the id of: a run repeats exactly. */
export const uuidOf = (name: string): string => {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
};

export const TYPE_WORDS: Readonly<Record<string, OrderType>> = {
  market: 'MARKET',
  limit: 'LIMIT',
  stop: 'STOP',
  stop_limit: 'STOP_LIMIT',
  trailing_stop: 'TRAILING_STOP',
};
export const TIME_WORDS: Readonly<Record<string, TimeInForce>> = { day: 'DAY', gtc: 'GTC', ioc: 'IOC', fok: 'FOK', opg: 'OPG', cls: 'CLS' };

const wordOf = <T extends string>(words: Readonly<Record<string, T>>, value: T): string =>
  Object.entries(words).find(([, meaning]) => meaning === value)?.[0] ?? value.toLowerCase();

const text = (value: Decimal | undefined): string | null => (value === undefined ? null : formatDecimal(value));
const instant = (at: UnixNanos | undefined): string | null => (at === undefined ? null : wireInstant(at));

/** What an order has filled on average, with as many digits as Alpaca gives. */
const averageOf = ({ filled, paid }: TradingOrder): string | null => (filled === 0n ? null : formatDecimal(averagePrice(paid, filled)));

export const noteFill = (order: TradingOrder, quantity: Quantity, price: Price): void => {
  order.filled = add(order.filled, quantity);
  order.paid = add(order.paid, notional(price, quantity));
};

export type OrderTermsOf = Pick<
  TradingOrder,
  | 'symbol'
  | 'side'
  | 'type'
  | 'timeInForce'
  | 'quantity'
  | 'notional'
  | 'limitPrice'
  | 'stopPrice'
  | 'trail'
  | 'extendedHours'
  | 'orderClass'
>;

/** A new order with these terms; of whatever else is given with them nothing is taken over. */
export const openOrder = (
  { symbol, side, type, timeInForce, quantity, notional: amount, limitPrice, stopPrice, trail, extendedHours, orderClass }: OrderTermsOf,
  {
    id,
    clientOrderId,
    parent,
    at,
  }: { readonly id: string; readonly clientOrderId: string; readonly parent: string | undefined; readonly at: UnixNanos },
): TradingOrder => ({
  id,
  clientOrderId,
  symbol,
  side,
  type,
  timeInForce,
  orderClass,
  extendedHours,
  notional: amount,
  quantity,
  limitPrice,
  stopPrice,
  trail,
  status: 'pending_new',
  filled: ZERO_QUANTITY,
  paid: ZERO_MONEY,
  createdAt: at,
  submittedAt: at,
  updatedAt: at,
  endedAt: undefined,
  replaces: undefined,
  replacedBy: undefined,
  venueOrderId: undefined,
  filledBefore: ZERO_QUANTITY,
  parent,
  legs: [],
});

/** The order as REST and the stream write it. `legs` are given when they are asked for. */
export const wireOrder = (order: TradingOrder, legs: readonly unknown[] | null = null): Readonly<Record<string, unknown>> => {
  const when = (...statuses: readonly TradingStatus[]): string | null => (statuses.includes(order.status) ? instant(order.endedAt) : null);
  return {
    id: order.id,
    client_order_id: order.clientOrderId,
    created_at: instant(order.createdAt),
    updated_at: instant(order.updatedAt),
    submitted_at: instant(order.submittedAt),
    filled_at: when('filled'),
    expired_at: when('expired'),
    canceled_at: when('canceled'),
    failed_at: when('rejected'),
    replaced_at: when('replaced'),
    replaced_by: order.replacedBy ?? null,
    replaces: order.replaces ?? null,
    asset_id: uuidOf(`asset/${order.symbol}`),
    symbol: wireSymbol(order.symbol),
    asset_class: 'us_equity',
    notional: text(order.notional),
    qty: order.notional === undefined ? text(order.quantity) : null,
    filled_qty: formatDecimal(order.filled),
    filled_avg_price: averageOf(order),
    order_class: order.orderClass === 'simple' ? '' : order.orderClass,
    order_type: wordOf(TYPE_WORDS, order.type),
    type: wordOf(TYPE_WORDS, order.type),
    side: order.side === 'BUY' ? 'buy' : 'sell',
    time_in_force: wordOf(TIME_WORDS, order.timeInForce),
    limit_price: text(order.limitPrice),
    stop_price: text(order.stopPrice),
    status: order.status,
    extended_hours: order.extendedHours,
    legs,
    trail_percent: order.trail?.by === 'RATIO' ? formatDecimal((order.trail.value * 100n) as Decimal) : null,
    trail_price: order.trail?.by === 'AMOUNT' ? formatDecimal(order.trail.value) : null,
    hwm: null,
    subtag: null,
    source: null,
  };
};

import type { OrderType, TimeInForce, Trail, VenuePosition } from '@tradewind/venue';
import {
  type Decimal,
  type Money,
  negate,
  type Price,
  type Quantity,
  type Side,
  type Symbol,
  symbolOf,
  type UnixNanos,
} from '@tradewind/vocabulary';

import { BrokerError } from '../broker.js';
import { brokerFields } from '../transport/broker-fields.js';
import { WIRE_TIMES, WIRE_TYPES } from './wire-order.js';

export const NAME = 'alpaca';
export const fields = brokerFields(NAME);

type Row = Readonly<Record<string, unknown>>;

const STATUSES = [
  'new',
  'partially_filled',
  'filled',
  'done_for_day',
  'canceled',
  'expired',
  'replaced',
  'pending_cancel',
  'pending_replace',
  'accepted',
  'pending_new',
  'accepted_for_bidding',
  'stopped',
  'rejected',
  'suspended',
  'calculated',
  'held',
] as const;
export type WireStatus = (typeof STATUSES)[number];

/** One order as the venue writes it. A replaced order is followed by another with an id of its own. */
export interface AlpacaOrder {
  readonly id: string;
  readonly clientOrderId: string | undefined;
  readonly symbol: Symbol;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly status: WireStatus;
  /** Undefined for an order by amount of money. */
  readonly quantity: Quantity | undefined;
  /** Of this order alone, not of those that it replaces. */
  readonly filled: Quantity;
  readonly averagePrice: Price | undefined;
  readonly limitPrice: Price | undefined;
  readonly stopPrice: Price | undefined;
  readonly trail: Trail | undefined;
  readonly replaces: string | undefined;
  readonly replacedBy: string | undefined;
  readonly submittedAt: UnixNanos;
  readonly updatedAt: UnixNanos;
  readonly legs: readonly AlpacaOrder[];
}

const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined || value === null || value === '' ? undefined : read(value);

/** Parses JSON; throws BrokerError BAD_RESPONSE when it isn't any. */
export const parsed = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new BrokerError('BAD_RESPONSE', `${NAME}: ${what} is not JSON`, { field: what, rule: 'JSON' });
  }
};

const identifier = (value: unknown, path: string): string => {
  const text = fields.text(value, path);
  return text === '' ? fields.fail(path, 'not empty', value) : text;
};

export const decodeSymbol = (value: unknown, path: string): Symbol => {
  const text = fields.text(value, path);
  try {
    return symbolOf(text.replaceAll('.', '-'));
  } catch {
    return fields.fail(path, 'a symbol', value);
  }
};

const keyOf = <K extends string>(table: Readonly<Partial<Record<K, string>>>, value: unknown, path: string): K => {
  const found = (Object.entries(table) as [K, string][]).find(([, word]) => word === value)?.[0];
  return found ?? fields.fail(path, `one of ${Object.values(table).join(', ')}`, value);
};

const decodeTrail = (row: Row, path: string): Trail | undefined => {
  const amount = optional(row['trail_price'], (value) => fields.price(value, `${path}.trail_price`));
  if (amount !== undefined) return { by: 'AMOUNT', value: amount };
  const percent = optional(row['trail_percent'], (value) => fields.price(value, `${path}.trail_percent`));
  return percent === undefined ? undefined : { by: 'RATIO', value: (percent / 100n) as Decimal };
};

const QUANTITY_MAX = 10n ** 18n;

/** Above zero and below a thousand million shares. */
export const decodeAmount = (value: unknown, path: string): Quantity => {
  const amount = fields.quantity(value, path);
  return amount > 0n && amount < QUANTITY_MAX ? amount : fields.fail(path, 'a quantity above 0 and below 10^9', value);
};

/** An order of REST or of the stream. Throws BrokerError BAD_RESPONSE. */
export const decodeOrder = (value: unknown, path: string): AlpacaOrder => {
  const row = fields.object(value, path);
  const price = (key: string): Price | undefined => optional(row[key], (given) => fields.price(given, `${path}.${key}`));
  const quantity = optional(row['qty'], (given) => decodeAmount(given, `${path}.qty`));
  const filled = fields.quantity(row['filled_qty'], `${path}.filled_qty`);
  if (quantity !== undefined && filled > quantity) fields.fail(`${path}.filled_qty`, 'at most qty', row['filled_qty']);
  return {
    id: identifier(row['id'], `${path}.id`),
    clientOrderId: optional(row['client_order_id'], (given) => fields.text(given, `${path}.client_order_id`)),
    symbol: decodeSymbol(row['symbol'], `${path}.symbol`),
    side: fields.oneOf(row['side'], `${path}.side`, ['buy', 'sell', 'sell_short']) === 'buy' ? 'BUY' : 'SELL',
    type: keyOf(WIRE_TYPES, row['type'] ?? row['order_type'], `${path}.type`),
    timeInForce: keyOf(WIRE_TIMES, row['time_in_force'], `${path}.time_in_force`),
    status: fields.oneOf(row['status'], `${path}.status`, STATUSES),
    quantity,
    filled,
    averagePrice: filled === 0n ? undefined : fields.average(row['filled_avg_price'], `${path}.filled_avg_price`),
    limitPrice: price('limit_price'),
    stopPrice: price('stop_price'),
    trail: decodeTrail(row, path),
    replaces: optional(row['replaces'], (given) => identifier(given, `${path}.replaces`)),
    replacedBy: optional(row['replaced_by'], (given) => identifier(given, `${path}.replaced_by`)),
    submittedAt: fields.instant(row['submitted_at'] ?? row['created_at'], `${path}.submitted_at`),
    updatedAt: fields.instant(row['updated_at'] ?? row['submitted_at'] ?? row['created_at'], `${path}.updated_at`),
    legs:
      optional(row['legs'], (given) =>
        fields.list(given, `${path}.legs`).map((leg, index) => decodeOrder(leg, `${path}.legs[${index}]`)),
      ) ?? [],
  };
};

/** A list of orders, the legs of each after it. */
export const decodeOrders = (value: unknown): readonly AlpacaOrder[] =>
  fields.list(value, 'orders').flatMap((row, index) => {
    const order = decodeOrder(row, `orders[${index}]`);
    return [order, ...order.legs];
  });

/** A message of the stream `trade_updates`. */
export interface TradeUpdate {
  readonly event: string;
  readonly at: UnixNanos;
  readonly order: AlpacaOrder;
  /** Of a fill. */
  readonly fill: { readonly quantity: Quantity; readonly price: Price } | undefined;
}

export const FILLS: readonly string[] = ['fill', 'partial_fill'];

export const decodeUpdate = (value: unknown): TradeUpdate => {
  const row = fields.object(value, 'data');
  const event = identifier(row['event'], 'data.event');
  const order = decodeOrder(row['order'], 'data.order');
  const at = optional(row['timestamp'] ?? row['at'], (given) => fields.instant(given, 'data.timestamp')) ?? order.updatedAt;
  if (!FILLS.includes(event)) return { event, at, order, fill: undefined };
  const fill = { quantity: decodeAmount(row['qty'], 'data.qty'), price: fields.price(row['price'], 'data.price') };
  if (fill.quantity > order.filled) fields.fail('data.qty', 'at most what the order says is filled', row['qty']);
  return { event, at, order, fill };
};

/** One execution of `account/activities`. */
export interface FillActivity {
  readonly activityId: string;
  readonly orderId: string;
  readonly at: UnixNanos;
  readonly symbol: Symbol;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  /** What the order had filled with this execution and all before it. */
  readonly cumulative: Quantity;
}

export const decodeFill = (value: unknown, path: string): FillActivity => {
  const row = fields.object(value, path);
  const quantity = decodeAmount(row['qty'], `${path}.qty`);
  const cumulative = decodeAmount(row['cum_qty'], `${path}.cum_qty`);
  if (cumulative < quantity) fields.fail(`${path}.cum_qty`, 'at least qty', row['cum_qty']);
  return {
    activityId: identifier(row['id'], `${path}.id`),
    orderId: identifier(row['order_id'], `${path}.order_id`),
    at: fields.instant(row['transaction_time'], `${path}.transaction_time`),
    symbol: decodeSymbol(row['symbol'], `${path}.symbol`),
    side: fields.oneOf(row['side'], `${path}.side`, ['buy', 'sell', 'sell_short']) === 'buy' ? 'BUY' : 'SELL',
    quantity,
    price: fields.price(row['price'], `${path}.price`),
    cumulative,
  };
};

export interface AlpacaAccount {
  readonly number: string;
  readonly currency: string;
  readonly cash: Money;
  readonly buyingPower: Money;
  /** Why it may not trade; undefined when it may. */
  readonly blocked: string | undefined;
}

export const decodeAccount = (value: unknown): AlpacaAccount => {
  const row = fields.object(value, 'account');
  const flag = ['trading_blocked', 'account_blocked', 'trade_suspended_by_user'].find((name) => row[name] === true);
  const status = fields.text(row['status'], 'account.status');
  return {
    number: identifier(row['account_number'], 'account.account_number'),
    currency: identifier(row['currency'], 'account.currency'),
    cash: fields.money(row['cash'], 'account.cash'),
    buyingPower: fields.money(row['buying_power'], 'account.buying_power'),
    blocked: flag ?? (status === 'ACTIVE' ? undefined : `the account is ${status}`),
  };
};

const decodePosition = (value: unknown, path: string): VenuePosition => {
  const row = fields.object(value, path);
  const given = fields.money(row['qty'], `${path}.qty`) as bigint as Quantity;
  if (given === 0n) fields.fail(`${path}.qty`, 'not zero', row['qty']);
  // Short positions come with a negative quantity, from some clients' accounts with a positive one and the side.
  const short = fields.oneOf(row['side'], `${path}.side`, ['long', 'short']) === 'short';
  const marketPrice = optional(row['current_price'], (price) => fields.average(price, `${path}.current_price`));
  return {
    symbol: decodeSymbol(row['symbol'], `${path}.symbol`),
    quantity: short && given > 0n ? negate(given) : given,
    averagePrice: fields.average(row['avg_entry_price'], `${path}.avg_entry_price`),
    ...(marketPrice === undefined ? {} : { marketPrice }),
  };
};

export const decodePositions = (value: unknown): readonly VenuePosition[] =>
  fields.list(value, 'positions').map((row, index) => decodePosition(row, `positions[${index}]`));

/** The venue's time, of `/v2/clock`. */
export const decodeClock = (value: unknown): UnixNanos => fields.instant(fields.object(value, 'clock')['timestamp'], 'clock.timestamp');

/** The venue itself says that it has no such thing; a gateway that does not know the path says something else. */
export const saysAbsent = (body: string): boolean => {
  try {
    const { code } = JSON.parse(body) as { readonly code?: unknown };
    return code === 40_410_000;
  } catch {
    return false;
  }
};

/** What a refusal says, whatever its body is. */
export const refusalText = (body: string): string => {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    if (typeof message === 'string') return message.slice(0, 300);
  } catch {
    // Not the venue's own format: a gateway's page.
  }
  return body.slice(0, 300).trim();
};

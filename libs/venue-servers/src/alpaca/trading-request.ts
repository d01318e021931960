import type { OrderType, TimeInForce, Trail } from '@tradewind/venue';
import {
  type Decimal,
  DecimalError,
  money,
  type Money,
  price,
  type Price,
  quantity,
  type Quantity,
  type Side,
  type Symbol,
  symbolOf,
} from '@tradewind/vocabulary';

import type { Answer } from './data-api.js';
import { type OrderClass, TIME_WORDS, TYPE_WORDS } from './trading-orders.js';
import { forbidden, invalid, Refused, unprocessable } from './trading-refusal.js';

const reject = (answer: Answer): never => {
  throw new Refused(answer);
};

type Body = Readonly<Record<string, unknown>>;

export interface LegRequest {
  readonly limitPrice: Price | undefined;
  readonly stopPrice: Price | undefined;
}

export interface OrderRequest {
  readonly symbol: Symbol;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: Quantity | undefined;
  readonly notional: Money | undefined;
  readonly limitPrice: Price | undefined;
  readonly stopPrice: Price | undefined;
  readonly trail: Trail | undefined;
  readonly extendedHours: boolean;
  readonly clientOrderId: string | undefined;
  readonly orderClass: OrderClass;
  readonly takeProfit: LegRequest | undefined;
  readonly stopLoss: LegRequest | undefined;
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** Decimals come as text or as JSON numbers. */
const decimal = <T extends Decimal>(body: Body, key: string, parse: (text: string) => T): T | undefined => {
  const value = body[key];
  if (!isGiven(value)) return undefined;
  try {
    const read = parse(typeof value === 'number' ? String(value) : (value as string));
    return read > 0n ? read : reject(invalid(`${key.replaceAll('_', ' ')} must be > 0`));
  } catch (error) {
    if (error instanceof DecimalError || error instanceof TypeError) return reject(invalid(`invalid ${key}`));
    throw error;
  }
};

const CENT = 10_000_000n;
const TENTH_OF_CENT = 100_000n;
const DOLLAR = 1_000_000_000n;

/** Cents above a dollar, hundredths of a cent below (Regulation NMS, rule 612). */
const tickPrice = (body: Body, key: string): Price | undefined => {
  const value = decimal(body, key, price);
  if (value !== undefined && value % (value >= DOLLAR ? CENT : TENTH_OF_CENT) !== 0n) {
    return reject(unprocessable(`invalid ${key} ${String(body[key])}. sub-penny increment does not fulfill minimum pricing criteria`));
  }
  return value;
};

const word = <T extends string>(body: Body, key: string, words: Readonly<Record<string, T>>): T => {
  const value = body[key];
  if (!isGiven(value)) return reject(invalid(`${key} is required`));
  return words[value as string] ?? reject(invalid(`invalid ${key}: ${String(value)}`));
};

const symbolIn = (body: Body): Symbol => {
  if (!isGiven(body['symbol'])) return reject(invalid('symbol is required'));
  try {
    return symbolOf(String(body['symbol']).replaceAll('.', '-'));
  } catch {
    return reject(invalid(`asset "${String(body['symbol'])}" not found`));
  }
};

const clientOrderIdIn = (body: Body): string | undefined => {
  const id = body['client_order_id'];
  if (!isGiven(id)) return undefined;
  return typeof id === 'string' && id.length <= 128 ? id : reject(invalid('client_order_id must be no more than 128 characters'));
};

const HUNDRED = 100n;

const trailIn = (body: Body): Trail | undefined => {
  const amount = decimal(body, 'trail_price', price);
  const percent = decimal(body, 'trail_percent', price);
  if (amount !== undefined && percent !== undefined) return reject(invalid('only one of trail_price and trail_percent may be given'));
  if (amount !== undefined) return { by: 'AMOUNT', value: amount };
  return percent === undefined ? undefined : { by: 'RATIO', value: (percent / HUNDRED) as Decimal };
};

const legIn = (body: Body, key: string): LegRequest | undefined => {
  const leg = body[key];
  if (typeof leg !== 'object' || leg === null) return undefined;
  return { limitPrice: tickPrice(leg as Body, 'limit_price'), stopPrice: tickPrice(leg as Body, 'stop_price') };
};

const CLASSES: Readonly<Record<string, OrderClass>> = { simple: 'simple', bracket: 'bracket', oco: 'oco', oto: 'oto' };
const WHOLE = 1_000_000_000n;

const checkTerms = (request: OrderRequest): void => {
  const { type, timeInForce, limitPrice, stopPrice, trail, extendedHours } = request;
  const stops = type === 'STOP' || type === 'STOP_LIMIT';
  if (type === 'MARKET' && (limitPrice !== undefined || stopPrice !== undefined))
    reject(invalid('market orders require no stop or limit price'));
  if ((type === 'LIMIT' || type === 'STOP_LIMIT') && limitPrice === undefined && request.orderClass !== 'oco')
    reject(invalid(`${type === 'LIMIT' ? 'limit' : 'stop limit'} orders require a limit price`));
  if (stops && stopPrice === undefined) reject(invalid('stop orders require a stop price'));
  if ((type === 'TRAILING_STOP') !== (trail !== undefined))
    reject(invalid('trailing stop orders must specify one of: trail_price or trail_percent'));
  if ((stops || type === 'TRAILING_STOP') && timeInForce !== 'DAY' && timeInForce !== 'GTC')
    reject(unprocessable(`invalid time_in_force for ${type.toLowerCase()} orders`));
  if (extendedHours && !(type === 'LIMIT' && (timeInForce === 'DAY' || timeInForce === 'GTC')))
    reject(unprocessable('extended hours order must be DAY or GTC limit orders'));
};

const checkAmount = (request: OrderRequest): void => {
  const { quantity: shares, notional, type, timeInForce } = request;
  if ((shares === undefined) === (notional === undefined))
    reject(invalid(shares === undefined ? 'qty or notional is required' : 'only one of qty or notional is accepted'));
  if (notional !== undefined && !(type === 'MARKET' && timeInForce === 'DAY'))
    reject(unprocessable('notional orders must be DAY market orders'));
  if (shares !== undefined && shares % WHOLE !== 0n && timeInForce !== 'DAY') reject(unprocessable('fractional orders must be DAY orders'));
};

const checkClass = ({ orderClass, takeProfit, stopLoss, timeInForce, quantity: shares }: OrderRequest): void => {
  if (orderClass === 'simple') {
    if (takeProfit !== undefined || stopLoss !== undefined) reject(invalid('simple orders have no take_profit nor stop_loss'));
    return;
  }
  if (shares === undefined || shares % WHOLE !== 0n) reject(unprocessable('fractional orders must be simple orders'));
  if (timeInForce !== 'DAY' && timeInForce !== 'GTC') reject(unprocessable('complex orders must be DAY or GTC'));
  const [profit, loss] = [takeProfit?.limitPrice !== undefined, stopLoss?.stopPrice !== undefined];
  if (orderClass === 'oto' ? !(profit || loss) : !(profit && loss))
    reject(unprocessable(`${orderClass} orders require take_profit.limit_price and stop_loss.stop_price`));
};

/** Reads the body of `POST /v2/orders`. Throws Refused with Alpaca's answer. */
export const readOrder = (body: Body): OrderRequest => {
  const request: OrderRequest = {
    symbol: symbolIn(body),
    side: word(body, 'side', { buy: 'BUY', sell: 'SELL' }),
    type: word(body, 'type', TYPE_WORDS),
    timeInForce: word(body, 'time_in_force', TIME_WORDS),
    quantity: decimal(body, 'qty', quantity),
    notional: decimal(body, 'notional', money),
    limitPrice: tickPrice(body, 'limit_price'),
    stopPrice: tickPrice(body, 'stop_price'),
    trail: trailIn(body),
    extendedHours: body['extended_hours'] === true,
    clientOrderId: clientOrderIdIn(body),
    orderClass: isGiven(body['order_class']) ? word(body, 'order_class', CLASSES) : 'simple',
    takeProfit: legIn(body, 'take_profit'),
    stopLoss: legIn(body, 'stop_loss'),
  };
  checkTerms(request);
  checkAmount(request);
  checkClass(request);
  return request;
};

export interface ChangeRequest {
  readonly quantity: Quantity | undefined;
  readonly limitPrice: Price | undefined;
  readonly stopPrice: Price | undefined;
  readonly trail: Price | undefined;
  readonly clientOrderId: string | undefined;
}

/** Reads the body of `PATCH /v2/orders/<id>`. Throws Refused. */
export const readChange = (body: Body): ChangeRequest => {
  const change: ChangeRequest = {
    quantity: decimal(body, 'qty', quantity),
    limitPrice: tickPrice(body, 'limit_price'),
    stopPrice: tickPrice(body, 'stop_price'),
    trail: decimal(body, 'trail', price),
    clientOrderId: clientOrderIdIn(body),
  };
  if (change.quantity !== undefined && change.quantity % WHOLE !== 0n) reject(unprocessable('qty must be integer'));
  const { clientOrderId: _, ...terms } = change;
  if (Object.values(terms).every((term) => term === undefined)) reject(forbidden('order parameters are not changed'));
  return change;
};

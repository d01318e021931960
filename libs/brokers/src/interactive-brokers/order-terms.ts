import type { OrderFields, OrderToPlace } from '@tradewind/tws';
import type { OrderTerms, OrderType, TimeInForce, Trail, VenueOrder, VenueOrderChange } from '@tradewind/venue';
import type { Decimal, Price } from '@tradewind/vocabulary';

const TYPES: Readonly<Record<OrderType, string>> = {
  MARKET: 'MKT',
  LIMIT: 'LMT',
  STOP: 'STP',
  STOP_LIMIT: 'STP LMT',
  TRAILING_STOP: 'TRAIL',
  TRAILING_STOP_LIMIT: 'TRAIL LIMIT',
};
/** At the close the type says when. */
const AT_CLOSE: ReadonlyMap<OrderType, string> = new Map([
  ['MARKET', 'MOC'],
  ['LIMIT', 'LOC'],
]);
const OURS: ReadonlyMap<string, OrderType> = new Map([
  ...Object.entries(TYPES).map(([ours, theirs]) => [theirs, ours as OrderType] as const),
  ...[...AT_CLOSE].map(([ours, theirs]) => [theirs, ours] as const),
]);
/** Of a group, a fill of one order reduces the others by as much, and no two are at an exchange at once: nothing is overfilled, nothing left bare. */
const REDUCE_WITH_BLOCK = 2;
const HUNDRED = 100n;

const asPrice = (value: Decimal): Price => value as bigint as Price;

type Prices = Pick<OrderToPlace, 'limitPrice' | 'auxPrice' | 'trailStopPrice' | 'trailingPercent' | 'limitOffset'>;

const pricesOf = (terms: OrderTerms): Prices => {
  const trailing = terms.type === 'TRAILING_STOP' || terms.type === 'TRAILING_STOP_LIMIT';
  if (!trailing) return { limitPrice: terms.limitPrice, auxPrice: terms.stopPrice };
  const { trail } = terms;
  return {
    trailStopPrice: terms.stopPrice,
    auxPrice: trail?.by === 'AMOUNT' ? asPrice(trail.value) : undefined,
    trailingPercent: trail?.by === 'RATIO' ? asPrice(((trail.value as bigint) * HUNDRED) as Decimal) : undefined,
    limitOffset: terms.limitOffset,
  };
};

/** The order as IB takes it. */
export const orderToPlace = (order: VenueOrder, account: string): OrderToPlace => {
  const atClose = order.timeInForce === 'CLS' ? AT_CLOSE.get(order.type) : undefined;
  return {
    action: order.side,
    quantity: order.quantity,
    orderType: atClose ?? TYPES[order.type],
    ...pricesOf(order),
    timeInForce: order.timeInForce === 'CLS' ? 'DAY' : order.timeInForce,
    ocaGroup: order.ocoGroup ?? '',
    ocaType: order.ocoGroup === undefined ? 0 : REDUCE_WITH_BLOCK,
    account,
    orderRef: order.clientOrderId,
    outsideRegularHours: order.extendedHours ?? false,
  };
};

/** Our type of an order of IB; what we have no word for counts as the nearest: with a limit a limit order, else a market order. */
export const orderTypeOf = ({ orderType, limitPrice }: Pick<OrderFields, 'orderType' | 'limitPrice'>): OrderType =>
  OURS.get(orderType) ?? (limitPrice === undefined ? 'MARKET' : 'LIMIT');

const TIMES: ReadonlySet<string> = new Set<TimeInForce>(['DAY', 'GTC', 'IOC', 'FOK', 'OPG']);

/** Good till a date counts as until cancelled: the broker ends it in its own time. */
export const timeInForceOf = ({ orderType, timeInForce }: Pick<OrderFields, 'orderType' | 'timeInForce'>): TimeInForce => {
  if (orderType === 'MOC' || orderType === 'LOC') return 'CLS';
  return TIMES.has(timeInForce) ? (timeInForce as TimeInForce) : timeInForce === 'GTD' ? 'GTC' : 'DAY';
};

const trailOf = (percent: Price | undefined, amount: Price | undefined): Trail | undefined => {
  if (percent !== undefined) return { by: 'RATIO', value: ((percent as bigint) / HUNDRED) as Decimal };
  return amount === undefined ? undefined : { by: 'AMOUNT', value: amount };
};

/** Type, quantity and prices of an order as IB shows it. A price that the type has none of is left out, whatever IB writes there. */
export const termsOf = (fields: Omit<OrderFields, 'contract' | 'status'>): OrderTerms => {
  const type = orderTypeOf(fields);
  const { quantity, limitPrice, auxPrice, trailStopPrice, trailingPercent, limitOffset } = fields;
  const limit = limitPrice === undefined ? {} : { limitPrice };
  const stop = auxPrice === undefined ? {} : { stopPrice: auxPrice };
  if (type === 'MARKET') return { type, quantity };
  if (type === 'LIMIT') return { type, quantity, ...limit };
  if (type === 'STOP') return { type, quantity, ...stop };
  if (type === 'STOP_LIMIT') return { type, quantity, ...limit, ...stop };
  const trail = trailOf(trailingPercent, auxPrice);
  return {
    type,
    quantity,
    ...(trailStopPrice === undefined ? {} : { stopPrice: trailStopPrice }),
    ...(trail === undefined ? {} : { trail }),
    ...(type === 'TRAILING_STOP_LIMIT' && limitOffset !== undefined ? { limitOffset } : {}),
  };
};

const textOf = (terms: OrderTerms, keys: readonly (keyof OrderTerms)[]): string =>
  keys.map((key) => (key === 'trail' ? `${terms.trail?.by}${terms.trail?.value}` : String(terms[key]))).join('/');

/** The stop of a trailing order moves with the market: that it did is no change of terms. */
export const sameTerms = (left: OrderTerms, right: OrderTerms): boolean => {
  const moving = left.type === 'TRAILING_STOP' || left.type === 'TRAILING_STOP_LIMIT';
  const keys: readonly (keyof OrderTerms)[] = [
    'type',
    'quantity',
    'limitPrice',
    'trail',
    'limitOffset',
    ...(moving ? [] : (['stopPrice'] as const)),
  ];
  return textOf(left, keys) === textOf(right, keys);
};

/** The order with new terms, to be placed under its number. */
export const amended = (fields: OrderFields, change: VenueOrderChange): OrderToPlace => {
  const terms = { ...termsOf(fields), ...change };
  return {
    action: fields.action,
    quantity: terms.quantity,
    orderType: fields.orderType,
    ...pricesOf(terms),
    timeInForce: fields.timeInForce,
    ocaGroup: fields.ocaGroup,
    ocaType: fields.ocaGroup === '' ? 0 : REDUCE_WITH_BLOCK,
    account: fields.account,
    orderRef: fields.orderRef,
    outsideRegularHours: fields.outsideRegularHours,
  };
};

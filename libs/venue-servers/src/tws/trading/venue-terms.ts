import type { OrderType, TimeInForce, VenueOrder, VenueOrderChange } from '@tradewind/venue';
import type { Decimal, Price, Symbol } from '@tradewind/vocabulary';

import type { TwsContract } from '../contract.js';
import { RequestRefused } from '../request-fields.js';
import type { PlacedOrder } from './placed-order.js';

const TYPES: ReadonlyMap<string, readonly [type: OrderType, atClose: boolean]> = new Map([
  ['MKT', ['MARKET', false]],
  ['LMT', ['LIMIT', false]],
  ['STP', ['STOP', false]],
  ['STP LMT', ['STOP_LIMIT', false]],
  ['TRAIL', ['TRAILING_STOP', false]],
  ['TRAIL LIMIT', ['TRAILING_STOP_LIMIT', false]],
  ['MOC', ['MARKET', true]],
  ['LOC', ['LIMIT', true]],
]);
const TIMES: ReadonlySet<string> = new Set(['DAY', 'GTC', 'IOC', 'FOK', 'OPG']);
const HUNDRED = 100n;

const typeOf = ({ orderType }: PlacedOrder): readonly [OrderType, boolean] => {
  const known = TYPES.get(orderType);
  if (known === undefined) throw new RequestRefused(387, 'Unsupported order type for this exchange and security type.');
  return known;
};

const waits = (type: OrderType): boolean => type !== 'MARKET' && type !== 'LIMIT';

const timeOf = (order: PlacedOrder, type: OrderType, atClose: boolean): TimeInForce => {
  const { timeInForce } = order;
  if (!TIMES.has(timeInForce))
    throw new RequestRefused(321, `Error validating request.-'b0' : cause - Invalid time in force ${timeInForce}`);
  if ((waits(type) && timeInForce !== 'DAY' && timeInForce !== 'GTC') || (atClose && timeInForce !== 'DAY'))
    throw new RequestRefused(111, 'The TIF (Tif type) and the order type are incompatible.');
  return atClose ? 'CLS' : (timeInForce as TimeInForce);
};

const needed = (price: Price | undefined, what: string): Price => {
  if (price === undefined) throw new RequestRefused(321, `Error validating request.-'b0' : cause - ${what} is required`);
  return price;
};

type Prices = Pick<VenueOrder, 'limitPrice' | 'stopPrice' | 'trail' | 'limitOffset'>;

const pricesOf = (order: PlacedOrder, type: OrderType): Prices => {
  switch (type) {
    case 'MARKET':
      return {};
    case 'LIMIT':
      return { limitPrice: needed(order.limitPrice, 'A limit price') };
    case 'STOP':
      return { stopPrice: needed(order.auxPrice, 'A stop price') };
    case 'STOP_LIMIT':
      return { stopPrice: needed(order.auxPrice, 'A stop price'), limitPrice: needed(order.limitPrice, 'A limit price') };
    default: {
      const { trailingPercent: percent, auxPrice, trailStopPrice } = order;
      const trail: NonNullable<Prices['trail']> =
        percent === undefined
          ? { by: 'AMOUNT', value: needed(auxPrice, 'A trailing amount') }
          : { by: 'RATIO', value: ((percent as bigint) / HUNDRED) as Decimal };
      return {
        trail,
        ...(trailStopPrice === undefined ? {} : { stopPrice: trailStopPrice }),
        ...(type === 'TRAILING_STOP_LIMIT' ? { limitOffset: needed(order.limitOffset, 'A limit offset') } : {}),
      };
    }
  }
};

/** The prices that must be multiples of the smallest step. */
const steppedPrices = ({ limitPrice, stopPrice }: Prices): readonly (Price | undefined)[] => [limitPrice, stopPrice];

/** The symbol of a contract at the exchange: a dash where IB writes a blank. */
export const exchangeSymbol = ({ symbol }: TwsContract): Symbol => symbol.replaceAll(' ', '-') as Symbol;

/** The order as the exchange takes it, under a name of its own: IB takes two orders with one reference for two. Throws RequestRefused with IB's number. */
export const venueOrderOf = (order: PlacedOrder, contract: TwsContract, name: string): VenueOrder => {
  const [type, atClose] = typeOf(order);
  if (order.quantity <= 0n) throw new RequestRefused(434, 'The order size cannot be zero.');
  if ((order.quantity as bigint) % (contract.sizeIncrement as bigint) !== 0n)
    throw new RequestRefused(10_243, 'Fractional-sized order cannot be placed via API. Please use desktop version to place this order.');
  const timeInForce = timeOf(order, type, atClose);
  const prices = pricesOf(order, type);
  const step = contract.minTick as bigint;
  if (steppedPrices(prices).some((price) => price !== undefined && (price < 0n || (price as bigint) % step !== 0n)))
    throw new RequestRefused(110, 'The price does not conform to the minimum price variation for this contract.');
  return {
    clientOrderId: name,
    symbol: exchangeSymbol(contract),
    side: order.action,
    type,
    quantity: order.quantity,
    timeInForce,
    ...prices,
    ...(order.ocaGroup === '' ? {} : { ocoGroup: order.ocaGroup }),
    ...(order.outsideRegularHours ? { extendedHours: true } : {}),
  };
};

/** What differs between an order and its new terms. */
export const changeOf = (before: VenueOrder, after: VenueOrder): VenueOrderChange => ({
  ...(before.quantity === after.quantity ? {} : { quantity: after.quantity }),
  ...(after.limitPrice === undefined || before.limitPrice === after.limitPrice ? {} : { limitPrice: after.limitPrice }),
  ...(after.stopPrice === undefined || before.stopPrice === after.stopPrice ? {} : { stopPrice: after.stopPrice }),
  ...(after.trail === undefined || (before.trail?.by === after.trail.by && before.trail.value === after.trail.value)
    ? {}
    : { trail: after.trail }),
});

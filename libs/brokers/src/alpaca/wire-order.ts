import type { OrderType, TimeInForce, Trail, VenueOrder, VenueOrderChange } from '@tradewind/venue';
import { type Decimal, formatDecimal, type Quantity, type Symbol } from '@tradewind/vocabulary';

/** The venue's words for types and times, and back. */
export const WIRE_TYPES: Readonly<Partial<Record<OrderType, string>>> = {
  MARKET: 'market',
  LIMIT: 'limit',
  STOP: 'stop',
  STOP_LIMIT: 'stop_limit',
  TRAILING_STOP: 'trailing_stop',
};
export const WIRE_TIMES: Readonly<Record<TimeInForce, string>> = { DAY: 'day', GTC: 'gtc', IOC: 'ioc', FOK: 'fok', OPG: 'opg', CLS: 'cls' };

/** The venue writes classes of shares with a point (BRK.B), we with a hyphen. */
export const wireSymbol = (symbol: Symbol): string => symbol.replaceAll('-', '.');

const text = (value: Decimal | undefined): string | undefined => (value === undefined ? undefined : formatDecimal(value));
/** A ratio of 0.05 is five percent. */
const percent = (trail: Trail): string => formatDecimal((trail.value * 100n) as Decimal);

/** Body of `POST /v2/orders`. Decimals go as text. */
export const encodeOrder = (order: VenueOrder): string =>
  JSON.stringify({
    symbol: wireSymbol(order.symbol),
    qty: text(order.quantity),
    side: order.side === 'BUY' ? 'buy' : 'sell',
    type: WIRE_TYPES[order.type],
    time_in_force: WIRE_TIMES[order.timeInForce],
    limit_price: text(order.limitPrice),
    // A trailing order's first stop is the venue's to work out from its own best price.
    stop_price: order.trail === undefined ? text(order.stopPrice) : undefined,
    trail_price: order.trail?.by === 'AMOUNT' ? text(order.trail.value) : undefined,
    trail_percent: order.trail?.by === 'RATIO' ? percent(order.trail) : undefined,
    extended_hours: order.extendedHours === true ? true : undefined,
    client_order_id: order.clientOrderId,
  });

/** Body of `PATCH /v2/orders/<id>`. `remaining` is what the new order is for: the venue counts it from nought. */
export const encodeChange = (change: VenueOrderChange, clientOrderId: string, remaining: Quantity | undefined): string =>
  JSON.stringify({
    qty: text(remaining),
    limit_price: text(change.limitPrice),
    stop_price: text(change.stopPrice),
    trail: change.trail === undefined ? undefined : change.trail.by === 'AMOUNT' ? text(change.trail.value) : percent(change.trail),
    client_order_id: clientOrderId,
  });

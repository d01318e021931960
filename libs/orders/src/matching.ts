import type { Bar } from '@tradewind/market';
import { greatest, least } from '@tradewind/vocabulary';
import type { Price, Side } from '@tradewind/vocabulary';

import { OrderError } from './order-error.js';
import type { Order } from './order.js';

/** A bar says where price opened, how far it went and where it closed, but not in which order: `OPEN` comes first for certain, `CLOSE` last. */
export interface Match {
  /** The stop price was reached just now. */
  readonly triggers: boolean;
  readonly fill?: {
    readonly reference: Price;
    /** Aggressive orders pay slippage; a resting limit order does not. */
    readonly aggressive: boolean;
    /** Slippage may not go beyond it. */
    readonly limit?: Price;
  };
}

const stopOf = ({ intent }: Order): Price => {
  if (intent.stopPrice === undefined) throw new OrderError('MATCH_INVALID', `order ${intent.clientOrderId} has no stop price`);
  return intent.stopPrice;
};
const limitOf = ({ intent }: Order): Price => {
  if (intent.limitPrice === undefined) throw new OrderError('MATCH_INVALID', `order ${intent.clientOrderId} has no limit price`);
  return intent.limitPrice;
};

/** At least as good as the limit for the side. */
const marketable = (side: Side, at: Price, limit: Price): boolean => (side === 'BUY' ? at <= limit : at >= limit);
const stopReached = (side: Side, at: Price, stop: Price): boolean => (side === 'BUY' ? at >= stop : at <= stop);
/** Price has to trade through a resting limit: a touch does not say that our place in the queue was served. */
const tradedThrough = (side: Side, bar: Bar, limit: Price): boolean => (side === 'BUY' ? bar.low < limit : bar.high > limit);
const farEnd = (side: Side, bar: Bar): Price => (side === 'BUY' ? bar.high : bar.low);

const aggressive = (triggers: boolean, reference: Price, limit?: Price): Match => ({
  triggers,
  fill: { reference, aggressive: true, ...(limit === undefined ? {} : { limit }) },
});

const limitAt = (order: Order, at: Price, triggers: boolean): Match | undefined => {
  const limit = limitOf(order);
  if (marketable(order.intent.side, at, limit)) return aggressive(triggers, at, limit);
  return triggers ? { triggers } : undefined;
};

/** What the opening price does; a stop that price gapped through fills at the open, not at its stop. */
export const matchAtOpen = (order: Order, bar: Bar): Match | undefined => {
  const { side, type } = order.intent;
  if (type === 'MARKET') return aggressive(false, bar.open);
  if (type === 'LIMIT') return limitAt(order, bar.open, false);
  if (!order.triggered && !stopReached(side, bar.open, stopOf(order))) return undefined;
  return type === 'STOP' ? aggressive(!order.triggered, bar.open) : limitAt(order, bar.open, !order.triggered);
};

/**
 * What the rest of the bar does to an order that the open left alone. `entry` is the fill that a just attached stop protects:
 * such a stop can't fill at a better price than that.
 */
export const matchInBar = (order: Order, bar: Bar, entry?: Price): Match | undefined => {
  const { side, type } = order.intent;
  if (type === 'MARKET') return undefined;
  if (type === 'LIMIT' || (type === 'STOP_LIMIT' && order.triggered)) {
    const limit = limitOf(order);
    return tradedThrough(side, bar, limit) ? { triggers: false, fill: { reference: limit, aggressive: false } } : undefined;
  }
  const stop = stopOf(order);
  if (order.triggered || !stopReached(side, farEnd(side, bar), stop)) return undefined;
  if (type === 'STOP_LIMIT') return limitAt(order, stop, true);
  if (entry === undefined) return aggressive(true, stop);
  return aggressive(true, side === 'SELL' ? least(stop, entry) : greatest(stop, entry));
};

/** The closing auction, for CLS orders. */
export const matchAtClose = (order: Order, bar: Bar): Match | undefined => {
  if (order.intent.type === 'MARKET') return aggressive(false, bar.close);
  return order.intent.type === 'LIMIT' ? limitAt(order, bar.close, false) : undefined;
};

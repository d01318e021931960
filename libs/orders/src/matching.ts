import type { Bar } from '@tradewind/market';
import { greatest, least } from '@tradewind/vocabulary';
import type { Price, Side } from '@tradewind/vocabulary';

import { OrderError } from './order-error.js';
import { termsOf } from './order.js';
import type { Order } from './order.js';
import { isStopType, isTrailing, limitAfterTrigger, ratchet, stopReached } from './trail.js';

/** A bar says where price opened, how far it went and where it closed, but not in which order: `OPEN` comes first for certain, `CLOSE` last. */
export interface Match {
  /** The stop price was reached just now. */
  readonly triggers: boolean;
  /** Where a trailing stop stands now, when that is not where it stood. */
  readonly level?: Price;
  readonly fill?: {
    readonly reference: Price;
    /** Aggressive orders pay slippage; a resting limit order does not. */
    readonly aggressive: boolean;
    /** Slippage may not go beyond it. */
    readonly limit?: Price;
  };
}

const stopOf = (order: Order): Price => {
  const { stopPrice } = termsOf(order);
  if (stopPrice === undefined) throw new OrderError('MATCH_INVALID', `order ${order.intent.clientOrderId} has no stop price`);
  return stopPrice;
};

/** At least as good as the limit for the side. */
const marketable = (side: Side, at: Price, limit: Price): boolean => (side === 'BUY' ? at <= limit : at >= limit);
/** Price has to trade through a resting limit: a touch does not say that our place in the queue was served. */
const tradedThrough = (side: Side, bar: Bar, limit: Price): boolean => (side === 'BUY' ? bar.low < limit : bar.high > limit);
/** The end of the bar that reaches the order's stop. */
const adverseEnd = (side: Side, bar: Bar): Price => (side === 'BUY' ? bar.high : bar.low);
/** The end of the bar that a trail follows. */
const favourableEnd = (side: Side, bar: Bar): Price => (side === 'BUY' ? bar.low : bar.high);

const aggressive = (triggers: boolean, reference: Price, limit?: Price): Match => ({
  triggers,
  fill: { reference, aggressive: true, ...(limit === undefined ? {} : { limit }) },
});

const limitAt = (order: Order, at: Price, limit: Price, triggers: boolean): Match | undefined => {
  if (marketable(order.intent.side, at, limit)) return aggressive(triggers, at, limit);
  return triggers ? { triggers } : undefined;
};

/** What the order that a stop at `level` releases does at the price `at`. */
const released = (order: Order, at: Price, level: Price, triggers: boolean): Match | undefined => {
  const terms = termsOf(order);
  if (terms.type === 'STOP' || terms.type === 'TRAILING_STOP') return aggressive(triggers, at);
  return limitAt(order, at, limitAfterTrigger(order.intent.side, { ...terms, stopPrice: level }), triggers);
};

/** What the opening price does; a stop that price gapped through fills at the open, not at its stop. */
export const matchAtOpen = (order: Order, bar: Bar): Match | undefined => {
  const { side } = order.intent;
  const { type } = termsOf(order);
  if (type === 'MARKET') return aggressive(false, bar.open);
  if (type === 'LIMIT') return limitAt(order, bar.open, limitAfterTrigger(side, termsOf(order)), false);
  const stop = stopOf(order);
  if (!order.triggered && !stopReached(side, bar.open, stop)) return undefined;
  return released(order, bar.open, stop, !order.triggered);
};

const told = (match: Match | undefined, level: Price, stood: Price): Match | undefined =>
  match === undefined || level === stood ? match : { ...match, level };

/** The level from before the bar, moved by its open at most: whether the favourable end came before the adverse one, no bar tells. */
const matchTrail = (order: Order, bar: Bar, tickSize: Price): Match | undefined => {
  const { side } = order.intent;
  const stood = stopOf(order);
  const level = ratchet(side, termsOf(order), stood, bar.open, tickSize);
  return stopReached(side, adverseEnd(side, bar), level) ? told(released(order, level, level, true), level, stood) : undefined;
};

const restingLimit = (order: Order): Price | undefined => {
  const terms = termsOf(order);
  const rests = terms.type === 'LIMIT' || (order.triggered && (terms.type === 'STOP_LIMIT' || terms.type === 'TRAILING_STOP_LIMIT'));
  return rests ? limitAfterTrigger(order.intent.side, terms) : undefined;
};

/**
 * What the rest of the bar does to an order that the open left alone. `entry` is the fill that a just attached stop protects:
 * such a stop can't fill at a better price than that.
 */
export const matchInBar = (order: Order, bar: Bar, tickSize: Price, entry?: Price): Match | undefined => {
  const { side } = order.intent;
  const { type } = termsOf(order);
  const limit = restingLimit(order);
  if (limit !== undefined) {
    if (!tradedThrough(side, bar, limit)) return undefined;
    // A limit that came or changed after the open may lie beyond the whole bar; no price outside it was ever dealt.
    const reference = side === 'SELL' ? greatest(limit, bar.low) : least(limit, bar.high);
    return { triggers: false, fill: { reference, aggressive: false } };
  }
  if (type === 'MARKET' || order.triggered) return undefined;
  if (isTrailing(type)) return matchTrail(order, bar, tickSize);
  const stop = stopOf(order);
  if (!stopReached(side, adverseEnd(side, bar), stop)) return undefined;
  if (type === 'STOP_LIMIT' || entry === undefined) return released(order, stop, stop, true);
  return aggressive(true, side === 'SELL' ? least(stop, entry) : greatest(stop, entry));
};

/**
 * What the bar's favourable end and then its close do to a trailing stop that survived the adverse end: the level follows the favourable end, and a close
 * at or beyond the new level was reached on the way from the one to the other, so the stop went at its level.
 */
export const matchTrailToClose = (order: Order, bar: Bar, tickSize: Price): Match | undefined => {
  const { side } = order.intent;
  const terms = termsOf(order);
  if (!isTrailing(terms.type) || order.triggered) return undefined;
  const stood = stopOf(order);
  const level = ratchet(side, terms, stood, favourableEnd(side, bar), tickSize);
  if (stopReached(side, bar.close, level)) return told(released(order, level, level, true), level, stood);
  return level === stood ? undefined : { triggers: false, level };
};

/** The closing auction, for CLS orders. */
export const matchAtClose = (order: Order, bar: Bar): Match | undefined => {
  const terms = termsOf(order);
  if (terms.type === 'MARKET') return aggressive(false, bar.close);
  return isStopType(terms.type) ? undefined : limitAt(order, bar.close, limitAfterTrigger(order.intent.side, terms), false);
};

import { absolute, greatest, least, scaleBy, toNumber, unreachable } from '@tradewind/vocabulary';
import type { Price, Side } from '@tradewind/vocabulary';

import type { OrderTerms, OrderType, Trail } from '../venue-order.js';

export const isStop = (type: OrderType): boolean => type !== 'MARKET' && type !== 'LIMIT';
export const isTrailing = (type: OrderType): boolean => type === 'TRAILING_STOP' || type === 'TRAILING_STOP_LIMIT';
export const hasLimit = (type: OrderType): boolean => type === 'LIMIT' || type === 'STOP_LIMIT' || type === 'TRAILING_STOP_LIMIT';

/** A sell stop is reached from above, a buy stop from below. */
export const isStopReached = (side: Side, at: Price, stop: Price): boolean => (side === 'BUY' ? at >= stop : at <= stop);

/** The stop of a trail whose best price so far is `best`: behind it by the amount or the ratio; at least one tick above zero. */
export const trailedStop = (side: Side, best: Price, trail: Trail, tickSize: Price): Price => {
  const distance = trail.by === 'AMOUNT' ? (trail.value as bigint) : scaleBy(best, trail.value);
  const exact = side === 'SELL' ? best - distance : best + distance;
  // Rounded away from the price, so that rounding never triggers.
  const floor = (exact / tickSize) * tickSize;
  const onGrid = side === 'BUY' && floor !== exact ? floor + tickSize : floor;
  return greatest(onGrid as Price, tickSize);
};

/** A trailing stop only ever moves towards the price. */
export const tightened = (side: Side, stop: Price | undefined, candidate: Price): Price => {
  if (stop === undefined) return candidate;
  return side === 'SELL' ? greatest(stop, candidate) : least(stop, candidate);
};

/** The limit of an order that works: its own, or of a trailing stop limit its stop and the offset beyond it. */
export const workingLimit = (side: Side, terms: OrderTerms, stop: Price | undefined): Price | undefined => {
  switch (terms.type) {
    case 'MARKET':
    case 'STOP':
    case 'TRAILING_STOP':
      return undefined;
    case 'LIMIT':
    case 'STOP_LIMIT':
      return terms.limitPrice;
    case 'TRAILING_STOP_LIMIT': {
      if (stop === undefined) return undefined;
      const offset = terms.limitOffset ?? 0n;
      const limit = side === 'SELL' ? stop - offset : stop + offset;
      return limit > 0n ? (limit as Price) : (1n as Price);
    }
    default:
      return unreachable(terms.type);
  }
};

/** What is wrong with the terms as such, before any market or account is looked at; undefined when they are sound. */
export const faultOfTerms = (terms: OrderTerms): string | undefined => {
  const { type, quantity, limitPrice, stopPrice, trail, limitOffset } = terms;
  if (quantity <= 0n) return 'the quantity must be above zero';
  if ((type === 'LIMIT' || type === 'STOP_LIMIT') !== (limitPrice !== undefined))
    return `a ${type} order ${limitPrice === undefined ? 'needs' : 'has no'} limit price`;
  if (type === 'STOP' || type === 'STOP_LIMIT' ? stopPrice === undefined : stopPrice !== undefined && !isTrailing(type))
    return `a ${type} order ${stopPrice === undefined ? 'needs a' : 'has no'} stop price`;
  if (isTrailing(type) !== (trail !== undefined)) return `a ${type} order ${trail === undefined ? 'needs a' : 'has no'} trail`;
  if ((type === 'TRAILING_STOP_LIMIT') !== (limitOffset !== undefined))
    return `a ${type} order ${limitOffset === undefined ? 'needs a' : 'has no'} limit offset`;
  if ((limitPrice ?? 1n) <= 0n || (stopPrice ?? 1n) <= 0n) return 'prices must be above zero';
  if (limitOffset !== undefined && limitOffset < 0n) return 'the limit offset must not be below zero';
  if (trail !== undefined && (trail.value <= 0n || (trail.by === 'RATIO' && toNumber(absolute(trail.value)) >= 1)))
    return 'the trail must be above zero, and a ratio below 1';
  return undefined;
};

import { greatest, least, scaleBy } from '@tradewind/vocabulary';
import type { Price, Side } from '@tradewind/vocabulary';
import type { OrderTerms, OrderType } from '@tradewind/venue';

import { OrderError } from './order-error.js';

export const isTrailing = (type: OrderType): boolean => type === 'TRAILING_STOP' || type === 'TRAILING_STOP_LIMIT';

/** Waits for a stop price, its own or one that trails. */
export const isStopType = (type: OrderType): boolean => type === 'STOP' || type === 'STOP_LIMIT' || isTrailing(type);

/** On the tick grid, rounded away from the market: a level is never reached sooner than the exact one. Never below one tick. */
const onGrid = (side: Side, exact: bigint, tickSize: Price): Price => {
  if (exact <= 0n) return tickSize;
  const floor = exact - (exact % tickSize);
  const level = side === 'SELL' || floor === exact ? floor : floor + tickSize;
  return greatest(level as Price, tickSize);
};

/**
 * The stop level that a best price of `best` gives: `best` less the trail for a sale, plus the trail for a purchase. It moves with `best` only,
 * so the level itself remembers all that must be known of the past. Throws OrderError when the terms have no trail.
 */
export const trailLevel = (side: Side, { trail }: OrderTerms, best: Price, tickSize: Price): Price => {
  if (trail === undefined) throw new OrderError('MATCH_INVALID', 'a trailing order has no trail');
  const distance = trail.by === 'AMOUNT' ? (trail.value as bigint) : (scaleBy(best, trail.value) as bigint);
  return onGrid(side, side === 'SELL' ? best - distance : best + distance, tickSize);
};

/** The level after price was at `seen`: it follows favourable prices and never loosens from where it `stands`. */
export const ratchet = (side: Side, terms: OrderTerms, stands: Price | undefined, seen: Price, tickSize: Price): Price => {
  const level = trailLevel(side, terms, seen, tickSize);
  if (stands === undefined) return level;
  return side === 'SELL' ? greatest(level, stands) : least(level, stands);
};

/** Price at the stop, or beyond it. */
export const stopReached = (side: Side, at: Price, stop: Price): boolean => (side === 'BUY' ? at >= stop : at <= stop);

/** Limit of an order whose stop was reached: its own, or for a trailing one its offset beyond the level. */
export const limitAfterTrigger = (side: Side, terms: OrderTerms): Price => {
  if (terms.type !== 'TRAILING_STOP_LIMIT') {
    if (terms.limitPrice === undefined) throw new OrderError('MATCH_INVALID', 'a limit order has no limit price');
    return terms.limitPrice;
  }
  if (terms.stopPrice === undefined || terms.limitOffset === undefined) {
    throw new OrderError('MATCH_INVALID', 'a trailing stop limit order has no level or no offset');
  }
  return (side === 'SELL' ? terms.stopPrice - terms.limitOffset : terms.stopPrice + terms.limitOffset) as Price;
};

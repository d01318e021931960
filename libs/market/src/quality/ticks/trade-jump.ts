import type { TickPolicy } from './tick-policy.js';

/** Beyond the widest band of the exchanges' own limits for a stock that is not halted (Limit Up-Limit Down, tier 2 at the close: 20%). */
const JUMP_LOG_RETURN = 0.35;
const CONFIRMATION_LOG_RETURN = 0.1;

const apart = (left: number, right: number): number => Math.abs(Math.log(left / right));

/**
 * A trade more than 35% (in logs) from the one before is taken for a slipped decimal and dropped, unless the next confirms the level: a split
 * or a gap overnight costs one print.
 */
export const tradeJump: TickPolicy = {
  name: 'trade-jump',
  checkTrade({ at, sequence }, price, seen) {
    const { lastPrice, suspectPrice } = seen;
    if (lastPrice === 0 || apart(price, lastPrice) <= JUMP_LOG_RETURN) {
      seen.suspectPrice = 0;
      return undefined;
    }
    const rule = `a move of ${(100 * (price / lastPrice - 1)).toFixed(1)}% from one trade to the next`;
    // The same print told twice confirms nothing.
    const another = at !== seen.suspectAt || sequence !== seen.suspectSequence;
    if (suspectPrice > 0 && another && apart(price, suspectPrice) < CONFIRMATION_LOG_RETURN) {
      seen.suspectPrice = 0;
      return { code: 'TICK_LEVEL_CHANGED', field: 'price', rule, dropped: false, penalty: 0 };
    }
    seen.suspectPrice = price;
    seen.suspectAt = at;
    seen.suspectSequence = sequence;
    return { code: 'TICK_PRICE_JUMP', field: 'price', rule, dropped: true, penalty: 1 };
  },
};

import { toNumber } from '@tradewind/vocabulary';

import { drop, type QualityPolicy, RETURNS_KEPT, type SeenRows, warn } from './policy.js';

const SPIKE_DEVIATIONS = 8;
const JUMP_LOG_RETURN = 0.35;
/** A quiet series must not turn every move into a spike: five basis points a session at least. */
const DEVIATION_FLOOR = 0.0005;
const CONFIRMATION_LOG_RETURN = 0.1;

const deviationOf = (returns: readonly number[]): number => {
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / returns.length;
  return Math.max(Math.sqrt(variance), DEVIATION_FLOOR);
};

const confirmed = (close: number, seen: SeenRows): boolean =>
  seen.suspectClose > 0 && Math.abs(Math.log(close / seen.suspectClose)) < CONFIRMATION_LOG_RETURN;

/**
 * A move of more than 8 standard deviations of the last 60 sessions is a spike: real ones exist (2007-02-27), so it warns. A spike beyond
 * 35% is taken for a slipped decimal or an unadjusted split and dropped, unless the row after it confirms the level.
 */
export const priceJump: QualityPolicy = {
  name: 'price-jump',
  check(row, seen) {
    if (seen.last === undefined || seen.returns.length < RETURNS_KEPT) return undefined;
    const close = toNumber(row.close);
    const move = Math.log(close / toNumber(seen.last.close));
    const deviations = Math.abs(move) / deviationOf(seen.returns);
    if (deviations <= SPIKE_DEVIATIONS) return undefined;
    const rule = `a move of ${(100 * Math.expm1(move)).toFixed(1)}% is ${deviations.toFixed(1)} standard deviations`;
    if (Math.abs(move) <= JUMP_LOG_RETURN) return warn('BAR_SPIKE', 'close', rule);
    return confirmed(close, seen) ? warn('BAR_LEVEL_CHANGED', 'close', rule) : drop('BAR_PRICE_JUMP', 'close', rule);
  },
};

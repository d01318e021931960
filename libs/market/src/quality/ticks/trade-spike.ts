import type { SeenTicks, TickPolicy } from './tick-policy.js';

const SIZES_KEPT = 64;
const SIZES_MIN = 32;
/** Median absolute deviation to standard deviation of a normal distribution: 1 / Φ⁻¹(3/4). */
const DEVIATIONS_PER_MEDIAN = 1.4826;
const SPIKE_DEVIATIONS = 20;
/** Most trades repeat the price before: five basis points at least, so that a spike is 1% or more. */
const DEVIATION_FLOOR = 0.0005;
const SPIKE_MIN = SPIKE_DEVIATIONS * DEVIATION_FLOOR;
/** After a pause prices may open anywhere. */
const PAUSE_NANOS = 60_000_000_000n;

/** Remembers the size of the move to a trade's price. */
export const rememberMove = (seen: SeenTicks, price: number): void => {
  if (seen.lastPrice === 0) return;
  seen.sizes[seen.moves % SIZES_KEPT] = Math.abs(price / seen.lastPrice - 1);
  seen.moves += 1;
};

/**
 * A move from one trade to the next of more than 20 robust standard deviations (of the median of the last 64 moves) and more than 1%. Unlike a
 * mean, the median does not grow with the spikes themselves.
 */
export const tradeSpike: TickPolicy = {
  name: 'trade-spike',
  checkTrade({ at }, price, seen) {
    if (seen.moves < SIZES_MIN || at - seen.lastAt > PAUSE_NANOS) return undefined;
    const move = price / seen.lastPrice - 1;
    if (Math.abs(move) <= SPIKE_MIN) return undefined;
    const sorted = seen.sizes.toSorted((left, right) => left - right);
    const deviation = Math.max(DEVIATIONS_PER_MEDIAN * sorted[sorted.length >> 1]!, DEVIATION_FLOOR);
    const deviations = Math.abs(move) / deviation;
    if (deviations <= SPIKE_DEVIATIONS) return undefined;
    const rule = `a move of ${(100 * move).toFixed(1)}% is ${deviations.toFixed(0)} robust standard deviations`;
    return { code: 'TRADE_SPIKE', field: 'price', rule, dropped: false, penalty: 0.5 };
  },
};

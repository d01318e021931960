import { drop, type QualityPolicy } from './policy.js';

export const priceRange: QualityPolicy = {
  name: 'price-range',
  check({ open, high, low, close }) {
    if (high < low) return drop('BAR_HIGH_BELOW_LOW', 'high', 'high must not be below low');
    if (close < low || close > high) return drop('BAR_CLOSE_OUTSIDE_RANGE', 'close', 'close must lie between low and high');
    if (open < low || open > high) return drop('BAR_OPEN_OUTSIDE_RANGE', 'open', 'open must lie between low and high');
    return undefined;
  },
};

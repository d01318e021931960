import type { FeatureVector } from '@tradewind/features';
import { isBarOf } from '@tradewind/market';

/**
 * Volatility, horizons and stops of the rules are those of daily bars. On other bars they would be wrong by a factor, and positions too large: nothing
 * is decided there until there are rules for them.
 */
export const isDaily = ({ barId, symbol }: FeatureVector): boolean => isBarOf(barId, symbol, '1d');

import { priceFromNumber, toNumber } from '@tradewind/vocabulary';

import { worsened } from './slippage-policy.js';
import type { SlippagePolicy } from './slippage-policy.js';

export interface VolumeShareTerms {
  /** Shares of the volume above it count as it; 0.025 unless given. */
  readonly volumeLimit?: number;
  /** 0.1 unless given. */
  readonly priceImpact?: number;
}

export const VOLUME_SHARE_DEFAULTS = { volumeLimit: 0.025, priceImpact: 0.1 } as const;

/**
 * price × impact × min(quantity ÷ bar volume, limit)², as Zipline's VolumeShareSlippage and LEAN's VolumeShareSlippageModel have it; a bar whose volume is
 * zero or not known counts as the limit.
 */
export const volumeShareSlippage = (terms: VolumeShareTerms = {}): SlippagePolicy => {
  const { volumeLimit, priceImpact } = { ...VOLUME_SHARE_DEFAULTS, ...terms };
  return {
    slip(context) {
      const volume = context.barVolume === undefined ? 0 : toNumber(context.barVolume);
      const share = volume > 0 ? Math.min(toNumber(context.quantity) / volume, volumeLimit) : volumeLimit;
      return worsened(context, priceFromNumber(toNumber(context.reference) * priceImpact * share * share));
    },
  };
};

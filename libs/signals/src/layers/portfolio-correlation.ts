import { correlation } from '@tradewind/statistics';

import { resultOf, type ValidationLayer } from './layer.js';

/**
 * Is it a bet of its own? Pearson's correlation of the last common returns with each symbol that has an active long signal. Above the limit it is
 * practically the same bet twice (the account-wide correlation cap is the risk service's). The window is bounded and short, so too few returns say
 * nothing and pass. Score: 1 less the largest correlation; 1 without peers.
 */
export const portfolioCorrelation: ValidationLayer = {
  name: 'portfolio-correlation',
  judge: ({ returns, peers }, { correlation: policy }) => {
    let largest = 0;
    for (const peer of peers) {
      const common = Math.min(returns.length, peer.returns.length);
      if (common < policy.returnsMin) continue;
      const value = correlation(returns.slice(-common), peer.returns.slice(-common));
      if (value > largest) largest = value;
    }
    return resultOf('portfolio-correlation', 1 - largest, largest > policy.correlationMax ? ['CORRELATION_ABOVE_LIMIT'] : []);
  },
};

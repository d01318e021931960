import { toNumber } from '@tradewind/vocabulary';

import { measuredBreaker } from './measured-breaker.js';

/** The largest sector. Entries are held below `limits.sectorMax`; marks move exposure all the same. */
export const sectorExposure = measuredBreaker({
  rule: 'sector-exposure',
  action: 'REBALANCE',
  reason: 'exposure to a sector grew beyond its limit',
  endReason: 'no sector is above the limit',
  becomes: () => 'ACTIVE',
  settings: (profile) => profile.breakers.sectorExposure,
  measure: ({ portfolio }) => (portfolio.isMeasurable ? Math.max(0, ...portfolio.sectors.values()) : undefined),
  cuts: ({ portfolio }, { limit, rearm }) => {
    const { sectors } = portfolio;
    const [most, kept] = [toNumber(limit), toNumber(rearm)];
    const cuts = new Map<string, number>();
    for (const { symbol } of portfolio.exposures) {
      const exposure = sectors.get(portfolio.sectorOf(symbol)) ?? 0;
      if (exposure >= most) cuts.set(symbol, 1 - kept / exposure);
    }
    return cuts;
  },
});

import type { QualityFault } from '@tradewind/market';

import type { AlertRule } from '../signal.js';

/** The feed itself is gone: one alert for all its symbols. */
const FEED_DOWN = 'FEED_DOWN';

/** Findings of market data: one alert a code and symbol. A record that was dropped or a price that ran away is a warning; a feed that is gone is critical. */
export const qualityFault: AlertRule = {
  kinds: ['quality-fault'],
  read: ({ fact, factId, at }) => {
    const { code, symbol, source, field, rule, dropped } = fact as QualityFault;
    if (code === FEED_DOWN) {
      const shared = { group: 'market-data', severity: 'CRITICAL', state: 'RAISED', at, factId } as const;
      return [{ ...shared, key: `feed/${source}`, title: `The feed of ${source} is down`, lines: [rule, `no data of ${symbol}`] }];
    }
    return [
      {
        key: `data/${code}/${symbol}`,
        group: 'market-data',
        severity: dropped || code === 'VOLATILITY_ALERT' ? 'WARNING' : 'INFO',
        state: 'RAISED',
        title: `Market data of ${symbol}: ${code}`,
        lines: [`${field}: ${rule}`, `source ${source}`],
        at,
        factId,
      },
    ];
  },
};

import type { QualityFault } from '@tradewind/market';

import type { AlertRule } from '../signal.js';

/** Findings of market data: one alert a code and symbol. A record that was dropped or a price that ran away is a warning. */
export const qualityFault: AlertRule = {
  kinds: ['quality-fault'],
  read: ({ fact, factId, at }) => {
    const { code, symbol, source, field, rule, dropped } = fact as QualityFault;
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

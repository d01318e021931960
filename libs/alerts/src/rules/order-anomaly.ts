import type { OrderAnomaly, OrderAnomalyCode } from '@tradewind/orders';

import type { AlertRule, Severity } from '../signal.js';

const SEVERITY: Readonly<Record<OrderAnomalyCode, Severity>> = {
  OVERFILL: 'CRITICAL',
  DUPLICATE_EXECUTION: 'INFO',
  EXECUTION_CHANGED: 'CRITICAL',
  EXECUTION_BUSTED: 'CRITICAL',
  UNKNOWN_ORDER: 'CRITICAL',
  ILLEGAL_TRANSITION: 'CRITICAL',
  FILL_MISMATCH: 'CRITICAL',
  ORDER_TIMEOUT: 'WARNING',
  BROKER_LOST: 'CRITICAL',
  LOGIN_NEEDED: 'CRITICAL',
};

/** What a broker said that can't be true, and a broker that is gone: one alert a code and order. */
export const orderAnomaly: AlertRule = {
  kinds: ['order-anomaly'],
  read: ({ fact, factId, at }) => {
    const { code, clientOrderId, symbol, parameters } = fact as OrderAnomaly;
    return [
      {
        key: `anomaly/${code}/${clientOrderId ?? ''}`,
        group: 'broker',
        severity: SEVERITY[code],
        state: 'RAISED',
        title: `${code}${symbol === undefined ? '' : ` in ${symbol}`}`,
        lines: [
          ...(clientOrderId === undefined ? [] : [`order ${clientOrderId}`]),
          ...Object.entries(parameters).map(([name, value]) => `${name} ${value}`),
        ],
        at,
        factId,
      },
    ];
  },
};

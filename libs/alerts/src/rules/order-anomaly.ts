import type { OrderAnomaly, OrderAnomalyCode } from '@tradewind/orders';

import type { AlertRule, AlertSignal, Severity } from '../signal.js';

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
  BROKER_BACK: 'INFO',
};

const keyOf = (code: OrderAnomalyCode, { clientOrderId, parameters }: OrderAnomaly): string =>
  `anomaly/${code}/${clientOrderId ?? parameters['venue'] ?? ''}`;

/** What a broker said that can't be true, and a broker that is gone: one alert a code and order or venue. A broker that is back ends both of its alerts. */
export const orderAnomaly: AlertRule = {
  kinds: ['order-anomaly'],
  read: ({ fact, factId, at }) => {
    const anomaly = fact as OrderAnomaly;
    const { code, clientOrderId, symbol, parameters } = anomaly;
    const shared = {
      group: 'broker',
      severity: SEVERITY[code],
      title: `${code}${symbol === undefined ? '' : ` in ${symbol}`}`,
      lines: [
        ...(clientOrderId === undefined ? [] : [`order ${clientOrderId}`]),
        ...Object.entries(parameters).map(([name, value]) => `${name} ${value}`),
      ],
      at,
      factId,
    } satisfies Partial<AlertSignal>;
    if (code !== 'BROKER_BACK') return [{ ...shared, key: keyOf(code, anomaly), state: 'RAISED' }];
    return (['BROKER_LOST', 'LOGIN_NEEDED'] as const).map((ended) => ({ ...shared, key: keyOf(ended, anomaly), state: 'RESOLVED' }));
  },
};

import type { OrderEvent } from '@tradewind/orders';

import type { AlertRule } from '../signal.js';

/** Orders that the venue refuses, and cancels and changes that it refuses: one alert a code. */
export const orderEvent: AlertRule = {
  kinds: ['order-event'],
  read: ({ fact, factId, at, run }) => {
    const event = fact as OrderEvent;
    if (event.type !== 'OrderRejected' && event.type !== 'OrderCancelRejected' && event.type !== 'OrderUpdateRejected') return [];
    const what = event.type === 'OrderRejected' ? 'Order' : event.type === 'OrderCancelRejected' ? 'Cancel' : 'Update';
    return [
      {
        key: `refused/${run}/${event.type}/${event.code}`,
        group: 'orders',
        severity: event.type === 'OrderRejected' ? 'WARNING' : 'INFO',
        state: 'RAISED',
        title: `${what} refused by the venue: ${event.code}`,
        lines: [`order ${event.clientOrderId} in ${event.symbol}`],
        at,
        factId,
      },
    ];
  },
};

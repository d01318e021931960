import { takesNatively, type VenueOrder } from '@tradewind/venue';

import type { BrokerAnswer } from '../broker.js';
import { CAPABILITIES } from './capabilities.js';

const CLIENT_ORDER_ID = /^[A-Za-z0-9-]{1,32}$/;
const SHARE = 1_000_000_000n;

/** Why an order is not even sent; undefined when nothing speaks against it. */
export const refusalBeforeSending = (order: VenueOrder): BrokerAnswer | undefined => {
  const invalid = (message: string): BrokerAnswer => ({ status: 'REFUSED', code: 'ORDER_INVALID', message });
  const unsupported = (message: string): BrokerAnswer => ({ status: 'REFUSED', code: 'UNSUPPORTED', message });
  if (!CLIENT_ORDER_ID.test(order.clientOrderId)) return invalid('a client order id is 1 to 32 of A-Z, a-z, 0-9 and -');
  if (order.quantity <= 0n) return invalid('the quantity must be above 0');
  if (!takesNatively(CAPABILITIES, order.type, order.timeInForce)) return unsupported(`${order.type} can not be ${order.timeInForce}`);
  if (!CAPABILITIES.fractional && (order.quantity as bigint) % SHARE !== 0n) return unsupported('fractions of a share are not taken');
  return undefined;
};

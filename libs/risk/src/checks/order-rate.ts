import { denial } from '../deny-codes.js';
import type { Denial } from '../deny-codes.js';
import { approvalsWithin } from '../trade-activity.js';
import type { SignalCheck, SignalContext } from './check.js';

const NANOS_PER_SECOND = 1_000_000_000n;
const NANOS_PER_MINUTE = 60n * NANOS_PER_SECOND;

const rateOf = (
  { state, header, approved }: SignalContext,
  limit: number | 'off',
  nanos: bigint,
  code: 'ORDERS_PER_SECOND' | 'ORDERS_PER_MINUTE',
): Denial | undefined => {
  if (limit === 'off') return undefined;
  const orders = approvalsWithin(state.activity, header.at, nanos) + approved;
  return orders >= limit ? denial(code, { orders: String(orders), limit: String(limit) }) : undefined;
};

/** A run-away strategy is stopped by the count of its orders, in event time. Exits count and pass. */
export const orderRate: SignalCheck = {
  name: 'order-rate',
  check: (context) => {
    if (context.decision.action !== 'ENTER') return undefined;
    const { perSecondMax, perMinuteMax } = context.profile.orders;
    return (
      rateOf(context, perSecondMax, NANOS_PER_SECOND, 'ORDERS_PER_SECOND') ??
      rateOf(context, perMinuteMax, NANOS_PER_MINUTE, 'ORDERS_PER_MINUTE')
    );
  },
};

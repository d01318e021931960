import { averagePrice, subtract } from '@tradewind/vocabulary';
import type { Money, Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { VenueOrderView, VenueSnapshot } from '../venue-snapshot.js';
import { reservedCash } from './order-checks.js';
import { buyingPowerOf, settledCash } from './simulated-account.js';
import { termsOf } from './venue-desk.js';
import type { VenueDesk } from './venue-desk.js';
import type { OrderRecord } from './venue-state.js';

export const viewOf = (record: OrderRecord): VenueOrderView => {
  const { venueOrderId, order, status, filled, notional, updatedAt } = record;
  return {
    venueOrderId,
    clientOrderId: order.clientOrderId,
    symbol: order.symbol,
    side: order.side,
    timeInForce: order.timeInForce,
    ...termsOf(record),
    status,
    filledQuantity: filled,
    ...(filled === 0n ? {} : { averagePrice: averagePrice(notional, filled) }),
    updatedAt,
  };
};

/** The account as the venue shows it now. */
export const snapshotOf = (desk: VenueDesk, since: UnixNanos): VenueSnapshot & { readonly settledCash: Money } => {
  const { state, settings } = desk;
  const { account } = state;
  const positions = Object.entries(account.positions).map(([symbol, position]) => ({
    symbol: symbol as Symbol,
    ...position,
    ...(account.marks[symbol] === undefined ? {} : { marketPrice: account.marks[symbol] }),
  }));
  return {
    at: state.now,
    venueAccount: settings.account.venueAccount,
    ...(settings.account.accountId === undefined ? {} : { accountId: settings.account.accountId }),
    orders: Object.values(state.orders)
      .filter((record) => record.working || record.updatedAt >= since)
      .map(viewOf),
    executions: state.executions.filter((execution) => execution.at >= since),
    executionsSince: since > state.executionsSince ? since : state.executionsSince,
    positions,
    cash: { [settings.account.currency]: account.cash },
    buyingPower: subtract(buyingPowerOf(account, settings.account), reservedCash(desk)),
    settledCash: settledCash(account),
    activities: state.activities.filter((activity) => activity.at >= since),
  };
};

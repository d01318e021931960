import type { CompletedOrder, ContractName, Execution, OpenOrder, OrderFields } from '@tradewind/tws';
import type { VenueExecution, VenueOrderStatus, VenueOrderView, VenuePosition, VenueSnapshot } from '@tradewind/venue';
import {
  add,
  averagePrice,
  type Money,
  money,
  notional,
  type Price,
  type Quantity,
  type Symbol,
  type UnixNanos,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '@tradewind/vocabulary';

import { BrokerError } from '../broker.js';
import { type ExecutionLog, executionNameOf } from './execution-log.js';
import { clientOrderIdOf } from './known-order.js';
import type { OrderLog } from './order-log.js';
import { termsOf, timeInForceOf } from './order-terms.js';
import type { AccountShown, OrdersShown } from './questions.js';

type SymbolOf = (contract: ContractName) => Symbol;

/** Of an execution and its corrections only the last stands; one that was taken back is gone. */
export const latestExecutions = (executions: readonly Execution[]): readonly Execution[] => {
  const latest = new Map<string, Execution>();
  for (const execution of executions) {
    const { base, revision } = executionNameOf(execution.executionId);
    const known = latest.get(base);
    if (known === undefined || executionNameOf(known.executionId).revision < revision) latest.set(base, execution);
  }
  return [...latest.values()].filter(({ quantity }) => quantity > 0n);
};

export const executionView = (execution: Execution, symbolOf: SymbolOf, log: ExecutionLog): VenueExecution => {
  const { base } = executionNameOf(execution.executionId);
  const clientOrderId = clientOrderIdOf(execution.orderRef);
  const commission = log.commissionOf(execution.executionId)?.commission;
  return {
    executionId: base,
    venueOrderId: execution.permId > 0 ? String(execution.permId) : `execution-${base}`,
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
    symbol: symbolOf(execution.contract),
    side: execution.side,
    quantity: execution.quantity,
    price: execution.price,
    ...(commission === undefined ? {} : { commission }),
    at: execution.at,
  };
};

interface Filled {
  readonly quantity: Quantity;
  readonly average: Price | undefined;
}

const filledBy = (executions: readonly Execution[]): Filled => {
  const quantity = executions.reduce((sum, execution) => add(sum, execution.quantity), ZERO_QUANTITY);
  const value = executions.reduce((sum, execution) => add(sum, notional(execution.price, execution.quantity)), ZERO_MONEY);
  return { quantity, average: quantity === 0n ? undefined : averagePrice(value, quantity) };
};

const view = (
  fields: OrderFields,
  status: VenueOrderStatus,
  filled: Filled,
  updatedAt: UnixNanos,
  symbolOf: SymbolOf,
  fallbackId = '',
): VenueOrderView => {
  const clientOrderId = clientOrderIdOf(fields.orderRef);
  return {
    ...termsOf(fields),
    venueOrderId: fields.permId > 0 ? String(fields.permId) : fallbackId,
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
    symbol: symbolOf(fields.contract),
    side: fields.action,
    timeInForce: timeInForceOf(fields),
    status,
    filledQuantity: filled.quantity,
    ...(filled.average === undefined ? {} : { averagePrice: filled.average }),
    updatedAt,
  };
};

const openStatus = ({ status, quantity }: OpenOrder, filled: Quantity): VenueOrderStatus => {
  if (status === 'PendingCancel') return 'PENDING_CANCEL';
  if (status === 'Filled' || (filled > 0n && filled >= quantity)) return 'FILLED';
  if (status === 'Cancelled' || status === 'ApiCancelled') return 'CANCELED';
  return status === 'Inactive' ? 'REJECTED' : 'WORKING';
};

const completedStatus = (order: CompletedOrder, log: OrderLog): VenueOrderStatus => {
  if (order.status === 'Filled' || order.filledQuantity >= order.quantity) return 'FILLED';
  if (order.status === 'Inactive') return 'REJECTED';
  const known = log.index.byVenueOrderId(String(order.permId));
  const asked = known?.cancelAsked ?? true;
  return !asked && timeInForceOf(order) !== 'GTC' ? 'EXPIRED' : 'CANCELED';
};

/** Orders as TWS shows them: those that work and those that ended today, each once; one known by its executions alone counts as filled. */
export const orderViews = (shown: OrdersShown, log: OrderLog, symbolOf: SymbolOf, now: UnixNanos): readonly VenueOrderView[] => {
  const executions = latestExecutions(shown.executions);
  const byOrder = Map.groupBy(executions, ({ permId }) => permId);
  const views = new Map<string, VenueOrderView>();
  for (const order of shown.completed) {
    const filled = filledBy(byOrder.get(order.permId) ?? []);
    const known = { ...filled, quantity: order.filledQuantity };
    const endedAt = order.completedAt ?? log.index.byVenueOrderId(String(order.permId))?.updatedAt ?? now;
    const seen = view(order, completedStatus(order, log), known, endedAt, symbolOf);
    views.set(seen.venueOrderId, seen);
  }
  for (const { order, status } of shown.open) {
    const done = filledBy(byOrder.get(order.permId) ?? []);
    const statusFilled = status?.filled ?? ZERO_QUANTITY;
    const filled = statusFilled > done.quantity ? { quantity: statusFilled, average: status?.averagePrice } : done;
    const updatedAt = log.index.byVenueOrderId(String(order.permId))?.updatedAt ?? now;
    const seen = view(order, openStatus(order, filled.quantity), filled, updatedAt, symbolOf, `${order.clientId}-${order.orderId}`);
    views.set(seen.venueOrderId, seen);
  }
  for (const [permId, done] of byOrder) {
    if (permId > 0 && !views.has(String(permId))) views.set(String(permId), viewOfExecutions(done, log, symbolOf));
  }
  return [...views.values()];
};

/** An order that has left the list of the open ones and is not yet in that of the ended ones. */
const viewOfExecutions = (executions: readonly Execution[], log: OrderLog, symbolOf: SymbolOf): VenueOrderView => {
  const last = executions.at(-1)!;
  const filled = filledBy(executions);
  const known = log.index.byVenueOrderId(String(last.permId));
  const clientOrderId = clientOrderIdOf(last.orderRef);
  return {
    ...(known?.terms ?? { type: 'MARKET', quantity: filled.quantity }),
    venueOrderId: String(last.permId),
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
    symbol: symbolOf(last.contract),
    side: last.side,
    timeInForce: known?.fields === undefined ? 'DAY' : timeInForceOf(known.fields),
    status: known === undefined || filled.quantity >= known.terms.quantity ? 'FILLED' : 'WORKING',
    filledQuantity: filled.quantity,
    ...(filled.average === undefined ? {} : { averagePrice: filled.average }),
    updatedAt: last.at,
  };
};

export const positionViews = (shown: AccountShown, symbolOf: SymbolOf): readonly VenuePosition[] => {
  const prices = new Map(shown.portfolio.map(({ contract, marketPrice }) => [contract.conId, marketPrice]));
  return shown.positions
    .filter(({ quantity }) => quantity !== 0n)
    .map(({ contract, quantity, averageCost }) => {
      const marketPrice = prices.get(contract.conId);
      return {
        symbol: symbolOf(contract),
        quantity,
        averagePrice: averageCost,
        ...(marketPrice === undefined || marketPrice === 0n ? {} : { marketPrice }),
      };
    });
};

const CURRENCY = /^[A-Z]{3}$/;
/** The sum of all currencies in that of the account. */
const BASE = 'BASE';

const amountOf = ({ key, value, currency }: AccountShown['values'][number]): Money => {
  try {
    return money(value);
  } catch (error) {
    const field = `updateAccountValue.${key}.${currency}`;
    throw new BrokerError(
      'BAD_RESPONSE',
      `'${field}' is ${JSON.stringify(value).slice(0, 60)}; it must be an amount`,
      { field, rule: 'an amount' },
      { cause: error },
    );
  }
};

/** Money and its rates by currency, and what may be bought with it. Throws BrokerError BAD_RESPONSE. */
export const moneyView = ({ values }: AccountShown): Pick<VenueSnapshot, 'cash' | 'rates' | 'buyingPower'> => {
  const cash = values.filter(({ key, currency }) => key === 'CashBalance' && currency !== BASE && CURRENCY.test(currency));
  const rates = values
    .filter(({ key, currency }) => key === 'ExchangeRate' && CURRENCY.test(currency))
    .map((value) => [value.currency, amountOf(value)] as const)
    .filter(([, rate]) => rate > 0n);
  const power = values.find(({ key }) => key === 'BuyingPower');
  return {
    cash: Object.fromEntries(cash.map((value) => [value.currency, amountOf(value)])),
    ...(rates.length === 0 ? {} : { rates: Object.fromEntries(rates) }),
    ...(power === undefined ? {} : { buyingPower: amountOf(power) }),
  };
};

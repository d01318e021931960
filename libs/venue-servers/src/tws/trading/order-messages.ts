import { formatDecimal, type Price, subtract, ZERO_QUANTITY } from '@tradewind/vocabulary';

import type { TwsContract } from '../contract.js';
import { RESPONSE, SINCE } from '../message-ids.js';
import type { TradingClient } from './trading-client.js';
import { civilTimeOf } from '../time-text.js';
import { type ExecutionRecord, isEnded, type OrderRecord } from './order-record.js';

type Field = string | number;

const NONE = '';
const none = (count: number): readonly Field[] => Array.from({ length: count }, () => NONE);
const off = (count: number): readonly Field[] => Array.from({ length: count }, () => 0);
const decimal = (value: Price | undefined): string => (value === undefined ? '' : formatDecimal(value));

/** The eleven fields that name a contract in messages about orders and accounts. */
export const contractFields = (contract: TwsContract, exchange: string): readonly Field[] => [
  contract.conId,
  contract.symbol,
  contract.secType,
  NONE,
  0,
  '?',
  NONE,
  exchange,
  contract.currency,
  contract.localSymbol,
  contract.tradingClass,
];

const terms = ({ contract, exchange, terms: order, orderId }: OrderRecord, account: string): readonly Field[] => [
  ...contractFields(contract, exchange),
  order.action,
  formatDecimal(order.quantity),
  order.orderType,
  // TWS writes 0 for the price that a type does not have.
  formatDecimal(order.limitPrice ?? (0n as Price)),
  formatDecimal(order.auxPrice ?? (0n as Price)),
  order.timeInForce,
  order.ocaGroup,
  account,
  NONE,
  orderId < 0 ? 1 : 0,
  order.orderRef,
];

const ids = ({ permId, terms: order }: OrderRecord): readonly Field[] => [permId, order.outsideRegularHours ? 1 : 0, 0, 0, NONE];

/** From the group of accounts to the exempt code. */
const ALLOCATION: readonly Field[] = [...none(5), NONE, NONE, NONE, 0, NONE, -1];

/** As TWS writes it for an order that is no volatility order: the word None and its company. */
const volatility = (order: OrderRecord['terms'], hedge: readonly Field[]): readonly Field[] => [
  NONE,
  0,
  'None',
  NONE,
  ...hedge,
  0,
  NONE,
  decimal(order.trailStopPrice),
  decimal(order.trailingPercent),
];

const NO_COMBOS: readonly Field[] = [NONE, 0, 0, 0];
const NO_SCALE: readonly Field[] = [...none(3), NONE];

export const sendOpenOrder = (session: TradingClient, record: OrderRecord, account: string): void => {
  const { terms: order, orderId, clientId, status } = record;
  session.send(
    RESPONSE.openOrder,
    orderId,
    ...terms(record, account),
    Math.max(clientId, 0),
    ...ids(record),
    NONE,
    ...ALLOCATION,
    0,
    ...none(5),
    NONE,
    ...off(3),
    NONE,
    order.ocaType === 0 ? 3 : order.ocaType,
    ...off(2),
    NONE,
    ...off(2),
    ...volatility(order, [0, NONE, NONE, NONE, '?', 0, 0, NONE]),
    NONE,
    NONE,
    ...NO_COMBOS,
    ...NO_SCALE,
    0,
    NONE,
    'IB',
    ...off(2),
    NONE,
    0,
    0,
    status,
    ...none(13),
    NONE,
    ...off(3),
    'None',
    NONE,
    decimal(order.trailStopPrice),
    decimal(order.limitOffset),
    ...none(3),
    0,
    ...none(4),
    ...off(4),
    NONE,
    NONE,
    0,
    ...none(5),
    ...(session.version >= SINCE.customerAccount ? [NONE] : []),
    ...(session.version >= SINCE.professionalCustomer ? [0] : []),
    ...(session.version >= SINCE.bondAccruedInterest ? [NONE] : []),
  );
};

export const sendCompletedOrder = (session: TradingClient, record: OrderRecord, account: string): void => {
  const { terms: order, contract } = record;
  const { date, time } = civilTimeOf(record.completedAt!, contract.timeZoneId);
  session.send(
    RESPONSE.completedOrder,
    ...terms(record, account),
    ...ids(record),
    ...ALLOCATION,
    ...none(5),
    NONE,
    ...off(2),
    NONE,
    order.ocaType,
    0,
    ...volatility(order, [0, 0, 0, NONE]),
    ...NO_COMBOS,
    ...NO_SCALE,
    NONE,
    'IB',
    ...off(2),
    NONE,
    0,
    record.status,
    ...off(3),
    decimal(order.trailStopPrice),
    decimal(order.limitOffset),
    NONE,
    ...off(2),
    NONE,
    formatDecimal(record.filled),
    0,
    0,
    NONE,
    ...off(2),
    0,
    `${date} ${time} ${contract.timeZoneId}`,
    record.completedStatus,
    ...none(5),
    ...(session.version >= SINCE.customerAccount ? [NONE] : []),
    ...(session.version >= SINCE.professionalCustomer ? [0] : []),
  );
};

export const sendOrderStatus = (session: TradingClient, record: OrderRecord): void => {
  const { orderId, status, filled, terms: order } = record;
  const remaining = isEnded(record) && status !== 'Cancelled' ? ZERO_QUANTITY : subtract(order.quantity, filled);
  session.send(
    RESPONSE.orderStatus,
    orderId,
    status,
    formatDecimal(filled),
    formatDecimal(remaining),
    formatDecimal(record.averagePrice),
    record.permId,
    0,
    formatDecimal(record.lastFillPrice),
    Math.max(record.clientId, 0),
    record.whyHeld,
    0,
  );
};

/** `requestId` is -1 for one that has just happened. */
export const sendExecution = (session: TradingClient, requestId: number, execution: ExecutionRecord, account: string): void => {
  const { record } = execution;
  const { date, time } = civilTimeOf(execution.at, record.contract.timeZoneId);
  session.send(
    RESPONSE.executionData,
    requestId,
    record.orderId,
    ...contractFields(record.contract, execution.exchange),
    execution.executionId,
    `${date} ${time} ${record.contract.timeZoneId}`,
    account,
    execution.exchange,
    record.terms.action === 'BUY' ? 'BOT' : 'SLD',
    formatDecimal(execution.quantity),
    formatDecimal(execution.price),
    record.permId,
    Math.max(record.clientId, 0),
    0,
    formatDecimal(execution.cumulative),
    formatDecimal(execution.averagePrice),
    record.terms.orderRef,
    NONE,
    NONE,
    NONE,
    2,
    ...(session.version >= SINCE.pendingPriceRevision ? [0] : []),
  );
};

/** The greatest double: what TWS writes for a profit that it does not know. */
const UNSET = '1.7976931348623157E308';

export const sendCommission = (session: TradingClient, { executionId, commission, record }: ExecutionRecord): void => {
  if (commission !== undefined)
    session.send(RESPONSE.commissionReport, 1, executionId, formatDecimal(commission), record.contract.currency, UNSET, UNSET, 0);
};

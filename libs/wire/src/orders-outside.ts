import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  DifferenceKind,
  DifferenceStatus,
  type EventMessage,
  type eventMap,
  type OrderAnomalyMessage,
  type ReconciliationDifferenceMessage,
} from '@tradewind/contracts';
import type {
  AccountReconciled,
  OrderAnomaly,
  OrderAnomalyCode,
  OrdersChanged,
  OrdersCommand,
  ReconciliationDifference,
} from '@tradewind/orders';
import { unreachable } from '@tradewind/vocabulary';

import { readAccount, writeAccount } from './account.js';
import { readAccountEvent, writeAccountEvent } from './account-event.js';
import { ContractError } from './contract-error.js';
import type { FactCodec } from './fact-codec.js';
import { writeOrderEvent } from './order-event.js';
import { readEvents } from './orders.js';
import { enumCodec, readAccountId, readNanos, readOptionalText, readSymbol, readText } from './scalars.js';

/** What happens to orders and account outside the steps. */

const difference = {
  kind: enumCodec<ReconciliationDifference['kind'], DifferenceKind>({
    POSITION: DifferenceKind.POSITION,
    CASH: DifferenceKind.CASH,
    ORDER: DifferenceKind.ORDER,
    EXECUTION: DifferenceKind.EXECUTION,
  }),
  status: enumCodec<ReconciliationDifference['status'], DifferenceStatus>({
    REPAIRED: DifferenceStatus.REPAIRED,
    OPEN: DifferenceStatus.OPEN,
    ACCEPTED: DifferenceStatus.ACCEPTED,
  }),
};

const ANOMALIES: Readonly<Record<OrderAnomalyCode, true>> = {
  OVERFILL: true,
  DUPLICATE_EXECUTION: true,
  EXECUTION_CHANGED: true,
  EXECUTION_BUSTED: true,
  UNKNOWN_ORDER: true,
  ILLEGAL_TRANSITION: true,
  FILL_MISMATCH: true,
  ORDER_TIMEOUT: true,
  BROKER_LOST: true,
  LOGIN_NEEDED: true,
  BROKER_BACK: true,
};

const isAnomaly = (code: string): code is OrderAnomalyCode => Object.hasOwn(ANOMALIES, code);

const writeAnomaly = ({ id, at, code, clientOrderId, symbol, parameters }: OrderAnomaly) => ({
  id,
  atNs: at,
  code,
  ...(clientOrderId === undefined ? {} : { clientOrderId }),
  ...(symbol === undefined ? {} : { symbol }),
  parameters: { ...parameters },
});

const readAnomaly = (message: OrderAnomalyMessage, at: string): OrderAnomaly => {
  if (!isAnomaly(message.code)) throw new ContractError('FIELD_INVALID', `${at}.code`, `'${message.code}' is no code of an anomaly`);
  return {
    id: readText(message.id, `${at}.id`),
    at: readNanos(message.atNs, `${at}.at_ns`),
    code: message.code,
    ...(message.clientOrderId === undefined ? {} : { clientOrderId: readText(message.clientOrderId, `${at}.client_order_id`) }),
    ...(message.symbol === undefined ? {} : { symbol: readSymbol(message.symbol, `${at}.symbol`) }),
    parameters: message.parameters,
  };
};

export const ordersChangedCodec: FactCodec<OrdersChanged, 'orders.changes'> = {
  write: (fact) => ({
    id: fact.id,
    run: fact.run,
    accountId: fact.accountId,
    atNs: fact.at,
    events: fact.events.map(writeOrderEvent),
    accountEvents: fact.accountEvents.map(writeAccountEvent),
    anomalies: fact.anomalies.map(writeAnomaly),
    account: writeAccount(fact.account),
    causes: [...fact.causes],
  }),
  read: (message) => ({
    id: readText(message.id, 'id'),
    run: readOptionalText(message.run, 'run'),
    accountId: readAccountId(message.accountId, 'account_id'),
    at: readNanos(message.atNs, 'at_ns'),
    events: readEvents(message.events),
    accountEvents: message.accountEvents.map((event, index) => readAccountEvent(event, `account_events[${index}]`)),
    anomalies: message.anomalies.map((anomaly, index) => readAnomaly(anomaly, `anomalies[${index}]`)),
    account: readAccount(message.account),
    causes: message.causes,
  }),
};

const readDifference = (message: ReconciliationDifferenceMessage, at: string): ReconciliationDifference => ({
  id: readText(message.id, `${at}.id`),
  kind: difference.kind.read(message.kind, `${at}.kind`),
  subject: readText(message.subject, `${at}.subject`),
  ours: message.ours,
  theirs: message.theirs,
  code: readText(message.code, `${at}.code`),
  status: difference.status.read(message.status, `${at}.status`),
  explanation: message.explanation,
});

export const reconciledCodec: FactCodec<AccountReconciled, 'orders.reconciliations'> = {
  write: (fact) => ({
    id: fact.id,
    accountId: fact.accountId,
    atNs: fact.at,
    venue: fact.venue,
    differences: fact.differences.map((found) => ({
      ...found,
      kind: difference.kind.write(found.kind),
      status: difference.status.write(found.status),
    })),
    tradable: fact.tradable,
  }),
  read: (message) => ({
    id: readText(message.id, 'id'),
    accountId: readAccountId(message.accountId, 'account_id'),
    at: readNanos(message.atNs, 'at_ns'),
    venue: readText(message.venue, 'venue'),
    differences: message.differences.map((found, index) => readDifference(found, `differences[${index}]`)),
    tradable: message.tradable,
  }),
};

const writeCommand = (fact: OrdersCommand): NonNullable<MessageInitShape<(typeof eventMap)['orders.commands']>['command']> => {
  switch (fact.type) {
    case 'CancelOrder':
      return { case: 'cancelOrder', value: { clientOrderId: fact.clientOrderId } };
    case 'Reconcile':
      return { case: 'reconcile', value: {} };
    case 'AcceptDifferences':
      return { case: 'acceptDifferences', value: { differenceIds: [...fact.differenceIds] } };
    case 'RecordAccountEvent':
      return { case: 'recordAccountEvent', value: { event: writeAccountEvent(fact.event) } };
    default:
      return unreachable(fact);
  }
};

const readCommand = (message: EventMessage<'orders.commands'>, shared: Omit<OrdersCommand, 'type'>): OrdersCommand => {
  const { command } = message;
  switch (command.case) {
    case 'cancelOrder':
      return { ...shared, type: 'CancelOrder', clientOrderId: readText(command.value.clientOrderId, 'cancel_order.client_order_id') };
    case 'reconcile':
      return { ...shared, type: 'Reconcile' };
    case 'acceptDifferences': {
      const { differenceIds } = command.value;
      if (differenceIds.length === 0)
        throw new ContractError('FIELD_INVALID', 'accept_differences.difference_ids', 'must name at least one difference');
      const ids = differenceIds.map((id, index) => readText(id, `accept_differences.difference_ids[${index}]`));
      return { ...shared, type: 'AcceptDifferences', differenceIds: ids };
    }
    case 'recordAccountEvent':
      return {
        ...shared,
        type: 'RecordAccountEvent',
        event: readAccountEvent(command.value.event, 'record_account_event.event'),
      };
    case undefined:
      throw new ContractError('FIELD_INVALID', 'command', 'must be set to a command this build knows');
    default:
      return unreachable(command);
  }
};

export const ordersCommandCodec: FactCodec<OrdersCommand, 'orders.commands'> = {
  write: (fact) => ({
    id: fact.id,
    accountId: fact.accountId,
    actor: fact.actor,
    atNs: fact.at,
    reason: fact.reason,
    command: writeCommand(fact),
  }),
  read: (message) =>
    readCommand(message, {
      id: readText(message.id, 'id'),
      accountId: readAccountId(message.accountId, 'account_id'),
      actor: readText(message.actor, 'actor'),
      reason: readText(message.reason, 'reason'),
      at: readNanos(message.atNs, 'at_ns'),
    }),
};

import type { EventName } from '@tradewind/contracts';
import { STEP_KEY } from '@tradewind/contracts';
import type { Bus, Codec, OutgoingMessage } from '@tradewind/messaging';
import type { AccountReconciled, ExecutionsReported, OrdersChanged, OrdersHalted, OrdersPlaced } from '@tradewind/orders';
import type { RiskCommand } from '@tradewind/risk';
import type { AccountId } from '@tradewind/vocabulary';
import { encodeRpcRequest, encodeRpcResponse, type RpcResponseFields, wireCodec } from '@tradewind/wire';

export const codec: Codec = wireCodec;

export const SUBSCRIPTIONS: readonly EventName[] = [
  'market.records',
  'market.ticks',
  'market.bars',
  'risk.verdicts',
  'risk.states',
  'risk.commands',
  'risk.protections',
  'orders.commands',
];

type Envelopes = Pick<Bus, 'envelope'>;

export const executionsMessage = (bus: Envelopes, fact: ExecutionsReported): OutgoingMessage =>
  bus.envelope('orders.executions', fact, { id: fact.header.id, partition: 0, key: STEP_KEY });

export const placedMessage = (bus: Envelopes, fact: OrdersPlaced): OutgoingMessage =>
  bus.envelope('orders.placed', fact, { id: fact.header.id, partition: 0, key: STEP_KEY });

export const haltedMessage = (bus: Envelopes, accountId: AccountId, fact: OrdersHalted): OutgoingMessage =>
  bus.envelope('orders.halted', fact, { id: fact.id, partition: 0, key: accountId });

export const changesMessage = (bus: Envelopes, fact: OrdersChanged): OutgoingMessage =>
  bus.envelope('orders.changes', fact, { id: fact.id, partition: 0, key: fact.accountId });

export const reconciliationMessage = (bus: Envelopes, fact: AccountReconciled): OutgoingMessage =>
  bus.envelope('orders.reconciliations', fact, { id: fact.id, partition: 0, key: fact.accountId });

export const riskCommandMessage = (bus: Envelopes, command: RiskCommand): OutgoingMessage =>
  bus.envelope('risk.commands', command, { id: command.id, partition: 0, key: command.accountId });

export const STATUS_REQUEST = 'orders.status';
export type OrdersStatus = RpcResponseFields<typeof STATUS_REQUEST>;
export const encodeStatus = (status: OrdersStatus): Uint8Array => encodeRpcResponse(STATUS_REQUEST, status);

export const RISK_STATUS_REQUEST = 'risk.status';
export const encodeRiskStatusRequest = (accountId: AccountId): Uint8Array => encodeRpcRequest(RISK_STATUS_REQUEST, { accountId });

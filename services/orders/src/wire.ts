import type { EventName } from '@tradewind/contracts';
import { STEP_KEY } from '@tradewind/contracts';
import type { Bus, Codec, OutgoingMessage } from '@tradewind/messaging';
import type { ExecutionsReported, OrdersHalted, OrdersPlaced } from '@tradewind/orders';
import type { AccountId } from '@tradewind/vocabulary';
import { wireCodec } from '@tradewind/wire';

export const codec: Codec = wireCodec;

export const SUBSCRIPTIONS: readonly EventName[] = ['market.bars', 'risk.verdicts', 'risk.states'];

type Envelopes = Pick<Bus, 'envelope'>;

export const executionsMessage = (bus: Envelopes, fact: ExecutionsReported): OutgoingMessage =>
  bus.envelope('orders.executions', fact, { id: fact.header.id, partition: 0, key: STEP_KEY });

export const placedMessage = (bus: Envelopes, fact: OrdersPlaced): OutgoingMessage =>
  bus.envelope('orders.placed', fact, { id: fact.header.id, partition: 0, key: STEP_KEY });

export const haltedMessage = (bus: Envelopes, accountId: AccountId, fact: OrdersHalted): OutgoingMessage =>
  bus.envelope('orders.halted', fact, { id: fact.id, partition: 0, key: accountId });

import type { EventName } from '@tradewind/contracts';
import { STEP_KEY } from '@tradewind/contracts';
import type { Bus, Codec, OutgoingMessage } from '@tradewind/messaging';
import type { TradingStateChanged, VerdictsReached } from '@tradewind/risk';
import { wireCodec } from '@tradewind/wire';

export const codec: Codec = wireCodec;

export const SUBSCRIPTIONS: readonly EventName[] = ['signals.decisions', 'orders.executions', 'risk.commands'];

type Envelopes = Pick<Bus, 'envelope'>;

export const verdictsMessage = (bus: Envelopes, fact: VerdictsReached): OutgoingMessage =>
  bus.envelope('risk.verdicts', fact, { id: fact.header.id, partition: 0, key: STEP_KEY });

export const stateMessage = (bus: Envelopes, fact: TradingStateChanged): OutgoingMessage =>
  bus.envelope('risk.states', fact, { id: fact.id, partition: 0, key: fact.state.accountId });

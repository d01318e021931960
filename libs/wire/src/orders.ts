import type { OrderEventMessage } from '@tradewind/contracts';
import type { ExecutionsReported, OrderEvent, OrdersHalted, OrdersPlaced } from '@tradewind/orders';

import { readAccount, writeAccount } from './account.js';
import type { FactCodec } from './fact-codec.js';
import { readHeader, writeHeader } from './header.js';
import { readQualities } from './market.js';
import { readOrderEvent, writeOrderEvent } from './order-event.js';
import { readNanos, readText } from './scalars.js';

export const readEvents = (messages: readonly OrderEventMessage[]): readonly OrderEvent[] =>
  messages.map((message, index) => readOrderEvent(message, `events[${index}]`));

export const executionsCodec: FactCodec<ExecutionsReported, 'orders.executions'> = {
  write: (fact) => ({
    header: writeHeader(fact.header, fact.final),
    events: fact.events.map(writeOrderEvent),
    account: writeAccount(fact.account),
    lowQuality: [...fact.lowQuality],
  }),
  read: (message) => ({
    ...readHeader(message.header),
    events: readEvents(message.events),
    account: readAccount(message.account),
    lowQuality: readQualities(message.lowQuality, 'low_quality'),
  }),
};

export const ordersPlacedCodec: FactCodec<OrdersPlaced, 'orders.placed'> = {
  write: (fact) => ({ header: writeHeader(fact.header, fact.final), events: fact.events.map(writeOrderEvent) }),
  read: (message) => ({ ...readHeader(message.header), events: readEvents(message.events) }),
};

export const ordersHaltedCodec: FactCodec<OrdersHalted, 'orders.halted'> = {
  write: (fact) => ({ id: fact.id, atNs: fact.at, events: fact.events.map(writeOrderEvent), causes: [...fact.causes] }),
  read: (message) => ({
    id: readText(message.id, 'id'),
    at: readNanos(message.atNs, 'at_ns'),
    events: readEvents(message.events),
    causes: message.causes,
  }),
};

import type { EventName } from '@tradewind/contracts';
import { STEP_KEY } from '@tradewind/contracts';
import type { Bus, Codec, OutgoingMessage } from '@tradewind/messaging';
import type { SignalsDecided } from '@tradewind/signals';
import { wireCodec } from '@tradewind/wire';

export const codec: Codec = wireCodec;

export const SUBSCRIPTIONS: readonly EventName[] = ['features.vectors', 'inference.predictions', 'analysis.analyses'];

/** The decisions of a step as the message that tells them. */
export const decisionsMessage = (bus: Pick<Bus, 'envelope'>, fact: SignalsDecided): OutgoingMessage =>
  bus.envelope('signals.decisions', fact, { id: fact.header.id, partition: fact.header.partition, key: STEP_KEY });

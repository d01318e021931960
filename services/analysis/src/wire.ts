import type { EventName } from '@tradewind/contracts';
import { STEP_KEY } from '@tradewind/contracts';
import type { Bus, Codec, OutgoingMessage } from '@tradewind/messaging';
import type { AnalysesMade } from '@tradewind/signals';
import { wireCodec } from '@tradewind/wire';

export const codec: Codec = wireCodec;

export const SUBSCRIPTIONS: readonly EventName[] = ['features.vectors'];

/** The analyses of a step as the message that tells them. */
export const analysesMessage = (bus: Pick<Bus, 'envelope'>, fact: AnalysesMade): OutgoingMessage =>
  bus.envelope('analysis.analyses', fact, { id: fact.header.id, partition: fact.header.partition, key: STEP_KEY });

import type { EventName } from '@tradewind/contracts';
import type { ReceivedEvent } from '@tradewind/messaging';
import { ContractError, wireCodec } from '@tradewind/wire';

import type { MarketInput } from './partition-features.js';

export { wireCodec };
export const subscriptions = ['market.records', 'market.ticks', 'market.bars'] as const satisfies readonly EventName[];

/** The fact of a stored event; undefined for one that is malformed, which went to the dead letters when it was delivered. */
export const inputOf = (event: ReceivedEvent): MarketInput | undefined => {
  try {
    return { event: event.event, fact: event.decode() } as MarketInput;
  } catch (error) {
    if (error instanceof ContractError) return undefined;
    throw error;
  }
};

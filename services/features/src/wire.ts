import type { EventName } from '@tradewind/contracts';
import type { BarsClosed } from '@tradewind/market';
import type { ReceivedEvent } from '@tradewind/messaging';
import { ContractError, wireCodec } from '@tradewind/wire';

export { wireCodec };
export const subscriptions: readonly EventName[] = ['market.bars'];

/** The bars of a stored event; undefined for one that is malformed, which went to the dead letters when it was delivered. */
export const barsOf = (event: ReceivedEvent): BarsClosed | undefined => {
  try {
    return event.decode() as BarsClosed;
  } catch (error) {
    if (error instanceof ContractError) return undefined;
    throw error;
  }
};

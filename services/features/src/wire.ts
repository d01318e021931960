import type { EventName } from '@tradewind/contracts';
import type { BarsClosed } from '@tradewind/market';
import type { ReceivedEvent } from '@tradewind/messaging';
import { wireCodec } from '@tradewind/wire';

export { wireCodec };
export const subscriptions: readonly EventName[] = ['market.bars'];

/** The bars of a stored event. Throws ContractError. */
export const barsOf = (event: ReceivedEvent): BarsClosed => event.decode() as BarsClosed;

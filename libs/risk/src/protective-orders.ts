import { clientOrderIdOf } from '@tradewind/orders';
import type { OrderIntent } from '@tradewind/orders';
import { absolute, floorToStep, subtract } from '@tradewind/vocabulary';
import type { Instrument, Quantity } from '@tradewind/vocabulary';
import type { AccountSnapshot } from '@tradewind/portfolio';

import type { ExposureBook } from './exposure-book.js';
import type { BreakerAction } from './facts.js';

/** Why and how much: a breaker's action or the kill switch. */
export interface ProtectionOrder {
  readonly id: string;
  readonly purpose: string;
  readonly action: 'REDUCE_HALF' | 'CLOSE_ALL';
}

/** The order of the severest action; a full close leaves nothing for a half one to do. */
export const severest = (actions: readonly BreakerAction[]): ProtectionOrder | undefined => {
  const wanted = actions.find(({ action }) => action === 'CLOSE_ALL') ?? actions.find(({ action }) => action === 'REDUCE_HALF');
  if (wanted === undefined || (wanted.action !== 'CLOSE_ALL' && wanted.action !== 'REDUCE_HALF')) return undefined;
  return { id: wanted.id, purpose: `breaker:${wanted.rule}`, action: wanted.action };
};

/** Half, rounded up to a lot: reducing errs on the side of less. */
const halfOf = (held: Quantity, lotSize: Quantity): Quantity => {
  const floor = floorToStep((held / 2n) as Quantity, lotSize);
  return floor * 2n === held ? floor : ((floor + lotSize) as Quantity);
};

/** Market orders that reduce every position by the asked share, less what is being reduced already; sorted by symbol, never larger than what is held. */
export const protectiveIntents = (
  order: ProtectionOrder,
  account: AccountSnapshot,
  book: ExposureBook,
  instruments: Readonly<Record<string, Instrument>>,
): readonly OrderIntent[] => {
  const intents: OrderIntent[] = [];
  for (const position of account.positions) {
    const held = absolute(position.quantity);
    const lotSize = instruments[position.symbol]?.lotSize ?? held;
    const wanted = order.action === 'CLOSE_ALL' ? held : halfOf(held, lotSize);
    const quantity = subtract(wanted > held ? held : wanted, book.reducing(position.symbol));
    if (quantity <= 0n) continue;
    intents.push({
      clientOrderId: clientOrderIdOf(`${order.id}/${position.symbol}`),
      symbol: position.symbol,
      side: position.quantity > 0n ? 'SELL' : 'BUY',
      type: 'MARKET',
      timeInForce: 'GTC',
      quantity,
      purpose: order.purpose,
      verdictId: order.id,
    });
  }
  return intents;
};

import { clientOrderIdOf } from '@tradewind/orders';
import type { OrderIntent } from '@tradewind/orders';
import type { AccountSnapshot } from '@tradewind/portfolio';
import { absolute, floorToStep, quantityFromNumber, scaleBy, subtract, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Instrument, Quantity } from '@tradewind/vocabulary';

import type { ExposureBook } from './exposure-book.js';

/** Why and how much: a breaker's action or the kill switch. */
export interface Protection {
  readonly id: string;
  readonly purpose: string;
  /** Of every position, or a share by symbol. */
  readonly cut: 'ALL' | 'HALF' | ReadonlyMap<string, number>;
}

/** A share is an estimate, not an amount: six decimals of it enter the exact world. */
const SHARE_DIGITS = 6;

/** Up to a lot: reducing errs on the side of less. */
const ceilToLot = (quantity: Quantity, lotSize: Quantity): Quantity => {
  const floor = floorToStep(quantity, lotSize);
  return floor === quantity ? floor : ((floor + lotSize) as Quantity);
};

const halfOf = (held: Quantity, lotSize: Quantity): Quantity => {
  const floor = floorToStep((held / 2n) as Quantity, lotSize);
  return floor * 2n === held ? floor : ((floor + lotSize) as Quantity);
};

const shareOf = (held: Quantity, share: number, lotSize: Quantity): Quantity =>
  share > 0 ? ceilToLot(scaleBy(held, quantityFromNumber(Math.min(1, share), SHARE_DIGITS)), lotSize) : ZERO_QUANTITY;

/** Never more than is held, and whole lots alone: a venue refuses an order with the fraction of one that a split or a transfer left. */
const wantedOf = ({ cut }: Protection, symbol: string, held: Quantity, lotSize: Quantity): Quantity => {
  const wanted = cut === 'ALL' ? held : cut === 'HALF' ? halfOf(held, lotSize) : shareOf(held, cut.get(symbol) ?? 0, lotSize);
  return floorToStep(wanted > held ? held : wanted, lotSize);
};

/**
 * Market orders that reduce each position by the most that any protection asks, less what is being reduced already: by symbol, never larger than what is
 * held, so no position is turned. Where two ask for as much, the one that closes everything speaks, then the first.
 */
export const protectiveIntents = (
  protections: readonly Protection[],
  account: AccountSnapshot,
  book: ExposureBook,
  instruments: Readonly<Record<string, Instrument>>,
): readonly OrderIntent[] => {
  if (protections.length === 0) return [];
  const severeFirst = [...protections].sort((left, right) => Number(right.cut === 'ALL') - Number(left.cut === 'ALL'));
  const intents: OrderIntent[] = [];
  for (const position of account.positions) {
    const held = absolute(position.quantity);
    const lotSize = instruments[position.symbol]?.lotSize ?? held;
    let wanted = ZERO_QUANTITY;
    let asked: Protection | undefined;
    for (const protection of severeFirst) {
      const quantity = wantedOf(protection, position.symbol, held, lotSize);
      if (quantity > wanted) [wanted, asked] = [quantity, protection];
    }
    const quantity = subtract(wanted, book.reducing(position.symbol));
    if (asked === undefined || quantity <= 0n) continue;
    intents.push({
      clientOrderId: clientOrderIdOf(`${asked.id}/${position.symbol}`),
      symbol: position.symbol,
      side: position.quantity > 0n ? 'SELL' : 'BUY',
      type: 'MARKET',
      timeInForce: 'GTC',
      quantity,
      purpose: asked.purpose,
      verdictId: asked.id,
    });
  }
  return intents;
};

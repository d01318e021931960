import { absolute, add, divideHalfEven, subtract, ZERO_MONEY } from '@tradewind/vocabulary';
import type { Money, Quantity, UnixNanos } from '@tradewind/vocabulary';

/** What one opening fill still contributes to a position. */
export interface Lot {
  readonly fillId: string;
  readonly openedAt: UnixNanos;
  /** Signed like the position. */
  readonly quantity: Quantity;
  /** Signed like the quantity; the lot's share of a partial close is rounded half to even and the rest stays, so nothing is lost. */
  readonly cost: Money;
}

/** Takes `amount` (above zero, at most what the lots hold) off the oldest lots; returns the cost taken and the lots that stay. */
export const closeLots = (lots: readonly Lot[], amount: Quantity): { readonly cost: Money; readonly rest: readonly Lot[] } => {
  let left = amount;
  let cost = ZERO_MONEY;
  let index = 0;
  for (; index < lots.length; index += 1) {
    const lot = lots[index]!;
    const size = absolute(lot.quantity);
    if (size > left) break;
    cost = add(cost, lot.cost);
    left = subtract(left, size);
  }
  const rest = lots.slice(index);
  const [first, ...others] = rest;
  if (left === 0n || first === undefined) return { cost, rest };
  const taken = (first.quantity > 0n ? left : -left) as Quantity;
  const takenCost = divideHalfEven(first.cost * taken, first.quantity) as Money;
  const kept: Lot = { ...first, quantity: subtract(first.quantity, taken), cost: subtract(first.cost, takenCost) };
  return { cost: add(cost, takenCost), rest: [kept, ...others] };
};

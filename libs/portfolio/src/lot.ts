import { absolute, add, divideHalfEven, subtract, ZERO_MONEY, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Money, Quantity, UnixNanos } from '@tradewind/vocabulary';

import { AccountingError } from './accounting-error.js';

/** What one opening fill still contributes to a position. */
export interface Lot {
  readonly fillId: string;
  readonly openedAt: UnixNanos;
  /** Signed like the position. */
  readonly quantity: Quantity;
  /** Signed like the quantity; the lot's share of a partial close is rounded half to even and the rest stays, so nothing is lost. */
  readonly cost: Money;
}

/** Which lots a close takes: the oldest, the youngest, or those whose close realises least: bought dearest, or sold short cheapest. */
export type LotMethod = 'FIFO' | 'LIFO' | 'HIGHEST_COST';

/** So much of the lot that this fill opened. */
export interface ChosenLot {
  readonly fillId: string;
  /** Above zero. */
  readonly quantity: Quantity;
}

interface Closed {
  readonly cost: Money;
  readonly rest: readonly Lot[];
}

/** Takes `amount` off one lot; all of it leaves nothing. */
const takeFrom = (lot: Lot, amount: Quantity): { readonly cost: Money; readonly kept: Lot | undefined } => {
  if (amount === absolute(lot.quantity)) return { cost: lot.cost, kept: undefined };
  const taken = (lot.quantity > 0n ? amount : -amount) as Quantity;
  const cost = divideHalfEven(lot.cost * taken, lot.quantity) as Money;
  return { cost, kept: { ...lot, quantity: subtract(lot.quantity, taken), cost: subtract(lot.cost, cost) } };
};

const closeOldest = (lots: readonly Lot[], amount: Quantity): Closed => {
  let left = amount;
  let cost = ZERO_MONEY;
  let index = 0;
  for (; index < lots.length; index += 1) {
    const size = absolute(lots[index]!.quantity);
    if (size > left) break;
    cost = add(cost, lots[index]!.cost);
    left = subtract(left, size);
  }
  const [first, ...others] = lots.slice(index);
  if (first === undefined) return { cost, rest: [] };
  if (left === 0n) return { cost, rest: [first, ...others] };
  const { cost: last, kept } = takeFrom(first, left);
  return { cost: add(cost, last), rest: [kept!, ...others] };
};

/** Negative when closing `left` first realises less than closing `right`: compared as cost per unit, without a division. */
const dearer = (left: Lot, right: Lot): number => {
  const difference = left.cost * right.quantity - right.cost * left.quantity;
  // Both quantities have the sign of the position, so their product does not turn the comparison round; a short lot is dearer the less it was sold for.
  const ordered = left.quantity > 0n ? -difference : difference;
  return ordered < 0n ? -1 : ordered > 0n ? 1 : 0;
};

/** Indexes of the lots in the order in which they are closed; of equally dear ones the oldest first. */
const closingOrder = (lots: readonly Lot[], method: LotMethod): readonly number[] => {
  const indexes = lots.map((_, index) => index);
  if (method === 'LIFO') return indexes.reverse();
  return method === 'FIFO' ? indexes : indexes.sort((left, right) => dearer(lots[left]!, lots[right]!) || left - right);
};

/** Takes `amounts` off the lots by index; what is left keeps its order. */
const closeByIndex = (lots: readonly Lot[], amounts: ReadonlyMap<number, Quantity>): Closed => {
  let cost = ZERO_MONEY;
  const rest: Lot[] = [];
  for (const [index, lot] of lots.entries()) {
    const amount = amounts.get(index) ?? ZERO_QUANTITY;
    if (amount === 0n) {
      rest.push(lot);
      continue;
    }
    const taken = takeFrom(lot, amount);
    cost = add(cost, taken.cost);
    if (taken.kept !== undefined) rest.push(taken.kept);
  }
  return { cost, rest };
};

const chooseLots = (lots: readonly Lot[], amount: Quantity, chosen: readonly ChosenLot[]): Map<number, Quantity> => {
  const amounts = new Map<number, Quantity>();
  let left = amount;
  for (const { fillId, quantity } of chosen) {
    const index = lots.findIndex((lot, at) => lot.fillId === fillId && !amounts.has(at));
    if (index < 0 || quantity <= 0n || quantity > absolute(lots[index]!.quantity) || quantity > left) {
      throw new AccountingError('LOT_INVALID', `lot ${fillId} cannot give ${quantity} to a close of ${amount}`);
    }
    amounts.set(index, quantity);
    left = subtract(left, quantity);
  }
  return amounts;
};

/**
 * Takes `amount` (above zero, at most what the lots hold) off the lots: first those that are `chosen` one by one, the rest by `method`; returns the cost
 * taken and the lots that stay, oldest first. Throws AccountingError LOT_INVALID when a chosen lot is not there or too small.
 */
export const closeLots = (
  lots: readonly Lot[],
  amount: Quantity,
  method: LotMethod = 'FIFO',
  chosen: readonly ChosenLot[] = [],
): Closed => {
  if (method === 'FIFO' && chosen.length === 0) return closeOldest(lots, amount);
  const amounts = chooseLots(lots, amount, chosen);
  let left = [...amounts.values()].reduce(subtract, amount);
  for (const index of closingOrder(lots, method)) {
    if (left === 0n) break;
    const already = amounts.get(index) ?? ZERO_QUANTITY;
    const free = subtract(absolute(lots[index]!.quantity), already);
    const more = free < left ? free : left;
    amounts.set(index, add(already, more));
    left = subtract(left, more);
  }
  return closeByIndex(lots, amounts);
};

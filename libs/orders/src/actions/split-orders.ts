import { add, divideHalfEven, floorToStep, greatest, quantity } from '@tradewind/vocabulary';
import type { Instrument, Price, Quantity, Side } from '@tradewind/vocabulary';
import type { OrderTerms } from '@tradewind/venue';

import type { DeskLedger } from '../desk/desk-ledger.js';
import { openOrdersOf } from '../ledger.js';
import { isReduceOnly, leavesOf, termsOf } from '../order.js';
import type { Order } from '../order.js';
import type { SplitRatio } from './split-ratio.js';

const WHOLE = quantity('1');
const TICK = 1n as Price;

/** So many new shares, cut to whole ones where there are no fractions. */
const newShares = (amount: Quantity, { numerator, denominator }: SplitRatio, fractional: boolean): Quantity => {
  const exact = divideHalfEven(amount * numerator, denominator) as Quantity;
  return fractional ? exact : floorToStep(exact, WHOLE);
};

/** On the tick grid, rounded away from the market for a stop and to the better price for a limit: nothing is reached sooner than its exact level. */
const newPrice = (exact: bigint, up: boolean, tickSize: Price): Price => {
  const floor = exact - (exact % tickSize);
  return greatest((up && floor !== exact ? floor + tickSize : floor) as Price, tickSize);
};

const newTerms = (order: Order, leaves: Quantity, { numerator, denominator }: SplitRatio, tickSize: Price): OrderTerms => {
  const { type, limitPrice, stopPrice, trail, limitOffset } = termsOf(order);
  const { side } = order.intent as { readonly side: Side };
  const cut = (level: bigint): bigint => divideHalfEven(level * denominator, numerator);
  const amount = trail?.by === 'AMOUNT' ? { by: trail.by, value: greatest(cut(trail.value) as Price, TICK) } : trail;
  return {
    type,
    quantity: add(order.filledQuantity, leaves),
    ...(limitPrice === undefined ? {} : { limitPrice: newPrice(cut(limitPrice), side === 'SELL', tickSize) }),
    ...(stopPrice === undefined ? {} : { stopPrice: newPrice(cut(stopPrice), side === 'BUY', tickSize) }),
    ...(amount === undefined ? {} : { trail: amount }),
    ...(limitOffset === undefined ? {} : { limitOffset: greatest(cut(limitOffset) as Price, TICK) }),
  };
};

/**
 * Working orders of a symbol over a split. Entries end, as resting orders do at Interactive Brokers on a split in either direction (TWS API reference, time in
 * force GTC), and at brokers under FINRA rule 5330 on a reverse one: what they were to be protected by is in prices of old shares. What only reduces stays
 * and is amended by the ratio, as rule 5330 has it for a forward split, so that no position is without its stop.
 */
export const splitOrders = (
  ledger: DeskLedger,
  symbol: string,
  ratio: SplitRatio,
  instrument: Instrument | undefined,
  causes: readonly string[],
): void => {
  for (const { order } of openOrdersOf(ledger.state, symbol)) {
    const { clientOrderId } = order.intent;
    const leaves = newShares(leavesOf(order), ratio, instrument?.fractional ?? false);
    if (!isReduceOnly(order.intent) || leaves === 0n) {
      ledger.say(clientOrderId, { type: 'OrderCanceled', reason: 'SHARES_SPLIT' }, causes);
      continue;
    }
    ledger.say(clientOrderId, { type: 'OrderUpdated', terms: newTerms(order, leaves, ratio, instrument?.tickSize ?? TICK) }, causes);
  }
};

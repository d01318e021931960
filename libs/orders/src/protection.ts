import { absolute, greatest, least } from '@tradewind/vocabulary';
import type { Price, Quantity } from '@tradewind/vocabulary';

import type { OrderIntent } from './facts.js';
import { clientOrderIdOf, openOrdersOf } from './ledger.js';
import type { Ledger } from './ledger.js';
import { isReduceOnly, leavesOf } from './order.js';
import type { Order } from './order.js';
import { positionOf } from './stage-state.js';
import type { OpenOrder, OrdersState } from './stage-state.js';

export const PROTECTIVE_PURPOSE = 'stop';

export const protectiveStopOf = (state: OrdersState, symbol: string): OpenOrder | undefined =>
  openOrdersOf(state, symbol).find((entry) => entry.order.intent.purpose === PROTECTIVE_PURPOSE);

/** Everything that may only reduce is pointless, and dangerous, once nothing is held. */
const cancelReducing = (ledger: Ledger, symbol: string, causes: readonly string[]): void => {
  for (const { order } of openOrdersOf(ledger.state, symbol)) {
    if (isReduceOnly(order.intent)) ledger.say(order.intent.clientOrderId, { type: 'OrderCanceled', reason: 'POSITION_FLAT' }, causes);
  }
};

/** Of the stop that works and the one an added entry brings, the one nearer to the price: adding never loosens protection. */
const tighter = (held: Quantity, working: Price | undefined, added: Price | undefined): Price | undefined => {
  if (working === undefined || added === undefined) return working ?? added;
  return held > 0n ? greatest(working, added) : least(working, added);
};

const stopIntent = (fillId: string, filled: OrderIntent, held: Quantity, stopPrice: Price, verdictId: string): OrderIntent => ({
  clientOrderId: clientOrderIdOf(`stop/${fillId}`),
  symbol: filled.symbol,
  side: held > 0n ? 'SELL' : 'BUY',
  type: 'STOP',
  timeInForce: 'GTC',
  quantity: absolute(held),
  stopPrice,
  purpose: PROTECTIVE_PURPOSE,
  verdictId,
});

/**
 * Keeps the protection of a position equal to the position after each of its fills: none when flat, one stop over the whole quantity
 * otherwise, at the tighter of the old price and the one that an entry brought. Returns the id of a newly placed stop.
 */
export const adjustProtection = (ledger: Ledger, filled: Order, fillId: string, causes: readonly string[]): string | undefined => {
  const { intent } = filled;
  const held = positionOf(ledger.state, intent.symbol);
  if (held === 0n) {
    cancelReducing(ledger, intent.symbol, causes);
    return undefined;
  }
  const working = protectiveStopOf(ledger.state, intent.symbol)?.order;
  const price = tighter(held, working?.intent.stopPrice, isReduceOnly(intent) ? undefined : intent.protectiveStop);
  if (price === undefined) return undefined;
  if (working !== undefined) {
    if (leavesOf(working) === absolute(held) && working.intent.stopPrice === price) return undefined;
    // A stop that is filling bit by bit has been triggered: it is an exit under way, and leaves what is held.
    if (working.intent.clientOrderId === intent.clientOrderId) return undefined;
    ledger.say(working.intent.clientOrderId, { type: 'OrderCanceled', reason: 'REPLACED' }, causes);
  }
  const verdictId = isReduceOnly(intent) ? (working?.intent.verdictId ?? intent.verdictId) : intent.verdictId;
  const stop = stopIntent(fillId, intent, held, price, verdictId);
  ledger.place(stop, causes);
  return stop.clientOrderId;
};

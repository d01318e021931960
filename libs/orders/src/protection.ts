import { absolute, greatest, least } from '@tradewind/vocabulary';
import type { Price, Quantity } from '@tradewind/vocabulary';

import { amendedTerms } from './amended-terms.js';
import type { OrderIntent } from './facts.js';
import { clientOrderIdOf, openOrdersOf } from './ledger.js';
import type { Ledger } from './ledger.js';
import { isReduceOnly, leavesOf, termsOf } from './order.js';
import type { Order } from './order.js';
import { positionOf } from './stage-state.js';
import type { OpenOrder, OrdersState } from './stage-state.js';
import { isTrailing } from './trail.js';

export const PROTECTIVE_PURPOSE = 'stop';
export const TARGET_PURPOSE = 'target';

/** What a fill has newly placed beside a position. */
export interface Protection {
  readonly stopId?: string;
  readonly targetId?: string;
}

const openWithPurpose = (state: OrdersState, symbol: string, purpose: string): OpenOrder | undefined =>
  openOrdersOf(state, symbol).find((entry) => entry.order.intent.purpose === purpose);

export const protectiveStopOf = (state: OrdersState, symbol: string): OpenOrder | undefined =>
  openWithPurpose(state, symbol, PROTECTIVE_PURPOSE);

/** Everything that may only reduce is pointless, and dangerous, once nothing is held. */
const cancelReducing = (ledger: Ledger, symbol: string, causes: readonly string[]): void => {
  for (const { order } of openOrdersOf(ledger.state, symbol)) {
    if (isReduceOnly(order.intent)) ledger.say(order.intent.clientOrderId, { type: 'OrderCanceled', reason: 'POSITION_FLAT' }, causes);
  }
};

/** Of two prices the higher one for a long position, and the lower one for a short one: for stops the one nearer to the market. */
const higherFor = (held: Quantity, left: Price, right: Price): Price => (held > 0n ? greatest(left, right) : least(left, right));
const lowerFor = (held: Quantity, left: Price, right: Price): Price => (held > 0n ? least(left, right) : greatest(left, right));

const either = (working: Price | undefined, added: Price | undefined, choose: (left: Price, right: Price) => Price): Price | undefined =>
  working === undefined || added === undefined ? (working ?? added) : choose(working, added);

const closing = (
  fillId: string,
  purpose: string,
  filled: OrderIntent,
  held: Quantity,
): Pick<OrderIntent, 'clientOrderId' | 'symbol' | 'side' | 'timeInForce' | 'quantity' | 'purpose' | 'strategy'> => ({
  clientOrderId: clientOrderIdOf(`${purpose}/${fillId}`),
  symbol: filled.symbol,
  side: held > 0n ? 'SELL' : 'BUY',
  timeInForce: 'GTC',
  quantity: absolute(held),
  purpose,
  ...(filled.strategy === undefined ? {} : { strategy: filled.strategy }),
});

/** A stop that trails goes on trailing, from the level it has reached. */
const trailOf = (working: Order | undefined): Pick<OrderIntent, 'type' | 'trail'> => {
  const terms = working === undefined ? undefined : termsOf(working);
  if (terms?.trail === undefined || !isTrailing(terms.type)) return { type: 'STOP' };
  return { type: 'TRAILING_STOP', trail: terms.trail };
};

/** An entry brings stop and target for a position of its own direction; one that only takes away from the other direction has nothing to say there. */
const brings = (intent: OrderIntent, held: Quantity): boolean => !isReduceOnly(intent) && (intent.side === 'BUY') === held > 0n;

/** The order that works with this purpose; one from before the position turned round is cancelled, for its price means nothing now. */
const stillWorking = (ledger: Ledger, symbol: string, purpose: string, held: Quantity, causes: readonly string[]): Order | undefined => {
  const working = openWithPurpose(ledger.state, symbol, purpose)?.order;
  if (working === undefined || (working.intent.side === 'SELL') === held > 0n) return working;
  ledger.say(working.intent.clientOrderId, { type: 'OrderCanceled', reason: 'POSITION_TURNED' }, causes);
  return undefined;
};

const adjustStop = (ledger: Ledger, { intent }: Order, fillId: string, held: Quantity, causes: readonly string[]): string | undefined => {
  const working = stillWorking(ledger, intent.symbol, PROTECTIVE_PURPOSE, held, causes);
  const stood = working === undefined ? undefined : termsOf(working).stopPrice;
  const price = either(stood, brings(intent, held) ? intent.protectiveStop : undefined, (left, right) => higherFor(held, left, right));
  if (price === undefined) return undefined;
  if (working !== undefined) {
    if (leavesOf(working) === absolute(held) && stood === price) return undefined;
    // A stop that is filling bit by bit has been triggered: it is an exit under way, and leaves what is held.
    if (working.intent.clientOrderId === intent.clientOrderId) return undefined;
    ledger.say(working.intent.clientOrderId, { type: 'OrderCanceled', reason: 'REPLACED' }, causes);
  }
  const verdictId = isReduceOnly(intent) ? (working?.intent.verdictId ?? intent.verdictId) : intent.verdictId;
  const stop: OrderIntent = { ...closing(fillId, PROTECTIVE_PURPOSE, intent, held), ...trailOf(working), stopPrice: price, verdictId };
  ledger.place(stop, causes);
  return stop.clientOrderId;
};

/** A target is amended, and so keeps its place at the venue. */
const adjustTarget = (ledger: Ledger, { intent }: Order, fillId: string, held: Quantity, causes: readonly string[]): string | undefined => {
  const working = stillWorking(ledger, intent.symbol, TARGET_PURPOSE, held, causes);
  const stood = working === undefined ? undefined : termsOf(working).limitPrice;
  const price = either(stood, brings(intent, held) ? intent.takeProfit : undefined, (left, right) => lowerFor(held, left, right));
  if (price === undefined) return undefined;
  if (working === undefined) {
    const target: OrderIntent = {
      ...closing(fillId, TARGET_PURPOSE, intent, held),
      type: 'LIMIT',
      limitPrice: price,
      verdictId: intent.verdictId,
    };
    ledger.place(target, causes);
    return target.clientOrderId;
  }
  if (leavesOf(working) === absolute(held) && stood === price) return undefined;
  const change = { quantity: (working.filledQuantity + absolute(held)) as Quantity, limitPrice: price };
  const id = working.intent.clientOrderId;
  ledger.say(id, { type: 'OrderUpdateRequested', change, reason: 'POSITION_CHANGED' }, causes);
  ledger.say(id, { type: 'OrderUpdated', terms: amendedTerms(termsOf(working), change) }, causes);
  return undefined;
};

/**
 * Keeps the protection of a position equal to the position after each of its fills: none when flat; otherwise one stop over the whole quantity, at the
 * tighter of the old price and the one that an entry brought, and one profit target over the whole quantity, at the nearer of the two. Returns what it
 * has newly placed.
 */
export const adjustProtection = (ledger: Ledger, filled: Order, fillId: string, causes: readonly string[]): Protection | undefined => {
  const { symbol } = filled.intent;
  const held = positionOf(ledger.state, symbol);
  if (held === 0n) {
    cancelReducing(ledger, symbol, causes);
    return undefined;
  }
  const stopId = adjustStop(ledger, filled, fillId, held, causes);
  const targetId = adjustTarget(ledger, filled, fillId, held, causes);
  if (stopId === undefined && targetId === undefined) return undefined;
  return { ...(stopId === undefined ? {} : { stopId }), ...(targetId === undefined ? {} : { targetId }) };
};

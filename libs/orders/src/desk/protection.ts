import { absolute, add, greatest, least } from '@tradewind/vocabulary';
import type { Price, Quantity, Side, Symbol } from '@tradewind/vocabulary';

import type { OrderIntent } from '../facts.js';
import { clientOrderIdOf, openOrdersOf } from '../ledger.js';
import { isReduceOnly, leavesOf, termsOf } from '../order.js';
import type { Order } from '../order.js';
import { PROTECTIVE_PURPOSE } from '../protection.js';
import type { DeskLedger } from './desk-ledger.js';
import { NEVER } from './desk-state.js';
import type { DeskPolicy, ProtectionPlan } from './desk-state.js';
import { fitExits } from './fit-exits.js';
import { isTimeFor } from './waiting.js';
import { submitOrder, withdraw } from './working-orders.js';

export const TARGET_PURPOSE = 'target';
/** After so many stops in a row that the venue refused, the position is closed: it can't be left without. */
const REFUSALS_MAX = 3;

const isProtection = ({ intent: { purpose } }: Order): boolean => purpose === PROTECTIVE_PURPOSE || purpose === TARGET_PURPOSE;

const tighter = (held: bigint, working: Price | undefined, added: Price | undefined): Price | undefined => {
  if (working === undefined || added === undefined) return working ?? added;
  return held > 0n ? greatest(working, added) : least(working, added);
};

/** What an entry's fill asks to be kept beside the position: never looser than what is there. */
export const planProtection = (ledger: DeskLedger, { intent }: Order): void => {
  if (isReduceOnly(intent)) return;
  const held = ledger.held(intent.symbol);
  const before = ledger.state.desk.protection[intent.symbol];
  const stopPrice = tighter(held, before?.stopPrice, intent.protectiveStop);
  const takeProfit = intent.takeProfit ?? before?.takeProfit;
  if (stopPrice === undefined && takeProfit === undefined) return;
  const plan: ProtectionPlan = {
    verdictId: intent.verdictId,
    refusals: before?.refusals ?? 0,
    notBefore: before?.notBefore ?? NEVER,
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(takeProfit === undefined ? {} : { takeProfit }),
  };
  ledger.note('ProtectionPlanned', { protection: { [intent.symbol]: plan } });
};

/** A stop price that risk orders for a position: taken as it is. */
export const replanStop = (ledger: DeskLedger, intent: OrderIntent): void => {
  const before = ledger.state.desk.protection[intent.symbol];
  const plan: ProtectionPlan = {
    ...before,
    verdictId: intent.verdictId,
    refusals: 0,
    notBefore: NEVER,
    ...(intent.stopPrice === undefined ? {} : { stopPrice: intent.stopPrice }),
  };
  ledger.note('ProtectionPlanned', { protection: { [intent.symbol]: plan } });
};

interface Wanted {
  readonly purpose: string;
  readonly type: 'STOP' | 'LIMIT';
  readonly price: Price | undefined;
  readonly quantity: Quantity;
}

const priceOf = (order: Order): Price | undefined => {
  const { stopPrice, limitPrice } = termsOf(order);
  return order.intent.purpose === PROTECTIVE_PURPOSE ? stopPrice : limitPrice;
};

const place = (
  ledger: DeskLedger,
  symbol: Symbol,
  side: Side,
  wanted: Wanted,
  policy: DeskPolicy,
  causes: readonly string[],
  id?: string,
): void => {
  const plan = ledger.state.desk.protection[symbol];
  if (plan === undefined || wanted.price === undefined || !isTimeFor(plan.notBefore, ledger.now)) return;
  const { accountId } = ledger.state.account;
  const paired = plan.stopPrice !== undefined && plan.takeProfit !== undefined;
  submitOrder(
    ledger,
    {
      clientOrderId: id ?? clientOrderIdOf(`${wanted.purpose}/${accountId}/${symbol}/${ledger.nextGenerated()}`),
      symbol,
      side,
      type: wanted.type,
      timeInForce: 'GTC',
      quantity: wanted.quantity,
      ...(wanted.type === 'STOP' ? { stopPrice: wanted.price } : { limitPrice: wanted.price }),
      ...(paired ? { ocoGroup: `oco-${clientOrderIdOf(`oco/${accountId}/${symbol}/${plan.verdictId}`).slice(3)}` } : {}),
      purpose: wanted.purpose,
      verdictId: plan.verdictId,
    },
    policy,
    causes,
  );
};

/** Brings one leg to what is wanted: one order, of the right size and price, and nothing while a request about it is under way. */
const alignLeg = (
  ledger: DeskLedger,
  symbol: Symbol,
  side: Side,
  wanted: Wanted,
  policy: DeskPolicy,
  causes: readonly string[],
  id?: string,
): void => {
  const legs = openOrdersOf(ledger.state, symbol)
    .map(({ order }) => order)
    .filter(({ intent }) => intent.purpose === wanted.purpose);
  const [leg, ...surplus] = legs.filter((order) => order.status !== 'PENDING_CANCEL');
  for (const order of surplus) withdraw(ledger, order, 'REPLACED', causes);
  if (leg === undefined) {
    // What is being cancelled may still trade: its place is taken until the venue has said what became of it.
    if (legs.length === 0 && wanted.quantity > 0n) place(ledger, symbol, side, wanted, policy, causes, id);
    return;
  }
  if (wanted.quantity <= 0n || wanted.price === undefined || leg.intent.side !== side) {
    withdraw(ledger, leg, wanted.quantity <= 0n ? 'EXIT_UNDER_WAY' : 'REPLACED', causes);
    return;
  }
  if (leavesOf(leg) === wanted.quantity && priceOf(leg) === wanted.price) return;
  amend(ledger, leg, wanted, symbol, side, policy, causes, id);
};

const amend = (
  ledger: DeskLedger,
  leg: Order,
  wanted: Wanted,
  symbol: Symbol,
  side: Side,
  policy: DeskPolicy,
  causes: readonly string[],
  id?: string,
): void => {
  const { clientOrderId } = leg.intent;
  const submission = ledger.requestsOf(clientOrderId, 'SUBMIT')[0];
  if (leg.status === 'EMULATED' || submission?.stage === 'DUE') {
    withdraw(ledger, leg, 'REPLACED', causes);
    place(ledger, symbol, side, wanted, policy, causes, id);
    return;
  }
  if (submission !== undefined || leg.status === 'PENDING_UPDATE') return;
  if (!policy.capabilities.replace) {
    withdraw(ledger, leg, 'REPLACED', causes);
    return;
  }
  const price = wanted.price!;
  // A leg that is filling bit by bit leaves what is held: it differs only when something else has changed the position.
  const quantity = add(leg.filledQuantity, wanted.quantity);
  const change = { quantity, ...(wanted.type === 'STOP' ? { stopPrice: price } : { limitPrice: price }) };
  ledger.say(clientOrderId, { type: 'OrderUpdateRequested', change, reason: 'PROTECTION' }, causes);
  ledger.request('REPLACE', clientOrderId, change);
};

const closeUnprotected = (
  ledger: DeskLedger,
  symbol: Symbol,
  side: Side,
  quantity: Quantity,
  policy: DeskPolicy,
  causes: readonly string[],
): void => {
  const plan = ledger.state.desk.protection[symbol];
  if (plan === undefined || quantity <= 0n) return;
  ledger.note('ProtectionPlanned', { protection: { [symbol]: null } });
  submitOrder(
    ledger,
    {
      clientOrderId: clientOrderIdOf(`stop-refused/${ledger.state.account.accountId}/${symbol}/${ledger.nextGenerated()}`),
      symbol,
      side,
      type: 'MARKET',
      timeInForce: 'DAY',
      quantity,
      purpose: 'breaker:stop-refused',
      verdictId: plan.verdictId,
    },
    policy,
    causes,
  );
};

/**
 * Brings what works beside a position to what is planned for it, whatever happened: call it after anything that changed the position or an order of the symbol.
 * None when flat; else one stop (and one target) over what no exit has laid claim to. `id` names the stop that risk ordered.
 */
export const alignProtection = (ledger: DeskLedger, symbol: Symbol, policy: DeskPolicy, causes: readonly string[], id?: string): void => {
  const held = ledger.held(symbol);
  if (held !== 0n) fitExits(ledger, symbol, causes);
  const open = openOrdersOf(ledger.state, symbol).map(({ order }) => order);
  if (held === 0n) {
    if (ledger.state.desk.protection[symbol] !== undefined) ledger.note('ProtectionPlanned', { protection: { [symbol]: null } });
    for (const order of open) if (isReduceOnly(order.intent)) withdraw(ledger, order, 'POSITION_FLAT', causes);
    return;
  }
  const plan = ledger.state.desk.protection[symbol];
  if (plan === undefined && !open.some(isProtection)) return;
  const side: Side = held > 0n ? 'SELL' : 'BUY';
  let left = absolute(held as Quantity) as bigint;
  for (const order of open) if (isReduceOnly(order.intent) && !isProtection(order) && order.intent.side === side) left -= leavesOf(order);
  // A target that was released is an exit under way: the stop makes room for it.
  const target = open.find(({ intent, status }) => intent.purpose === TARGET_PURPOSE && status !== 'EMULATED');
  const released = target !== undefined && !policy.capabilities.oneCancelsOther;
  const quantity = (left > 0n ? left : 0n) as Quantity;
  if ((plan?.refusals ?? 0) >= REFUSALS_MAX) {
    closeUnprotected(ledger, symbol, side, quantity, policy, causes);
    return;
  }
  const stopQuantity = released ? ((quantity > leavesOf(target) ? quantity - leavesOf(target) : 0n) as Quantity) : quantity;
  alignLeg(
    ledger,
    symbol,
    side,
    { purpose: PROTECTIVE_PURPOSE, type: 'STOP', price: plan?.stopPrice, quantity: stopQuantity },
    policy,
    causes,
    id,
  );
  if (!released)
    alignLeg(ledger, symbol, side, { purpose: TARGET_PURPOSE, type: 'LIMIT', price: plan?.takeProfit, quantity }, policy, causes);
};

const BACKOFF = 5_000_000_000n;

/** The venue refused a stop: the next try comes later, and not for ever. */
export const stopRefused = (ledger: DeskLedger, symbol: Symbol): void => {
  const plan = ledger.state.desk.protection[symbol];
  if (plan === undefined) return;
  const notBefore = (ledger.now + BACKOFF * BigInt(plan.refusals + 1)) as ProtectionPlan['notBefore'];
  ledger.note('ProtectionPlanned', { protection: { [symbol]: { ...plan, refusals: plan.refusals + 1, notBefore } } });
};

/** The same for every symbol that has a plan or an exit: what was under way when the plan changed is over by now. */
export const alignAll = (ledger: DeskLedger, policy: DeskPolicy, causes: readonly string[]): void => {
  const { open, desk } = ledger.state;
  const exits = Object.values(open).flatMap(({ order: { intent } }) => (isReduceOnly(intent) ? [intent.symbol] : []));
  for (const symbol of new Set([...Object.keys(desk.protection), ...exits])) alignProtection(ledger, symbol as Symbol, policy, causes);
};

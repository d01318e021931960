import type { OrderIntent } from '../facts.js';
import { handlingOf } from '../emulation/handling.js';
import { forgetOrder, holdOrder } from '../emulation/held-orders.js';
import { isReduceOnly, termsOf } from '../order.js';
import type { Order } from '../order.js';
import { isTerminal } from '../transition.js';
import type { DeskLedger } from './desk-ledger.js';
import type { DeskPolicy } from './desk-state.js';

const MINIMUM_TICK = 1n;

/** Opens an order: held here when the venue can't watch its price, else submitted and due to be sent. */
export const submitOrder = (ledger: DeskLedger, intent: OrderIntent, policy: DeskPolicy, causes: readonly string[]): void => {
  ledger.initialize(intent, causes);
  const { clientOrderId, symbol, side, timeInForce, ocoGroup } = intent;
  const handling = handlingOf(intent, policy.capabilities);
  const order = ledger.order(clientOrderId);
  if (handling.kind !== 'HELD' || order === undefined) {
    ledger.say(clientOrderId, { type: 'OrderSubmitted' }, causes);
    ledger.request('SUBMIT', clientOrderId);
    return;
  }
  ledger.say(clientOrderId, { type: 'OrderEmulated' }, causes);
  const tickSize = policy.instruments[symbol]?.tickSize ?? (MINIMUM_TICK as NonNullable<OrderIntent['limitPrice']>);
  const { type, quantity, limitPrice, stopPrice, trail, limitOffset } = termsOf(order);
  const terms = {
    type,
    quantity,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(trail === undefined ? {} : { trail }),
    ...(limitOffset === undefined ? {} : { limitOffset }),
  };
  const held = {
    clientOrderId,
    symbol,
    side,
    timeInForce,
    terms,
    watch: handling.watch,
    tickSize,
    heldSince: ledger.at,
    ...(ocoGroup === undefined ? {} : { ocoGroup }),
  };
  ledger.note('EmulationChanged', { emulation: holdOrder(ledger.state.desk.emulation, held) });
};

/** Forgets what waits for an order that has ended. */
export const clearEnded = (ledger: DeskLedger, clientOrderId: string): void => {
  const order = ledger.order(clientOrderId);
  if (order === undefined || !isTerminal(order.status)) return;
  ledger.settle(ledger.requestsOf(clientOrderId));
  unhold(ledger, clientOrderId);
  if (ledger.state.desk.clocks[clientOrderId] !== undefined) ledger.note('OrderClockStarted', { clocks: { [clientOrderId]: null } });
};

export const unhold = (ledger: DeskLedger, clientOrderId: string): void => {
  const before = ledger.state.desk.emulation;
  const emulation = forgetOrder(before, clientOrderId);
  if (emulation !== before) ledger.note('EmulationChanged', { emulation });
};

/** Ends an order of ours: at once while it never left, else by asking the venue; twice is once. */
export const withdraw = (ledger: DeskLedger, order: Order, reason: string, causes: readonly string[]): void => {
  const { clientOrderId } = order.intent;
  const submission = ledger.requestsOf(clientOrderId, 'SUBMIT')[0];
  const held = order.status === 'EMULATED' || order.status === 'INITIALIZED' || order.status === 'RELEASED';
  if (held || (submission?.stage === 'DUE' && submission.sentAt === undefined)) {
    ledger.say(clientOrderId, { type: 'OrderCanceled', reason }, causes);
    clearEnded(ledger, clientOrderId);
    return;
  }
  if (isTerminal(order.status) || order.status === 'PENDING_CANCEL') return;
  ledger.say(clientOrderId, { type: 'OrderCancelRequested', reason }, causes);
  ledger.request('CANCEL', clientOrderId);
};

/** Ends everything that could still open or enlarge a position; stops and exits go on. */
export const withdrawEntries = (ledger: DeskLedger, reason: string, causes: readonly string[]): void => {
  const entries = Object.values(ledger.state.open)
    .filter(({ order }) => !isReduceOnly(order.intent))
    .sort((left, right) => left.placement - right.placement);
  for (const { order } of entries) withdraw(ledger, order, reason, causes);
};

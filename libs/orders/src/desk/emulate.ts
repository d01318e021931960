import type { UnixNanos } from '@tradewind/vocabulary';

import { handlingOf } from '../emulation/handling.js';
import { timeOrder } from '../emulation/held-orders.js';
import { watchPrice } from '../emulation/watch.js';
import type { EmulationEffect, PriceSeen } from '../emulation/watch.js';
import { isReduceOnly } from '../order.js';
import { isTerminal } from '../transition.js';
import { DeskLedger } from './desk-ledger.js';
import type { DeskOutcome } from './desk-ledger.js';
import type { DeskPolicy, DeskState } from './desk-state.js';
import { deskDenialOf } from './gate.js';
import { alignProtection } from './protection.js';
import { clearEnded, unhold, withdraw } from './working-orders.js';

const release = (
  ledger: DeskLedger,
  { clientOrderId, price }: Extract<EmulationEffect, { type: 'RELEASE' }>,
  policy: DeskPolicy,
  causes: readonly string[],
): void => {
  const order = ledger.order(clientOrderId);
  if (order === undefined || ledger.trySay(clientOrderId, { type: 'OrderReleased', price }, causes) === undefined) return;
  unhold(ledger, clientOrderId);
  const denial = isReduceOnly(order.intent) ? undefined : deskDenialOf(ledger.state, order.intent, policy);
  if (denial !== undefined) {
    ledger.say(clientOrderId, { type: 'OrderDenied', code: denial }, causes);
    clearEnded(ledger, clientOrderId);
    return;
  }
  ledger.say(clientOrderId, { type: 'OrderSubmitted' }, causes);
  ledger.request('SUBMIT', clientOrderId);
  // The stop gives way first: a venue may fill both, or refuse the second for want of shares.
  alignProtection(ledger, order.intent.symbol, policy, causes);
};

const carryOut = (ledger: DeskLedger, effect: EmulationEffect, policy: DeskPolicy, causes: readonly string[]): void => {
  const order = ledger.order(effect.clientOrderId);
  if (order === undefined || isTerminal(order.status)) return;
  switch (effect.type) {
    case 'RELEASE':
      release(ledger, effect, policy, causes);
      return;
    case 'RATCHET':
      ledger.trySay(effect.clientOrderId, { type: 'OrderUpdated', terms: effect.terms }, causes);
      return;
    case 'EXPIRE':
      ledger.trySay(effect.clientOrderId, { type: 'OrderExpired' }, causes);
      clearEnded(ledger, effect.clientOrderId);
      return;
    case 'CANCEL':
      withdraw(ledger, order, effect.reason, causes);
  }
};

/** A price reaches, or moves, what is held on our side. */
export const seePrice = (ledger: DeskLedger, seen: PriceSeen, policy: DeskPolicy, causes: readonly string[]): void => {
  const before = ledger.state.desk.emulation;
  const { state, effects } = watchPrice(before, seen);
  if (state !== before) ledger.note('EmulationChanged', { emulation: state });
  for (const effect of effects) carryOut(ledger, effect, policy, causes);
};

/** Trades and quotes between the steps. Nothing is written while no order waits for the symbol. */
export const seePrices = (
  state: DeskState,
  prices: readonly PriceSeen[],
  at: UnixNanos,
  causes: readonly string[],
  policy: DeskPolicy,
): DeskOutcome => {
  const ledger = new DeskLedger(state, at);
  for (const seen of prices) if (ledger.state.desk.emulation.held[seen.symbol] !== undefined) seePrice(ledger, seen, policy, causes);
  return ledger.outcome(causes);
};

/** An order that the venue can't end by itself is ended by us as soon as it has had its moment. */
export const timeOut = (ledger: DeskLedger, policy: DeskPolicy, afterNanos: bigint): void => {
  for (const [clientOrderId, { order }] of Object.entries(ledger.state.open)) {
    const handling = handlingOf(order.intent, policy.capabilities);
    const timed = (handling.kind === 'SENT_AS' || handling.kind === 'HELD') && handling.cancelBy === 'AT_ONCE';
    if (
      !timed ||
      order.venueOrderId === undefined ||
      ledger.state.desk.emulation.timed.some((entry) => entry.clientOrderId === clientOrderId)
    )
      continue;
    const cancelAt = (ledger.at + afterNanos) as UnixNanos;
    ledger.note('EmulationChanged', {
      emulation: timeOrder(ledger.state.desk.emulation, { clientOrderId, cancelAt, reason: 'NOT_FILLED_AT_ONCE' }),
    });
  }
  for (const { clientOrderId, cancelAt, reason } of ledger.state.desk.emulation.timed) {
    const order = ledger.order(clientOrderId);
    if (order !== undefined && cancelAt <= ledger.at) withdraw(ledger, order, reason, [`timed/${clientOrderId}`]);
  }
};

import type { OrdersChanged } from '@tradewind/orders';

import type { RiskSetting } from './decide-step.js';
import { ExposureBook } from './exposure-book.js';
import type { ProtectionsOrdered } from './facts.js';
import type { ReturnHistory } from './history.js';
import { Journal } from './journal.js';
import { watchAccount } from './monitor.js';
import { heardOf } from './observation.js';
import { protectiveIntents } from './protective-orders.js';
import { tightenedStops } from './protective-stops.js';
import { pendingOf } from './reservation.js';
import { completeRisk } from './risk-state.js';
import type { RiskEvent, RiskState } from './risk-state.js';

export interface ChangesAnswer {
  readonly state: RiskState;
  readonly events: readonly RiskEvent[];
  /** Undefined when nothing is asked for. */
  readonly protections?: ProtectionsOrdered;
}

/**
 * What became of orders and account between the steps: releases reservations and works the breakers, as a step does, on the account that was told. Ids are
 * derived from the message, so told twice it orders nothing twice. An account of somebody else changes nothing.
 */
export const observeChanges = (before: RiskState, changed: OrdersChanged, history: ReturnHistory, setting: RiskSetting): ChangesAnswer => {
  const state = completeRisk(before);
  if (changed.accountId !== state.accountId) return { state, events: [] };
  const { account, at, id } = changed;
  const { profile, instruments } = setting;
  const journal = new Journal(state);
  journal.record({ type: 'ChangesObserved', id: `co/${id}`, at, accountAt: account.at, ...heardOf(state, changed.events, account) });
  // An account that is older than the known one says nothing about what is risked now.
  if (account.at < state.accountAt) return { state: journal.state, events: journal.events };
  const watched = watchAccount(journal, state, { at, key: id, actionKey: id }, profile, { account, history, instruments });
  if (watched.actions.length === 0) return { state: journal.state, events: journal.events };
  const book = new ExposureBook(account, journal.state.pending, instruments, profile, journal.state.strategyHoldings);
  const reducing = protectiveIntents(watched.protections, account, book, instruments);
  const tightened = watched.tightening === undefined ? [] : tightenedStops(watched.tightening, account, journal.state.stops, instruments);
  const reserved = reducing.map((intent) => pendingOf(intent, journal.state.session));
  if (reserved.length > 0 || tightened.length > 0) {
    journal.record({
      type: 'ProtectionsReserved',
      id: `pd/${id}`,
      at,
      reserved,
      tightened: tightened.map(({ symbol, stopPrice }) => ({ symbol, price: stopPrice })),
    });
  }
  return {
    state: journal.state,
    events: journal.events,
    protections: {
      id: `risk.protections/${id}`,
      run: changed.run,
      accountId: state.accountId,
      at,
      intents: [...reducing, ...tightened],
      breakers: watched.actions,
      state: journal.state.trading,
      causes: [id],
    },
  };
};

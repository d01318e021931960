import type { AccountEvent } from '@tradewind/portfolio';
import type { UnixNanos } from '@tradewind/vocabulary';

import type { OrdersHalted } from '../facts.js';
import { clientOrderIdOf } from '../ledger.js';
import { isReduceOnly } from '../order.js';
import type { TradingStatusAnnouncement } from '../trading-status.js';
import { isTerminal } from '../transition.js';
import { timeOut } from './emulate.js';
import { DeskLedger } from './desk-ledger.js';
import type { DeskOutcome } from './desk-ledger.js';
import type { DeskLink, DeskPolicy, DeskState } from './desk-state.js';
import { endRejected } from './reports.js';
import { SECOND } from './requests.js';
import { alignAll } from './protection.js';
import { flattenAll } from './steps.js';
import { withdraw, withdrawEntries } from './working-orders.js';

/** A new leader, or the same one after a restart: what was being sent is in doubt, and nothing is compared yet. */
export const openDesk = (state: DeskState, at: UnixNanos): DeskOutcome => {
  const ledger = new DeskLedger(state, at);
  const doubtful = Object.values(state.desk.requests).filter(({ stage }) => stage === 'SENT');
  ledger.note('DeskOpened', {
    reconciled: false,
    suspects: Object.fromEntries(Object.keys(state.desk.suspects).map((id) => [id, null])),
    requests: Object.fromEntries(doubtful.map((request) => [request.id, { ...request, stage: 'IN_DOUBT' as const, at, looks: 0 }])),
  });
  return ledger.outcome([]);
};

const LINK_ANOMALY = { DOWN: 'BROKER_LOST', LOGIN_NEEDED: 'LOGIN_NEEDED' } as const;

/** The broker's link came or went. What the policy asks for on a loss is done when it is back: until then nobody would hear it. */
export const changeLink = (
  state: DeskState,
  link: { readonly kind: 'UP' } | { readonly kind: 'DOWN' | 'LOGIN_NEEDED'; readonly reason: string },
  at: UnixNanos,
  policy: DeskPolicy,
): DeskOutcome => {
  const ledger = new DeskLedger(state, at);
  const before = state.desk.link;
  if (before.kind === link.kind) return ledger.outcome([]);
  const wasAway = before.kind === 'DOWN' || before.kind === 'LOGIN_NEEDED';
  const next: DeskLink = {
    kind: link.kind,
    since: wasAway && link.kind !== 'UP' ? before.since : at,
    reason: link.kind === 'UP' ? '' : link.reason,
    lost: before.lost && link.kind !== 'UP',
  };
  const cause = `link/${policy.venue}/${at}`;
  // What happened meanwhile is known when the books have been compared; entries wait for that.
  const { reconciled } = state.desk;
  ledger.note('BrokerLinkChanged', { link: next, reconciled: reconciled && !wasAway });
  if (link.kind !== 'UP') {
    ledger.tell({
      id: `an/${cause}`,
      code: LINK_ANOMALY[link.kind],
      parameters: { venue: policy.venue, reason: link.reason.slice(0, 500) },
    });
    return ledger.outcome([cause]);
  }
  if (wasAway) ledger.tell({ id: `an/${cause}`, code: 'BROKER_BACK', parameters: { venue: policy.venue } });
  const lost = wasAway && (before.lost || at - before.since >= policy.brokerLostAfterNanos);
  if (lost && policy.brokerLost !== 'hold') withdrawEntries(ledger, 'BROKER_LOST', [cause]);
  if (lost && policy.brokerLost === 'flatten') {
    flattenAll(ledger, 'breaker:broker-lost', cause, policy, (symbol) => clientOrderIdOf(`${cause}/${symbol}`));
  }
  return ledger.outcome([cause]);
};

/** A person, risk, or the dead-man's switch says what may be traded; `orders.halted` tells what it ended. */
const announce = (
  state: DeskState,
  { id, at, status }: TradingStatusAnnouncement,
): { readonly state: DeskState; readonly halted: OrdersHalted | undefined; readonly events: DeskLedger['events'] } => {
  const ledger = new DeskLedger(state, at);
  ledger.stage({ type: 'TradingStatusAnnounced', id: `os/${id}`, at, status });
  if (status === 'HALTED') withdrawEntries(ledger, 'TRADING_HALTED', [id]);
  const events = ledger.orderEvents;
  const halted = events.length === 0 ? undefined : { id: `orders.halted/${id}`, at, events, causes: [id] };
  return { state: ledger.state, halted, events: ledger.events };
};

export type Announced = ReturnType<typeof announce>;

/** A trading state told by risk. */
export const announceDeskStatus = (state: DeskState, announcement: TradingStatusAnnouncement): Announced => {
  const said = announce(state, announcement);
  const ledger = new DeskLedger(said.state, announcement.at);
  if (announcement.at > state.desk.statusAt) ledger.note('TradingStatusSeen', { statusAt: announcement.at });
  return { ...said, state: ledger.state, events: [...said.events, ...ledger.events] };
};

/**
 * A Halt command heard without risk. Undefined when risk has answered it, or a later one, already: its word is the later one then. Risk's own announcement of the
 * same halt finds nothing left to do.
 */
export const haltDesk = (state: DeskState, command: { readonly id: string; readonly at: UnixNanos }): Announced | undefined => {
  if (command.at <= state.desk.statusAt || state.halt !== 'NONE') return undefined;
  return announce(state, { id: command.id, at: command.at, status: 'HALTED' });
};

/** What time alone changes: entries that worked too long or were not sent in time, cancels of a halt that the venue refused, stops to be tried again. */
export const passTime = (state: DeskState, at: UnixNanos, policy: DeskPolicy): DeskOutcome => {
  const ledger = new DeskLedger(state, at);
  loseLink(ledger, policy);
  doubtUnanswered(ledger);
  timeOut(ledger, policy, SECOND);
  for (const [id, { order }] of Object.entries(state.open)) {
    if (isReduceOnly(order.intent) || order.status === 'PENDING_CANCEL' || isTerminal(order.status)) continue;
    const submission = ledger.requestsOf(id, 'SUBMIT')[0];
    const unsent = submission?.stage === 'DUE' && at - submission.since >= policy.orderTimeoutNanos;
    const started = state.desk.clocks[id];
    const slow = started !== undefined && at - started >= policy.orderTimeoutNanos;
    if (!unsent && !slow) continue;
    const causes = [`timeout/${id}`];
    ledger.tell({
      id: `an/timeout/${id}`,
      code: 'ORDER_TIMEOUT',
      clientOrderId: id,
      symbol: order.intent.symbol,
      parameters: { status: order.status },
    });
    if (unsent && submission.sentAt === undefined) endRejected(ledger, order, 'TIMED_OUT', policy, causes);
    else withdraw(ledger, order, 'TIMED_OUT', causes);
  }
  if (state.halt !== 'NONE') withdrawEntries(ledger, 'TRADING_HALTED', ['halted']);
  alignAll(ledger, policy, [`time/${at}`]);
  return ledger.outcome([`time/${at}`]);
};

/** No request takes so long: whoever sent it has forgotten it. */
const ANSWERED_WITHIN = 120n * SECOND;

const doubtUnanswered = (ledger: DeskLedger): void => {
  for (const request of Object.values(ledger.state.desk.requests)) {
    if (request.stage === 'SENT' && ledger.at - request.at >= ANSWERED_WITHIN)
      ledger.restage(request, { stage: 'IN_DOUBT', at: ledger.at, looks: 0 });
  }
};

const loseLink = (ledger: DeskLedger, policy: DeskPolicy): void => {
  const { link } = ledger.state.desk;
  const away = link.kind === 'DOWN' || link.kind === 'LOGIN_NEEDED';
  if (away && !link.lost && ledger.at - link.since >= policy.brokerLostAfterNanos)
    ledger.note('BrokerLinkChanged', { link: { ...link, lost: true } });
};

/** A person cancels one order; one that has ended stays as it is. */
export const cancelOrder = (
  state: DeskState,
  command: { readonly id: string; readonly clientOrderId: string },
  at: UnixNanos,
): DeskOutcome => {
  const ledger = new DeskLedger(state, at);
  const order = ledger.order(command.clientOrderId);
  if (order !== undefined && !isTerminal(order.status)) withdraw(ledger, order, 'OPERATOR', [command.id]);
  return ledger.outcome([command.id]);
};

/**
 * A person books what the venue does not tell, once per id. Throws AccountingError when it can't be booked.
 */
export const bookAccountEvent = (
  state: DeskState,
  command: { readonly id: string; readonly event: AccountEvent },
  at: UnixNanos,
): DeskOutcome => {
  const ledger = new DeskLedger(state, at);
  const { id } = command.event;
  if (id in state.desk.activities) return ledger.outcome([command.id]);
  ledger.note('AccountCompared', { activities: { [id]: at } });
  ledger.book({ ...command.event, causes: [...command.event.causes, command.id] });
  return ledger.outcome([command.id]);
};

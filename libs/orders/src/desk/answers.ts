import type { RejectCode, VenueOrderView } from '@tradewind/venue';
import type { UnixNanos } from '@tradewind/vocabulary';

import { isReduceOnly } from '../order.js';
import type { Order } from '../order.js';
import { isTerminal } from '../transition.js';
import { DeskLedger } from './desk-ledger.js';
import type { DeskOutcome } from './desk-ledger.js';
import type { DeskPolicy, DeskRequest, DeskState } from './desk-state.js';
import { alignProtection } from './protection.js';
import { acknowledge, endOrder, endRejected } from './reports.js';
import { SECOND } from './requests.js';
import { alignWithView } from './order-view.js';

/** The venue's answer to one request, as libs/brokers gives it. */
export type RequestAnswer =
  | { readonly status: 'TAKEN'; readonly venueOrderId: string }
  | { readonly status: 'REFUSED'; readonly code: RejectCode; readonly message: string }
  | { readonly status: 'NOT_SENT'; readonly message: string }
  | { readonly status: 'UNKNOWN'; readonly message: string };

/** How long after the last sending the venue's "never had it" is believed: until then it may be under way. */
const ABSENT_AFTER = 5n * SECOND;
/** And how often it has to say so: a clock that is set forward makes any time pass. */
const ABSENT_LOOKS = 3;
/** How long the effect of a request that was taken may take to show before the venue is asked. */
const EFFECT_WITHIN = 5n * SECOND;
const RESEND_SECONDS = [1n, 2n, 5n, 10n, 30n] as const;

const later = (ledger: DeskLedger, nanos: bigint): UnixNanos => (ledger.at + nanos) as UnixNanos;

/** To be sent again: it is certainly not at the venue. */
const resend = (ledger: DeskLedger, request: DeskRequest, atOnce = false): void => {
  const { sentAt: _gone, ...rest } = request;
  const wait = atOnce ? 0n : (RESEND_SECONDS[Math.min(request.attempts, RESEND_SECONDS.length) - 1] ?? 1n);
  ledger.note('RequestSettled', { requests: { [request.id]: { ...rest, stage: 'DUE', at: later(ledger, wait * SECOND) } } });
};

const doubt = (ledger: DeskLedger, request: DeskRequest): void => ledger.restage(request, { stage: 'IN_DOUBT', at: ledger.at, looks: 0 });

/** A submission that certainly did not leave: sent later, unless the order was withdrawn meanwhile. */
const unsent = (ledger: DeskLedger, order: Order, request: DeskRequest, policy: DeskPolicy): void => {
  if (request.kind === 'SUBMIT' && order.status === 'PENDING_CANCEL')
    endOrder(ledger, order, { type: 'OrderCanceled', reason: 'NEVER_SENT' }, policy, [request.id]);
  else resend(ledger, request);
};

const refusedSubmit = (ledger: DeskLedger, order: Order, request: DeskRequest, code: RejectCode, policy: DeskPolicy): void => {
  if (code === 'RATE_LIMITED') return unsent(ledger, order, request, policy);
  // The venue has an order of this id: it is ours, and what became of it is to be asked.
  if (code === 'DUPLICATE_ORDER_ID') return doubt(ledger, request);
  ledger.settle([request]);
  endRejected(ledger, order, code, policy, [request.id]);
};

const refusedOther = (ledger: DeskLedger, order: Order, request: DeskRequest, code: RejectCode, policy: DeskPolicy): void => {
  if (code === 'RATE_LIMITED') return resend(ledger, request);
  if (code === 'ORDER_UNKNOWN' || code === 'TOO_LATE') return doubt(ledger, request);
  ledger.settle([request]);
  const pending = request.kind === 'CANCEL' ? 'PENDING_CANCEL' : 'PENDING_UPDATE';
  if (order.status !== pending) return;
  endOrder(ledger, order, { type: request.kind === 'CANCEL' ? 'OrderCancelRejected' : 'OrderUpdateRejected', code }, policy, [request.id]);
};

/**
 * Writes down the answer to a request that was taken. UNKNOWN is not an answer: the venue is asked what it knows. An answer to a request that a report has settled
 * meanwhile changes nothing.
 */
export const recordAnswer = (
  state: DeskState,
  requestId: string,
  answer: RequestAnswer,
  at: UnixNanos,
  policy: DeskPolicy,
): DeskOutcome => {
  const ledger = new DeskLedger(state, at);
  const request = state.desk.requests[requestId];
  const order = request === undefined ? undefined : ledger.order(request.clientOrderId);
  if (request === undefined || order === undefined || request.stage !== 'SENT') return ledger.outcome([]);
  if (answer.status === 'NOT_SENT') unsent(ledger, order, request, policy);
  else if (answer.status === 'UNKNOWN') doubt(ledger, request);
  else if (answer.status === 'REFUSED') {
    if (request.kind === 'SUBMIT') refusedSubmit(ledger, order, request, answer.code, policy);
    else refusedOther(ledger, order, request, answer.code, policy);
  } else if (request.kind === 'SUBMIT') acknowledge(ledger, order, answer.venueOrderId, [requestId]);
  else ledger.restage(request, { stage: 'ANSWERED', at: later(ledger, EFFECT_WITHIN) });
  alignProtection(ledger, order.intent.symbol, policy, [requestId]);
  return ledger.outcome([requestId]);
};

/** The submission is certainly not at the venue: sent again while the decision holds, else refused; exits and stops always go on. */
const absentSubmit = (ledger: DeskLedger, order: Order, request: DeskRequest, policy: DeskPolicy): void => {
  const causes = [request.id];
  if (order.status === 'PENDING_CANCEL') {
    endOrder(ledger, order, { type: 'OrderCanceled', reason: 'NEVER_ARRIVED' }, policy, causes);
    return;
  }
  const stale = ledger.at - request.since >= policy.orderTimeoutNanos;
  if (!isReduceOnly(order.intent) && stale) {
    endRejected(ledger, order, 'TIMED_OUT', policy, causes);
    return;
  }
  resend(ledger, request, true);
};

/**
 * What the venue said when it was asked for an order: how it stands there, or undefined when it has never had it. Evidence settles what was in doubt; a cancel
 * without effect is sent again; nothing is ever guessed.
 */
export const recordFound = (
  state: DeskState,
  clientOrderId: string,
  view: VenueOrderView | undefined,
  at: UnixNanos,
  policy: DeskPolicy,
): DeskOutcome => {
  const ledger = new DeskLedger(state, at);
  const order = ledger.order(clientOrderId);
  if (order === undefined) return ledger.outcome([]);
  if (view !== undefined) {
    alignWithView(ledger, order, view, policy, [`find/${clientOrderId}/${at}`]);
    alignProtection(ledger, order.intent.symbol, policy, [`find/${clientOrderId}/${at}`]);
    return ledger.outcome([`find/${clientOrderId}/${at}`]);
  }
  ledger.settle(ledger.requestsOf(clientOrderId, 'LOOK'));
  for (const request of ledger.requestsOf(clientOrderId)) {
    const sure = request.looks >= ABSENT_LOOKS && (request.sentAt === undefined || at - request.sentAt >= ABSENT_AFTER);
    if (request.kind === 'SUBMIT' && request.stage === 'IN_DOUBT' && sure && !isTerminal(order.status))
      absentSubmit(ledger, order, request, policy);
  }
  return ledger.outcome([`find/${clientOrderId}/${at}`]);
};

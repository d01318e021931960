import { takesNatively } from '@tradewind/venue';
import type { TimeInForce, VenueOrder, VenueOrderChange } from '@tradewind/venue';
import { absolute, greatest } from '@tradewind/vocabulary';
import type { Quantity, Symbol, UnixNanos } from '@tradewind/vocabulary';

import { handlingOf } from '../emulation/handling.js';
import { isReduceOnly, leavesOf, termsOf } from '../order.js';
import type { Order } from '../order.js';
import type { DeskPolicy, DeskRequest, DeskState } from './desk-state.js';
import { DeskLedger } from './desk-ledger.js';
import { entriesRefused } from './gate.js';
import { TARGET_PURPOSE } from './protection.js';
import { isTimeFor } from './waiting.js';

/** What is to be done at the venue now. */
export type DueRequest =
  | { readonly kind: 'SUBMIT'; readonly requestId: string; readonly order: VenueOrder }
  | { readonly kind: 'REPLACE'; readonly requestId: string; readonly order: VenueOrderName; readonly change: VenueOrderChange }
  | { readonly kind: 'CANCEL'; readonly requestId: string; readonly order: VenueOrderName }
  /** Ask the venue what it knows of the order: evidence for a request without an answer. */
  | { readonly kind: 'FIND'; readonly requestId: string; readonly clientOrderId: string };

/** An order by both of its names. */
export interface VenueOrderName {
  readonly clientOrderId: string;
  readonly venueOrderId?: string;
  readonly symbol: Symbol;
}

export const SECOND = 1_000_000_000n;
/** The first look is at once, later ones further and further apart. */
const LOOK_AFTER_SECONDS = [1n, 2n, 5n, 10n, 30n] as const;

/** A target is released when the price is there, and its stop is gone meanwhile: what does not trade at once gives its place back to the stop. */
const timeInForceOf = ({ intent, triggered }: Order, policy: DeskPolicy): TimeInForce => {
  const { capabilities } = policy;
  const handling = handlingOf(intent, capabilities);
  if (intent.purpose === TARGET_PURPOSE && triggered && takesNatively(capabilities, 'LIMIT', 'IOC')) return 'IOC';
  return handling.kind === 'SENT_AS' || handling.kind === 'HELD' ? handling.timeInForce : intent.timeInForce;
};

/** What the venue is sent for an order. */
export const venueOrderOf = (order: Order, policy: DeskPolicy): VenueOrder => {
  const { clientOrderId, symbol, side, ocoGroup } = order.intent;
  const { type, quantity, limitPrice, stopPrice, trail, limitOffset } = termsOf(order);
  return {
    clientOrderId,
    symbol,
    side,
    quantity,
    type,
    timeInForce: timeInForceOf(order, policy),
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(trail === undefined ? {} : { trail }),
    ...(limitOffset === undefined ? {} : { limitOffset }),
    ...(ocoGroup === undefined || !policy.capabilities.oneCancelsOther ? {} : { ocoGroup }),
  };
};

const pendingSubmit = (state: DeskState, clientOrderId: string): DeskRequest | undefined =>
  Object.values(state.desk.requests).find((request) => request.kind === 'SUBMIT' && request.clientOrderId === clientOrderId);

/** An order that the venue has, or may have. */
const mayBeAtVenue = (state: DeskState, { intent, status }: Order): boolean =>
  status !== 'EMULATED' && status !== 'INITIALIZED' && status !== 'RELEASED' && pendingSubmit(state, intent.clientOrderId)?.stage !== 'DUE';

/**
 * What reducing orders of the symbol may still be sent: the position, less what such orders at the venue could take of it. So two of them can't turn the position
 * round, and a venue that sets shares aside for an order is never asked for the same share twice. Orders of one group take it once.
 */
const roomToReduce = (state: DeskState, symbol: string, except: string, { capabilities: { oneCancelsOther } }: DeskPolicy): Quantity => {
  const groupOf = ({ ocoGroup, clientOrderId }: Order['intent']): string => (oneCancelsOther ? (ocoGroup ?? clientOrderId) : clientOrderId);
  const groups = new Map<string, Quantity>();
  for (const { order: other } of Object.values(state.open)) {
    const { intent } = other;
    if (intent.symbol !== symbol || intent.clientOrderId === except || !isReduceOnly(intent) || !mayBeAtVenue(state, other)) continue;
    const group = groupOf(intent);
    groups.set(group, greatest(groups.get(group) ?? (0n as Quantity), leavesOf(other)));
  }
  const order = state.open[except]?.order;
  const own = order === undefined ? except : groupOf(order.intent);
  let taken = 0n;
  for (const [group, leaves] of groups) if (group !== own) taken += leaves;
  return (absolute(state.account.positions[symbol]?.quantity ?? (0n as Quantity)) - taken) as Quantity;
};

const submitBlocked = (state: DeskState, order: Order, policy: DeskPolicy): boolean => {
  if (isReduceOnly(order.intent)) return leavesOf(order) > roomToReduce(state, order.intent.symbol, order.intent.clientOrderId, policy);
  return entriesRefused(state) !== undefined;
};

const dueOf = (state: DeskState, request: DeskRequest, now: UnixNanos, policy: DeskPolicy): DueRequest | undefined => {
  const { clientOrderId, stage, at, id: requestId, kind } = request;
  if (stage === 'SENT' || !isTimeFor(at, now)) return undefined;
  const order = state.open[clientOrderId]?.order ?? state.closed[clientOrderId]?.order;
  if (order === undefined) return undefined;
  if (stage !== 'DUE') return { kind: 'FIND', requestId, clientOrderId };
  if (kind === 'SUBMIT') {
    return submitBlocked(state, order, policy) ? undefined : { kind, requestId, order: venueOrderOf(order, policy) };
  }
  // What may not have arrived can't be amended or cancelled: the submission comes to its end first.
  if (pendingSubmit(state, clientOrderId) !== undefined) return undefined;
  const { venueOrderId } = order;
  const name: VenueOrderName = { clientOrderId, symbol: order.intent.symbol, ...(venueOrderId === undefined ? {} : { venueOrderId }) };
  if (kind === 'CANCEL') return { kind, requestId, order: name };
  return kind === 'LOOK' || request.change === undefined ? undefined : { kind, requestId, order: name, change: request.change };
};

const URGENCY: Readonly<Record<DueRequest['kind'], number>> = { CANCEL: 0, REPLACE: 1, SUBMIT: 2, FIND: 3 };

/**
 * What the shell is to carry out now, cancels first. Each is to be taken with `takeRequests`, committed, carried out, and its answer recorded: a crash in
 * between leaves it SENT, which the next leader finds in doubt and looks up.
 */
export const dueRequests = (state: DeskState, now: UnixNanos, policy: DeskPolicy): readonly DueRequest[] => {
  if (state.desk.link.kind !== 'UP') return [];
  return Object.values(state.desk.requests)
    .flatMap((request) => dueOf(state, request, now, policy) ?? [])
    .sort((left, right) => URGENCY[left.kind] - URGENCY[right.kind]);
};

/** Whether `dueRequests` may have something: cheaper to ask, and asked often. */
export const mayBeDue = (state: DeskState, now: UnixNanos): boolean =>
  Object.values(state.desk.requests).some(({ stage, at }) => stage !== 'SENT' && isTimeFor(at, now));

/** Asked in the last moment before it goes: an order that was withdrawn since it was taken, by a halt say, does not leave any more. */
export const mayStillGo = (state: DeskState, request: DueRequest): boolean =>
  request.kind !== 'SUBMIT' || state.open[request.order.clientOrderId]?.order.status === 'SUBMITTED';

/** Marks requests as taken by this sender; what is no longer due is left out. Commit it before anything is sent. */
export const takeRequests = (
  state: DeskState,
  due: readonly DueRequest[],
  now: UnixNanos,
): { readonly state: DeskState; readonly events: DeskLedger['events'] } => {
  const ledger = new DeskLedger(state, now);
  const rows: Record<string, DeskRequest> = {};
  for (const { kind, requestId } of due) {
    const request = state.desk.requests[requestId];
    if (request === undefined || request.stage === 'SENT') continue;
    if (kind === 'FIND') {
      const wait = LOOK_AFTER_SECONDS[Math.min(request.looks, LOOK_AFTER_SECONDS.length - 1)]!;
      const setBack = request.sentAt !== undefined && request.sentAt > now ? { sentAt: now } : {};
      rows[requestId] = { ...request, ...setBack, looks: request.looks + 1, at: (now + wait * SECOND) as UnixNanos };
    } else if (request.stage === 'DUE') {
      rows[requestId] = { ...request, stage: 'SENT', attempts: request.attempts + 1, at: now, sentAt: now };
    }
  }
  if (Object.keys(rows).length > 0) ledger.note('RequestsTaken', { requests: rows });
  return { state: ledger.state, events: ledger.events };
};

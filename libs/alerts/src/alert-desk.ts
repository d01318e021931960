import type { AuditCommand } from '@tradewind/audit';

import { acknowledge, type AlertBook, type AlertPolicy, emptyAlertBook, forgetOld, takeSignals } from './alert-book.js';
import { type AlertMessage, dueMessages } from './message.js';
import { signalsOf } from './rules/sequence.js';
import { type AlertSignal, gravity, type RecordedFact, type Severity } from './signal.js';

/** A message on its way to one channel. */
export interface Delivery {
  readonly message: AlertMessage;
  readonly channel: string;
  readonly attempts: number;
  /** Nobody tries before: it waits for its next attempt, or somebody is at it. */
  readonly notBeforeMs: number;
}

/** Everything the alerting of a trail knows; plain data. Times in milliseconds since 1970, wall clock. */
export interface AlertDesk {
  /** Up to which record of each chain it has read. */
  readonly cursors: Readonly<Record<string, number>>;
  readonly book: AlertBook;
  readonly deliveries: readonly Delivery[];
}

/** The facts of one chain between two records. */
export interface ChainFacts {
  readonly chain: string;
  readonly facts: readonly (RecordedFact & { readonly sequence: number })[];
  /** Everything up to here was looked at. */
  readonly upTo: number;
}

/** A channel and the least grave alert that goes there. */
export interface Route {
  readonly channel: string;
  readonly severityMin: Severity;
}

/** So long one attempt may take before another one is made. */
const CLAIM_MS = 15_000;
const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 300_000;
/** A message that no channel took for so long is of no use any more. */
const DELIVERY_MAX_MS = 86_400_000;

/** A desk that tells of nothing recorded before `cursors`. */
export const openAlertDesk = (cursors: Readonly<Record<string, number>>): AlertDesk => ({
  cursors,
  book: emptyAlertBook(),
  deliveries: [],
});

const testSignal = ({ id, actor, reason, at }: AuditCommand): AlertSignal => ({
  key: `test/${id}`,
  group: 'test',
  severity: 'CRITICAL',
  state: 'RAISED',
  title: `Test of the alerts by ${actor}`,
  lines: [reason],
  at,
  factId: id,
});

const taken = (book: AlertBook, recorded: RecordedFact, nowMs: number): AlertBook => {
  if (recorded.kind !== 'audit-command') return takeSignals(book, signalsOf(recorded), nowMs);
  const command = recorded.fact as AuditCommand;
  return command.type === 'TestAlerts' ? takeSignals(book, [testSignal(command)], nowMs) : acknowledge(book, command).book;
};

/**
 * The desk after newly recorded facts and the passing of time, and the messages that became due. Facts it has read already change nothing. What waits for a channel that is
 * no more is let go. Book and deliveries stay the same objects when nothing happens to them.
 */
export const advanceDesk = (
  desk: AlertDesk,
  found: readonly ChainFacts[],
  nowMs: number,
  routes: readonly Route[],
  policy: AlertPolicy,
): { readonly desk: AlertDesk; readonly messages: readonly AlertMessage[] } => {
  let { book } = desk;
  const cursors: Record<string, number> = { ...desk.cursors };
  for (const { chain, facts, upTo } of found) {
    const from = cursors[chain] ?? 0;
    for (const fact of facts) if (fact.sequence > from) book = taken(book, fact, nowMs);
    cursors[chain] = Math.max(from, upTo);
  }
  const due = dueMessages(forgetOld(book, nowMs, policy), nowMs, policy);
  const deliveries = due.messages.flatMap((message) =>
    routes
      .filter(({ severityMin }) => gravity(message.severity) >= gravity(severityMin))
      .map(({ channel }): Delivery => ({ message, channel, attempts: 0, notBeforeMs: nowMs })),
  );
  const waiting = desk.deliveries.filter(({ channel }) => routes.some((route) => route.channel === channel));
  const isSame = deliveries.length === 0 && waiting.length === desk.deliveries.length;
  return {
    desk: { cursors, book: due.book, deliveries: isSame ? desk.deliveries : [...waiting, ...deliveries] },
    messages: due.messages,
  };
};

/** The next message of a channel, which nobody else tries for a while; messages of a channel keep their order. */
export const claimDelivery = (
  desk: AlertDesk,
  channel: string,
  nowMs: number,
): { readonly desk: AlertDesk; readonly delivery: Delivery | undefined } => {
  const index = desk.deliveries.findIndex((delivery) => delivery.channel === channel);
  const next = desk.deliveries[index];
  if (next === undefined || next.notBeforeMs > nowMs) return { desk, delivery: undefined };
  const delivery = { ...next, attempts: next.attempts + 1, notBeforeMs: nowMs + CLAIM_MS };
  return { desk: { ...desk, deliveries: desk.deliveries.with(index, delivery) }, delivery };
};

export type DeliveryOutcome = { readonly status: 'SENT' | 'REFUSED' } | { readonly status: 'FAILED'; readonly retryAfterMs?: number };

/** What became of a claimed message: gone, or tried again later, up to a day. `given up` says that it is lost. */
export const settleDelivery = (
  desk: AlertDesk,
  { message, channel, attempts }: Delivery,
  outcome: DeliveryOutcome,
  nowMs: number,
): { readonly desk: AlertDesk; readonly givenUp: boolean } => {
  const index = desk.deliveries.findIndex((delivery) => delivery.channel === channel && delivery.message.id === message.id);
  const delivery = desk.deliveries[index];
  if (delivery === undefined) return { desk, givenUp: false };
  const stale = nowMs - message.atMs > DELIVERY_MAX_MS;
  if (outcome.status !== 'FAILED' || stale)
    return { desk: { ...desk, deliveries: desk.deliveries.toSpliced(index, 1) }, givenUp: outcome.status !== 'SENT' };
  const backoff = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (attempts - 1));
  const notBeforeMs = nowMs + Math.max(backoff, outcome.retryAfterMs ?? 0);
  return { desk: { ...desk, deliveries: desk.deliveries.with(index, { ...delivery, notBeforeMs }) }, givenUp: false };
};

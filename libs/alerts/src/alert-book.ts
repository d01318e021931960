import type { AlertSignal, Severity } from './signal.js';
import { gravity } from './signal.js';

export type AlertStatus = 'OPEN' | 'ACKNOWLEDGED' | 'RESOLVED';

/** One trouble from its first signal to its end. Plain data; times in milliseconds since 1970, wall clock. */
export interface Alert {
  readonly key: string;
  /** 1 for the first episode of the key, 2 when it is raised again after it was resolved … */
  readonly episode: number;
  readonly group: string;
  readonly severity: Severity;
  readonly status: AlertStatus;
  readonly title: string;
  readonly lines: readonly string[];
  /** Signals of this episode. */
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** The latest facts, at most ten. */
  readonly factIds: readonly string[];
  readonly acknowledgedBy?: string;
  readonly acknowledgement?: string;
  /** Something about it has not been told yet, since this moment. */
  readonly untoldSinceMs?: number;
  readonly lastToldAtMs?: number;
}

export interface AlertPolicy {
  /** How long the first untold alert of a group waits for others to go into the same message. */
  readonly groupWindowMs: number;
  /** The least between two messages of a group; a new critical alert doesn't wait for it. */
  readonly groupIntervalMs: number;
  /** A critical alert that nobody acknowledged is told again after this long. */
  readonly repeatMs: number;
  /** Resolved alerts are forgotten after this long, acknowledged ones that stay silent too. */
  readonly keepMs: number;
}

export const ALERT_POLICY_DEFAULTS: AlertPolicy = {
  groupWindowMs: 1_000,
  groupIntervalMs: 30_000,
  repeatMs: 900_000,
  keepMs: 7 * 86_400_000,
};

/** Everything the alerts remember; plain data. */
export interface AlertBook {
  readonly alerts: Readonly<Record<string, Alert>>;
  /** When a message of the group was last made. */
  readonly toldAtMs: Readonly<Record<string, number>>;
  /** Messages made so far: their number is their id. */
  readonly messages: number;
}

export const emptyAlertBook = (): AlertBook => ({ alerts: {}, toldAtMs: {}, messages: 0 });

const FACTS_KEPT = 10;

const begun = (signal: AlertSignal, episode: number, nowMs: number): Alert => ({
  key: signal.key,
  episode,
  group: signal.group,
  severity: signal.severity,
  status: 'OPEN',
  title: signal.title,
  lines: signal.lines,
  count: 1,
  firstAtMs: nowMs,
  lastAtMs: nowMs,
  factIds: [signal.factId],
  untoldSinceMs: nowMs,
});

/** A signal of an episode that goes on: counted, and told only when it became graver. */
const continued = (alert: Alert, signal: AlertSignal, nowMs: number): Alert => {
  if (alert.factIds.includes(signal.factId)) return alert;
  const worse = gravity(signal.severity) > gravity(alert.severity);
  return {
    ...alert,
    title: signal.title,
    lines: signal.lines,
    severity: worse ? signal.severity : alert.severity,
    status: worse ? 'OPEN' : alert.status,
    count: alert.count + 1,
    lastAtMs: nowMs,
    factIds: [...alert.factIds, signal.factId].slice(-FACTS_KEPT),
    ...(worse && { untoldSinceMs: alert.untoldSinceMs ?? nowMs }),
  };
};

const resolved = (alert: Alert, signal: AlertSignal, nowMs: number): Alert => ({
  ...alert,
  status: 'RESOLVED',
  title: signal.title,
  lines: signal.lines,
  lastAtMs: nowMs,
  factIds: [...alert.factIds, signal.factId].slice(-FACTS_KEPT),
  untoldSinceMs: alert.untoldSinceMs ?? nowMs,
});

const taken = (alert: Alert | undefined, signal: AlertSignal, nowMs: number): Alert | undefined => {
  if (signal.state === 'RESOLVED') return alert === undefined || alert.status === 'RESOLVED' ? alert : resolved(alert, signal, nowMs);
  if (alert === undefined) return begun(signal, 1, nowMs);
  if (alert.status !== 'RESOLVED') return continued(alert, signal, nowMs);
  return alert.factIds.includes(signal.factId) ? alert : begun(signal, alert.episode + 1, nowMs);
};

/** The book after these signals, in order. A fact that comes again changes nothing while it is among the latest of its alert. */
export const takeSignals = (book: AlertBook, signals: readonly AlertSignal[], nowMs: number): AlertBook => {
  if (signals.length === 0) return book;
  const alerts: Record<string, Alert> = { ...book.alerts };
  for (const signal of signals) {
    const next = taken(alerts[signal.key], signal, nowMs);
    if (next !== undefined) alerts[signal.key] = next;
  }
  return { ...book, alerts };
};

export type AcknowledgementRefusal = 'ALERT_UNKNOWN' | 'ALREADY_SO' | 'ACTOR_MISSING' | 'REASON_MISSING';

/** A person takes an alert on: it is not repeated any more until it becomes graver or is raised anew. */
export const acknowledge = (
  book: AlertBook,
  answer: { readonly key: string; readonly actor: string; readonly reason: string },
): { readonly book: AlertBook; readonly refusal?: AcknowledgementRefusal } => {
  const alert = book.alerts[answer.key];
  if (alert === undefined) return { book, refusal: 'ALERT_UNKNOWN' };
  if (answer.actor.trim() === '') return { book, refusal: 'ACTOR_MISSING' };
  if (answer.reason.trim() === '') return { book, refusal: 'REASON_MISSING' };
  if (alert.status !== 'OPEN') return { book, refusal: 'ALREADY_SO' };
  const known: Alert = { ...alert, status: 'ACKNOWLEDGED', acknowledgedBy: answer.actor, acknowledgement: answer.reason };
  return { book: { ...book, alerts: { ...book.alerts, [answer.key]: known } } };
};

/** The book without what is over for long. */
export const forgetOld = (book: AlertBook, nowMs: number, { keepMs }: AlertPolicy): AlertBook => {
  const kept = Object.entries(book.alerts).filter(
    ([, alert]) => alert.untoldSinceMs !== undefined || alert.status === 'OPEN' || nowMs - alert.lastAtMs <= keepMs,
  );
  return kept.length === Object.keys(book.alerts).length ? book : { ...book, alerts: Object.fromEntries(kept) };
};

import type { Alert, AlertBook, AlertPolicy } from './alert-book.js';
import type { Severity } from './signal.js';
import { gravity } from './signal.js';

/** One message to people: the alerts of a group that are to be told now. */
export interface AlertMessage {
  /** `am/<number>`: told again, after a crash, under the same id. */
  readonly id: string;
  readonly group: string;
  /** Of the gravest alert in it. */
  readonly severity: Severity;
  readonly atMs: number;
  /** The gravest first. */
  readonly alerts: readonly Alert[];
}

const isRepeat = (alert: Alert, nowMs: number, policy: AlertPolicy): boolean =>
  alert.status === 'OPEN' &&
  alert.severity === 'CRITICAL' &&
  alert.untoldSinceMs === undefined &&
  nowMs - (alert.lastToldAtMs ?? nowMs) >= policy.repeatMs;

const groupIsDue = (alerts: readonly Alert[], toldAtMs: number | undefined, nowMs: number, policy: AlertPolicy): boolean => {
  const waited = alerts.some((alert) => nowMs - (alert.untoldSinceMs ?? nowMs) >= policy.groupWindowMs);
  const repeats = alerts.some((alert) => isRepeat(alert, nowMs, policy));
  if (!waited && !repeats) return false;
  const urgent = alerts.some((alert) => alert.severity === 'CRITICAL' && alert.untoldSinceMs !== undefined);
  return urgent || repeats || toldAtMs === undefined || nowMs - toldAtMs >= policy.groupIntervalMs;
};

const graver = (left: Alert, right: Alert): number =>
  gravity(right.severity) - gravity(left.severity) || (left.key < right.key ? -1 : left.key > right.key ? 1 : 0);

const told = ({ untoldSinceMs: _told, ...alert }: Alert, nowMs: number): Alert => ({ ...alert, lastToldAtMs: nowMs });

/**
 * The messages that are due, and the book in which they are told. A new alert waits at most the group's window, or, when the group has just been told and it is
 * not critical, the rest of the group's interval. Call it again soon: it does nothing while nothing is due.
 */
export const dueMessages = (
  book: AlertBook,
  nowMs: number,
  policy: AlertPolicy,
): { readonly book: AlertBook; readonly messages: readonly AlertMessage[] } => {
  const groups = new Map<string, Alert[]>();
  for (const alert of Object.values(book.alerts)) {
    if (alert.untoldSinceMs === undefined && !isRepeat(alert, nowMs, policy)) continue;
    const found = groups.get(alert.group);
    if (found === undefined) groups.set(alert.group, [alert]);
    else found.push(alert);
  }
  const messages: AlertMessage[] = [];
  const alerts: Record<string, Alert> = { ...book.alerts };
  const toldAtMs: Record<string, number> = { ...book.toldAtMs };
  for (const group of [...groups.keys()].sort()) {
    const found = groups.get(group)!;
    if (!groupIsDue(found, book.toldAtMs[group], nowMs, policy)) continue;
    const sorted = found.toSorted(graver);
    const number = book.messages + messages.length + 1;
    messages.push({ id: `am/${number}`, group, severity: sorted[0]!.severity, atMs: nowMs, alerts: sorted });
    for (const alert of sorted) alerts[alert.key] = told(alert, nowMs);
    toldAtMs[group] = nowMs;
  }
  if (messages.length === 0) return { book, messages };
  return { book: { alerts, toldAtMs, messages: book.messages + messages.length }, messages };
};

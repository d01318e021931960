import type { FactKind } from '@tradewind/audit';
import type { UnixNanos } from '@tradewind/vocabulary';

export const SEVERITIES = ['INFO', 'WARNING', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** How grave, comparable. */
export const gravity = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** What one fact says about one trouble. */
export interface AlertSignal {
  /** Identity of the trouble: what comes again under the same key is the same alert. */
  readonly key: string;
  /** What belongs into one message when it comes together, e.g. `orders`. */
  readonly group: string;
  readonly severity: Severity;
  /** `RESOLVED` ends what was raised under the key; without such an alert it says nothing. */
  readonly state: 'RAISED' | 'RESOLVED';
  /** One line, plain text. */
  readonly title: string;
  readonly lines: readonly string[];
  /** Event time of the fact. */
  readonly at: UnixNanos;
  readonly factId: string;
}

/** What alerts are raised from: facts of the trail, and messages that a service gave up, which no chain holds. */
export type AlertKind = FactKind | 'dead-letter';

/** A fact as the trail holds it. `fact` is what was recorded. */
export interface RecordedFact {
  readonly kind: AlertKind;
  readonly factId: string;
  readonly run: string;
  readonly symbol: string;
  readonly orderId: string;
  readonly actor: string;
  readonly at: UnixNanos;
  readonly fact: unknown;
}

/** Turns facts of some kinds into signals. Pure, and one file a rule. */
export interface AlertRule {
  readonly kinds: readonly AlertKind[];
  read(recorded: RecordedFact): readonly AlertSignal[];
}

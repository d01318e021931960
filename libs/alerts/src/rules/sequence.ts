import type { FactKind } from '@tradewind/audit';

import type { AlertKind, AlertRule, AlertSignal, RecordedFact } from '../signal.js';
import { breaker } from './breaker.js';
import { deadLetter } from './dead-letter.js';
import { modelStage } from './model-stage.js';
import { orderAnomaly } from './order-anomaly.js';
import { orderEvent } from './order-event.js';
import { qualityFault } from './quality-fault.js';
import { reconciliation } from './reconciliation.js';
import { riskCommand } from './risk-command.js';
import { tradingState } from './trading-state.js';
import { unreadable } from './unreadable.js';

const ALERT_RULES: readonly AlertRule[] = [
  tradingState,
  breaker,
  riskCommand,
  orderEvent,
  orderAnomaly,
  reconciliation,
  qualityFault,
  modelStage,
  unreadable,
  deadLetter,
];

/** Kinds of facts of the trail that can raise an alert; all others need not be read. */
export const ALERTING_KINDS: readonly FactKind[] = [...new Set(ALERT_RULES.flatMap(({ kinds }) => kinds))].filter(
  (kind) => kind !== 'dead-letter',
);

const RULES_OF: ReadonlyMap<AlertKind, readonly AlertRule[]> = new Map(
  ([...ALERTING_KINDS, 'dead-letter'] as const).map((kind) => [kind, ALERT_RULES.filter(({ kinds }) => kinds.includes(kind))]),
);

/** What a recorded fact says that a person must hear. */
export const signalsOf = (recorded: RecordedFact): readonly AlertSignal[] =>
  (RULES_OF.get(recorded.kind) ?? []).flatMap((rule) => rule.read(recorded));

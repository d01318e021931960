import type { Prediction } from '@tradewind/models';
import type { OrderEvent } from '@tradewind/orders';
import type { Analysis, SignalDecision } from '@tradewind/signals';

import { recordedFact } from './description.js';
import type { LineageKind, LineageNode } from './lineage.js';
import type { AuditRecord } from './record.js';

const VALIDATION_LAYERS = 5;

/** What an order's reason has to lead back to, by its purpose: one of each group. */
const signalled: readonly (readonly LineageKind[])[] = [
  ['verdict'],
  ['signal-decision'],
  ['prediction'],
  ['analysis'],
  ['feature-vector'],
  ['bar'],
  ['source', 'ticks'],
];

const neededFor = (purpose: string): readonly (readonly LineageKind[])[] => {
  if (purpose.startsWith('signal:')) return signalled;
  // A stop or a target stands beside a position: whoever opened that is its reason.
  if (purpose === 'stop' || purpose === 'target') return signalled;
  if (purpose.startsWith('breaker:')) return [['breaker']];
  if (purpose === 'kill-switch') return [['risk-command', 'trading-state']];
  if (purpose === 'series-end') return [['venue-rule']];
  if (purpose.startsWith('external:')) return [['reconciliation', 'orders-command']];
  return [];
};

const nodesOf = (node: LineageNode): LineageNode[] => [node, ...node.children.flatMap(nodesOf)];

const factOf = <T>(record: AuditRecord): T | undefined => (record.redaction === 0 ? (recordedFact(record) as T) : undefined);

/** What a single fact does not say although it has to. A redacted payload says nothing, and its record says so. */
const faultOf = ({ kind, records, factId }: LineageNode): string | undefined => {
  const record = records.at(-1);
  if (kind === 'missing') return `${factId} was never recorded`;
  if (record === undefined) return undefined;
  if (kind === 'signal-decision') {
    const made = factOf<SignalDecision>(record);
    const lacking = [
      ...(made?.layers.length === VALIDATION_LAYERS ? [] : [`${made?.layers.length} validation layers`]),
      ...(made?.votes.length === 0 ? ['no votes'] : []),
    ];
    if (made !== undefined && lacking.length > 0) return `${factId} has ${lacking.join(' and ')}`;
  }
  if (kind === 'prediction' && factOf<Prediction>(record)?.digest === '') return `${factId} names no model file`;
  const analysis = kind === 'analysis' ? factOf<Analysis>(record) : undefined;
  if (analysis !== undefined && !analysis.ruleBased && (analysis.promptHash === '' || analysis.answerHash === ''))
    return `${factId} names no prompt or no answer`;
  return undefined;
};

/** Why the order was placed: of its first event. Undefined when that is not recorded. */
const purposeOf = (order: LineageNode): string | undefined => {
  const initialized = order.records.find((record) => record.kind === 'order-event');
  const event = initialized && factOf<OrderEvent>(initialized);
  return event?.type === 'OrderInitialized' ? event.intent.purpose : undefined;
};

/**
 * What the lineage of a fill or an order lacks, in words; empty for a complete one. Complete: nothing dangles, and the order's purpose leads back to
 * what it takes, for a signal the verdict, five layers, votes, model, features, analysis, bar and source; for a protective order its cause.
 */
export const lineageGaps = (root: LineageNode): string[] => {
  const nodes = nodesOf(root);
  const order = nodes.find(({ kind }) => kind === 'order');
  const purpose = order && purposeOf(order);
  const kinds = new Set(nodes.map(({ kind }) => kind));
  const lacking =
    purpose === undefined
      ? ['the beginning of the order is not recorded']
      : neededFor(purpose)
          .filter((group) => !group.some((kind) => kinds.has(kind)))
          .map((group) => `an order for ${purpose} leads to no ${group.join(' or ')}`);
  return [...nodes.flatMap((node) => faultOf(node) ?? []), ...lacking];
};

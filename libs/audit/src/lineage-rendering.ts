import { type Decimal, formatDecimal, isoFromNanos, type UnixNanos, utcDateOf } from '@tradewind/vocabulary';

import { describeRecord, type FeatureNames, recordedFact } from './description.js';
import type { LineageKind, LineageNode } from './lineage.js';
import type { AuditRecord } from './record.js';

const TITLES: Record<LineageKind, string> = {
  fill: 'Fill',
  order: 'Order',
  verdict: 'Risk verdict',
  'protective-intent': 'Protective intent',
  breaker: 'Circuit breaker',
  'risk-command': 'Risk command',
  'risk-profile': 'Risk profile',
  'trading-state': 'Trading state',
  'signal-decision': 'Signal',
  prediction: 'Prediction',
  analysis: 'Analysis',
  'model-stage': 'Model stage',
  'feature-vector': 'Features',
  bar: 'Bar',
  ticks: 'Ticks',
  'point-in-time-record': 'Record',
  source: 'Source',
  account: 'Account',
  'order-event': 'Order event',
  'orders-halted': 'Orders halted',
  'account-event': 'Account event',
  'order-anomaly': 'Anomaly',
  reconciliation: 'Reconciliation',
  'orders-command': 'Orders command',
  'audit-command': 'Command to the alerts',
  'quality-fault': 'Quality fault',
  'quality-scores': 'Quality scores',
  'venue-rule': 'Rule of the venue',
  undecodable: 'Unreadable message',
  'signing-key': 'Signing key',
  'chain-closed': 'Closed chain',
  redaction: 'Redaction',
  missing: 'Not recorded',
};

/** The kind in words. */
export const titleOf = (kind: LineageKind): string => TITLES[kind];

const proof = (record: AuditRecord): string => `${record.chain} #${record.sequence} ${record.hash.slice(0, 12)}`;

const linesOf = (node: LineageNode, featureNames: FeatureNames): string[] => {
  const title = TITLES[node.kind];
  const last = node.records.at(-1);
  if (node.repeated) return [`${title} ${node.factId} (see above)`];
  if (last === undefined) return [`${title} ${node.factId}`];
  const head = `${title} ${node.factId}  ${utcDateOf(node.records[0]!.at)}`;
  if (node.kind === 'order') {
    return [
      head,
      ...node.records.map((record) => `  ${utcDateOf(record.at)} ${describeRecord(record, featureNames).headline}  [${proof(record)}]`),
    ];
  }
  const { headline, lines } = describeRecord(last, featureNames);
  return [`${head}  [${proof(last)}]`, `  ${headline}`, ...lines.map((line) => `  ${line}`)];
};

/** The tree as text, one fact a paragraph; `[#sequence hash]` names the audit record that proves it. */
export const renderLineage = (root: LineageNode, featureNames: FeatureNames): string => {
  const output: string[] = [];
  const write = (node: LineageNode, first: string, rest: string): void => {
    const [head, ...lines] = linesOf(node, featureNames);
    output.push(first + head);
    const stem = node.children.length > 0 ? '│ ' : '  ';
    for (const line of lines) output.push(rest + stem + line);
    for (const [index, child] of node.children.entries()) {
      const final = index === node.children.length - 1;
      write(child, `${rest}${final ? '└─ ' : '├─ '}`, `${rest}${final ? '   ' : '│  '}`);
    }
  };
  write(root, '', '');
  return output.join('\n');
};

const TIME_FIELDS = new Set(['at', 'openTime', 'closeTime', 'since']);

/** Fact as JSON for people and other programs: times as ISO text, exact decimals as text, not-a-number as null. */
const readable = (value: unknown, field = ''): unknown => {
  if (typeof value === 'bigint') return TIME_FIELDS.has(field) ? isoFromNanos(value as UnixNanos) : formatDecimal(value as Decimal);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Float64Array || Array.isArray(value)) return Array.from(value as ArrayLike<unknown>, (entry) => readable(entry));
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, readable(entry, name)]));
};

export interface LineageJson {
  readonly kind: LineageKind;
  readonly id: string;
  readonly repeated?: true;
  readonly records: readonly {
    readonly chain: string;
    readonly sequence: number;
    readonly hash: string;
    readonly at: string;
    readonly actor: string;
    readonly summary: string;
    readonly fact: unknown;
  }[];
  readonly children: readonly LineageJson[];
}

/** The tree as plain JSON. */
export const lineageJson = (node: LineageNode, featureNames: FeatureNames): LineageJson => ({
  kind: node.kind,
  id: node.factId,
  ...(node.repeated && { repeated: true as const }),
  records: node.repeated
    ? []
    : node.records.map((record) => ({
        chain: record.chain,
        sequence: record.sequence,
        hash: record.hash,
        at: isoFromNanos(record.at),
        actor: record.actor,
        summary: describeRecord(record, featureNames).headline,
        // A redacted fact has no content any more.
        fact: record.redaction === 0 ? readable(recordedFact(record)) : null,
      })),
  children: node.children.map((child) => lineageJson(child, featureNames)),
});

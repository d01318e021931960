import type { Bar } from '@tradewind/market';
import { decodeState } from '@tradewind/vocabulary';

import type { AuditRecord, FactKind } from './record.js';

/**
 * `fill` and `order` are views of order events; `source` is the row a bar was read from; `venue-rule` is the venue's own doing, e.g. the
 * settlement of a series that ended; `missing` is a cause nobody recorded.
 */
export type LineageKind = FactKind | 'fill' | 'order' | 'source' | 'venue-rule' | 'missing';

export interface LineageNode {
  readonly kind: LineageKind;
  readonly factId: string;
  /** The record that proves it; an order has one for each event of its life, a source and a missing cause have none. */
  readonly records: readonly AuditRecord[];
  /** True when the node is spelt out elsewhere in the tree; its children are there. */
  readonly repeated: boolean;
  readonly children: readonly LineageNode[];
}

export const LINEAGE_RECORDS_MAX = 2_000;

export class LineageError extends Error {
  override readonly name = 'LineageError';
  constructor(
    readonly code: 'NOT_FOUND' | 'TOO_LARGE',
    message: string,
  ) {
    super(message);
  }
}

/** A cause that names a message and not a fact, e.g. `orders.executions/demo/17/0`: it is the envelope, and its facts are recorded one by one. */
const isMessageId = (cause: string): boolean => /^[a-z]+\.[a-z-]+\//.test(cause) && !isTicks(cause);
/** A chunk of ticks is recorded as a whole, under the id of its message. */
const isTicks = (cause: string): boolean => cause.startsWith('market.ticks/');

const isVenueRule = (cause: string): boolean => cause.startsWith('venue/');

/** Ids that the given records point to and that are not among them: what to fetch next when gathering a lineage. */
export const unresolvedCauses = (records: readonly AuditRecord[]): string[] => {
  const known = new Set(records.map((record) => record.factId));
  const wanted = new Set(records.flatMap((record) => record.causes));
  return [...wanted].filter((cause) => !known.has(cause) && !isMessageId(cause) && !isVenueRule(cause));
};

/** Orders that the given records belong to: all events of their lives are part of a lineage. */
export const ordersOf = (records: readonly AuditRecord[]): string[] => [
  ...new Set(records.map((record) => record.orderId).filter((orderId) => orderId !== '')),
];

/** Order of causes inside a node: the decision's own votes first, raw data last. */
const RANK: readonly LineageKind[] = [
  'order',
  'order-event',
  'fill',
  'verdict',
  'protective-intent',
  'breaker',
  'risk-command',
  'risk-profile',
  'trading-state',
  'orders-halted',
  'signal-decision',
  'prediction',
  'model-stage',
  'analysis',
  'account',
  'feature-vector',
  'bar',
  'ticks',
  'point-in-time-record',
  'quality-fault',
  'quality-scores',
  'source',
  'venue-rule',
  'missing',
];

class LineageBuilder {
  private readonly byFact: ReadonlyMap<string, AuditRecord>;
  private readonly byOrder = new Map<string, AuditRecord[]>();
  private readonly spelt = new Set<string>();

  constructor(records: readonly AuditRecord[]) {
    this.byFact = new Map(records.map((record) => [record.factId, record]));
    const inOrder = [...this.byFact.values()].sort((left, right) => left.sequence - right.sequence);
    for (const record of inOrder) {
      if (record.kind !== 'order-event') continue;
      this.byOrder.set(record.orderId, [...(this.byOrder.get(record.orderId) ?? []), record]);
    }
  }

  fill(record: AuditRecord): LineageNode {
    const market = record.causes.filter((cause) => isTicks(cause) || this.byFact.get(cause)?.kind === 'bar');
    return this.node('fill', record.fillId, [record], () => [this.order(record.orderId), ...market.map((cause) => this.cause(cause))]);
  }

  order(orderId: string): LineageNode {
    const events = this.byOrder.get(orderId) ?? [];
    const own = new Set(events.map((event) => event.factId));
    const causes = events
      .filter((event) => event.fillId === '')
      .flatMap((event) => event.causes)
      .filter((cause) => !own.has(cause));
    return this.node('order', orderId, events, () => this.causes([...new Set(causes)]));
  }

  private causes(ids: readonly string[]): LineageNode[] {
    const kindOf = (id: string): LineageKind => this.byFact.get(id)?.kind ?? 'missing';
    const facts = ids.filter((id) => !isMessageId(id)).sort((left, right) => RANK.indexOf(kindOf(left)) - RANK.indexOf(kindOf(right)));
    return facts.map((id) => this.cause(id));
  }

  private cause(id: string): LineageNode {
    const record = this.byFact.get(id);
    if (record === undefined)
      return { kind: isVenueRule(id) ? 'venue-rule' : 'missing', factId: id, records: [], repeated: false, children: [] };
    if (record.kind === 'order-event') return record.fillId === '' ? this.order(record.orderId) : this.fill(record);
    return this.node(record.kind, record.factId, [record], () =>
      record.kind === 'bar' ? [this.source(record), ...this.causes(record.causes)] : this.causes(record.causes),
    );
  }

  private source(record: AuditRecord): LineageNode {
    const bar: Pick<Bar, 'source' | 'id'> =
      record.redaction === 0 ? decodeState<Bar>(JSON.parse(record.payload)) : { source: 'redacted', id: record.factId };
    return {
      kind: 'source',
      factId: `${bar.source}, row of ${bar.id.slice(bar.id.lastIndexOf('/') + 1)}`,
      records: [],
      repeated: false,
      children: [],
    };
  }

  private node(kind: LineageKind, factId: string, records: readonly AuditRecord[], children: () => LineageNode[]): LineageNode {
    const key = `${kind} ${factId}`;
    if (this.spelt.has(key)) return { kind, factId, records, repeated: true, children: [] };
    this.spelt.add(key);
    return { kind, factId, records, repeated: false, children: children() };
  }
}

/**
 * The tree behind a fill (by fill id) or an order (by client order id), from records that hold at least its closure of causes. Every fact
 * is spelt out once. Throws LineageError NOT_FOUND.
 */
export const lineageOf = (records: readonly AuditRecord[], id: string): LineageNode => {
  const builder = new LineageBuilder(records);
  const fill = records.find((record) => record.fillId === id);
  if (fill !== undefined) return builder.fill(fill);
  if (records.some((record) => record.kind === 'order-event' && record.orderId === id)) return builder.order(id);
  throw new LineageError('NOT_FOUND', `no fill or order '${id}' is recorded`);
};

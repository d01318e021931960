import { createHash } from 'node:crypto';

import type { UnixNanos } from '@tradewind/vocabulary';

/** What a record is about; one message can hold many facts, and each becomes one record. */
export type FactKind =
  | 'bar'
  /** A chunk of ticks: its digest, counts and times. */
  | 'ticks'
  | 'point-in-time-record'
  | 'quality-fault'
  | 'quality-scores'
  | 'feature-vector'
  | 'prediction'
  | 'model-stage'
  | 'analysis'
  | 'signal-decision'
  | 'verdict'
  | 'protective-intent'
  | 'breaker'
  | 'trading-state'
  | 'risk-command'
  | 'order-event'
  | 'account'
  | 'orders-halted'
  | 'account-event'
  | 'order-anomaly'
  | 'reconciliation'
  | 'orders-command'
  /** A message that no contract of this build can read: its digest is recorded, so that it is not lost silently. */
  | 'undecodable';

/** A fact, ready to be chained. Empty text stands for "has none"; `step` is −1 outside the steps. */
export interface AuditEntry {
  /** Unique inside a run; what causes refer to. */
  readonly factId: string;
  readonly kind: FactKind;
  /** Event that carried the fact, e.g. `orders.executions`. */
  readonly event: string;
  readonly messageId: string;
  /** Service or person that said it. */
  readonly actor: string;
  readonly run: string;
  readonly step: number;
  /** Event time. */
  readonly at: UnixNanos;
  readonly symbol: string;
  readonly orderId: string;
  readonly fillId: string;
  /** Fact ids this one was made from. */
  readonly causes: readonly string[];
  /** Canonical JSON of the fact (`stateText`). */
  readonly payload: string;
}

/** A link of the chain. Sequences count from 1 without gaps. */
export interface AuditRecord extends AuditEntry {
  readonly chain: string;
  readonly sequence: number;
  readonly recordedAt: UnixNanos;
  /** SHA-256 of the payload text, hex. Kept beside the payload, so that a redacted payload still proves its link. */
  readonly payloadDigest: string;
  readonly previousHash: string;
  /** SHA-256 of every field above but the payload, hex. */
  readonly hash: string;
}

export interface ChainHead {
  readonly chain: string;
  /** 0 for an empty chain. */
  readonly sequence: number;
  readonly hash: string;
}

const GENESIS_PREFIX = 'tradewind/audit/1/';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Head of a chain without records; its hash binds the name of the chain and the version of the format. */
export const emptyChain = (chain: string): ChainHead => ({ chain, sequence: 0, hash: sha256(GENESIS_PREFIX + chain) });

export const payloadDigestOf = (payload: string): string => sha256(payload);

/** The hash that a record must carry. JSON text of a fixed list of fields: no two different records share it. */
export const recordHashOf = (record: Omit<AuditRecord, 'hash' | 'payload'>): string =>
  sha256(
    JSON.stringify([
      record.chain,
      record.sequence,
      record.previousHash,
      record.recordedAt.toString(),
      record.factId,
      record.kind,
      record.event,
      record.messageId,
      record.actor,
      record.run,
      record.step,
      record.at.toString(),
      record.symbol,
      record.orderId,
      record.fillId,
      record.causes,
      record.payloadDigest,
    ]),
  );

/** Links entries to the head, in order. The caller stores all of them or none. */
export const appendEntries = (
  head: ChainHead,
  entries: readonly AuditEntry[],
  recordedAt: UnixNanos,
): { readonly head: ChainHead; readonly records: readonly AuditRecord[] } => {
  let { sequence, hash } = head;
  const records = entries.map((entry): AuditRecord => {
    sequence += 1;
    const linked = { ...entry, chain: head.chain, sequence, recordedAt, payloadDigest: payloadDigestOf(entry.payload), previousHash: hash };
    hash = recordHashOf(linked);
    return { ...linked, hash };
  });
  return { head: { chain: head.chain, sequence, hash }, records };
};

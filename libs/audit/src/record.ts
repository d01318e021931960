import { hash as digestOf } from 'node:crypto';

import type { UnixNanos } from '@tradewind/vocabulary';

import { withLeaf } from './merkle.js';

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
  | 'risk-profile'
  | 'order-event'
  | 'account'
  | 'orders-halted'
  | 'account-event'
  | 'order-anomaly'
  | 'reconciliation'
  | 'orders-command'
  | 'audit-command'
  /** A message that no contract of this build can read: its digest is recorded, so that it is not lost silently. */
  | 'undecodable'
  /** The key that signs checkpoints from here on. */
  | 'signing-key'
  /** Head of the one chain of an earlier version, which ends with it. */
  | 'chain-closed'
  /** Who had a payload taken away, and why. */
  | 'redaction';

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
  /** Model or analyst that spoke, e.g. `baseline@3`. */
  readonly model: string;
  /** Signal that it is about. */
  readonly signal: string;
  /** What a reviewer asks for first, e.g. `approved`, `simulated`, `paper`: see `flagsOf`. */
  readonly flags: readonly string[];
  /** Canonical JSON of the fact (`stateText`). */
  readonly payload: string;
}

/** A link of a chain. Sequences count from 1 without gaps. */
export interface AuditRecord extends AuditEntry {
  readonly chain: string;
  readonly sequence: number;
  readonly recordedAt: UnixNanos;
  /** SHA-256 of the payload text, hex. Kept beside the payload, so that a redacted payload still proves its link. */
  readonly payloadDigest: string;
  readonly previousHash: string;
  /** Of everything above but the payload, which is in it by its digest: see `recordHashOf`. */
  readonly hash: string;
  /** Sequence of the record in the chain AUDIT that redacted this payload, which is then empty; 0 for a payload in place. */
  readonly redaction: number;
}

/** 1: the single chain of earlier versions, without model, signal and flags. 2: a chain for each stream. */
export type ChainFormat = 1 | 2;

export interface ChainHead {
  readonly chain: string;
  /** 0 for an empty chain. */
  readonly sequence: number;
  readonly hash: string;
}

/** All that appending needs to know. */
export interface ChainState extends ChainHead {
  readonly format: ChainFormat;
  /** Hash before the first record. */
  readonly genesis: string;
  /** Whole subtrees of the Merkle tree over the records, largest first. */
  readonly peaks: readonly string[];
}

/** A chain for each stream of the bus. What the audit itself does is recorded in `AUDIT`. */
export const CHAINS = ['MARKET', 'FEATURES', 'INFERENCE', 'ANALYSIS', 'SIGNALS', 'RISK', 'ORDERS', 'AUDIT'] as const;
export const AUDIT_CHAIN = 'AUDIT';
/** The one chain that earlier versions wrote. */
export const LEGACY_CHAIN = 'main';

const sha256 = (text: string): string => digestOf('sha256', text);

/**
 * Hash before the first record of a chain: it binds the chain's name, the format, and for a chain that follows the one of an earlier version
 * (`follows`) the hash with which that ended.
 */
export const genesisOf = (chain: string, follows = '', format: ChainFormat = 2): string =>
  sha256(format === 1 ? `tradewind/audit/1/${chain}` : `tradewind/audit/2/${chain}/${follows}`);

/** A chain without records. */
export const emptyChain = (chain: string, follows = '', format: ChainFormat = 2): ChainState => {
  const genesis = genesisOf(chain, follows, format);
  return { chain, sequence: 0, hash: genesis, format, genesis, peaks: [] };
};

export const payloadDigestOf = (payload: string): string => sha256(payload);

/** What is hashed: JSON text of a fixed list of fields, no two different records share it. The digest of the payload is last. */
export const linkTextOf = (record: Omit<AuditRecord, 'hash' | 'payload' | 'redaction'>, format: ChainFormat): string => {
  const common = [
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
  ];
  return JSON.stringify(
    format === 1 ? [...common, record.payloadDigest] : [...common, record.model, record.signal, record.flags, record.payloadDigest],
  );
};

/**
 * SHA-256 over a zero byte and the link's text, hex. That is the leaf hash of RFC 9162, 2.1.1, so a record's hash is its leaf in the Merkle
 * tree of its chain. Format 1 had no zero byte; its texts begin with `[`, so none can pass for an inner node either.
 */
export const linkHashOf = (link: string, format: ChainFormat): string => sha256(format === 1 ? link : `\0${link}`);

/** Links entries to the end of the chain, in order. The caller stores all of them or none. */
export const appendEntries = (
  from: ChainState,
  entries: readonly AuditEntry[],
  recordedAt: UnixNanos,
): { readonly state: ChainState; readonly records: readonly AuditRecord[] } => {
  let { sequence, hash } = from;
  const peaks = [...from.peaks];
  const records = entries.map((entry): AuditRecord => {
    const linked = {
      ...entry,
      chain: from.chain,
      sequence: sequence + 1,
      recordedAt,
      payloadDigest: payloadDigestOf(entry.payload),
      previousHash: hash,
    };
    hash = linkHashOf(linkTextOf(linked, from.format), from.format);
    withLeaf(peaks, sequence, hash);
    sequence += 1;
    return { ...linked, hash, redaction: 0 };
  });
  return { state: { ...from, sequence, hash, peaks }, records };
};

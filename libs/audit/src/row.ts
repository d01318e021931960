import type { UnixNanos } from '@tradewind/vocabulary';

import type { AuditRecord, FactKind } from './record.js';

/** A record as a database driver gives it: 64-bit integers as text, causes as a parsed JSON array. */
export interface AuditRow {
  readonly chain: string;
  readonly sequence: string;
  readonly recorded_at: string;
  readonly fact_id: string;
  readonly kind: string;
  readonly event: string;
  readonly message_id: string;
  readonly actor: string;
  readonly run: string;
  readonly step: number;
  readonly at: string;
  readonly symbol: string;
  readonly order_id: string;
  readonly fill_id: string;
  readonly causes: readonly string[];
  readonly model: string;
  readonly signal: string;
  readonly flags: readonly string[];
  readonly payload: string;
  readonly payload_digest: string;
  readonly previous_hash: string;
  readonly hash: string;
  /** 64-bit integer as text. */
  readonly redaction: string;
}

/** Columns of the table of records, in the order of AuditRow. */
export const AUDIT_COLUMNS = [
  'chain',
  'sequence',
  'recorded_at',
  'fact_id',
  'kind',
  'event',
  'message_id',
  'actor',
  'run',
  'step',
  'at',
  'symbol',
  'order_id',
  'fill_id',
  'causes',
  'model',
  'signal',
  'flags',
  'payload',
  'payload_digest',
  'previous_hash',
  'hash',
  'redaction',
] as const satisfies readonly (keyof AuditRow)[];

/** The record of a row. Its content is checked by verification, not here. */
export const auditRecordOf = (row: AuditRow): AuditRecord => ({
  chain: row.chain,
  sequence: Number(row.sequence),
  recordedAt: BigInt(row.recorded_at) as UnixNanos,
  factId: row.fact_id,
  kind: row.kind as FactKind,
  event: row.event,
  messageId: row.message_id,
  actor: row.actor,
  run: row.run,
  step: row.step,
  at: BigInt(row.at) as UnixNanos,
  symbol: row.symbol,
  orderId: row.order_id,
  fillId: row.fill_id,
  causes: row.causes,
  model: row.model,
  signal: row.signal,
  flags: row.flags,
  payload: row.payload,
  payloadDigest: row.payload_digest,
  previousHash: row.previous_hash,
  hash: row.hash,
  redaction: Number(row.redaction),
});

import { createHash } from 'node:crypto';

import { auditEntries, type AuditEntry, type AuditedEvent, type AuditedFacts, isAudited, undecodableEntry } from '@tradewind/audit';
import type { Codec, ReceivedEvent } from '@tradewind/messaging';
import { encodeRpcResponse, wireCodec } from '@tradewind/wire';

export const auditCodec: Codec = wireCodec;
export const STATUS_REQUEST = 'audit.status';

/**
 * The entries of a message. One that no contract can read becomes an entry of its own, with the digest of its bytes: the service it was meant
 * for puts it into the dead letters, and the trail says that it was there. Events that carry no decision (ticks, books) have no entry.
 */
export const entriesOf = (message: ReceivedEvent): AuditEntry[] => {
  const { event } = message;
  if (!isAudited(event)) return [];
  let fact: AuditedFacts[AuditedEvent];
  try {
    fact = message.decode() as AuditedFacts[AuditedEvent];
  } catch (error) {
    return [undecodableEntry(message, createHash('sha256').update(message.payload).digest('hex'), String(error))];
  }
  return auditEntries(event, fact, message.messageId);
};

export interface AuditStatus {
  readonly records: number;
  readonly head: string;
  /** Stored events that are not recorded yet. */
  readonly pending: number;
  /** Latest step with a record; -1 before the first. */
  readonly lastStep: number;
}

export const encodeStatus = (status: AuditStatus): Uint8Array =>
  encodeRpcResponse(STATUS_REQUEST, {
    records: BigInt(status.records),
    head: status.head,
    pending: BigInt(status.pending),
    lastStep: BigInt(Math.max(0, status.lastStep)),
  });

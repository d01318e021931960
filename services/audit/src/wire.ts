import { createHash } from 'node:crypto';

import {
  auditEntries,
  type AuditEntry,
  type AuditedEvent,
  type AuditedFacts,
  isAudited,
  ticksDigest,
  undecodableEntry,
} from '@tradewind/audit';
import type { TicksArrived } from '@tradewind/market';
import type { Codec, ReceivedEvent } from '@tradewind/messaging';
import { encodeRpcResponse, wireCodec } from '@tradewind/wire';

export const auditCodec: Codec = wireCodec;
export const STATUS_REQUEST = 'audit.status';

/**
 * The entries of a message. One that no contract can read becomes an entry of its own, with the digest of its bytes: the service it was meant
 * for puts it into the dead letters, and the trail says that it was there. Of a chunk of ticks the digest is recorded.
 */
export const entriesOf = (message: ReceivedEvent): AuditEntry[] => {
  const { event } = message;
  if (!isAudited(event)) return [];
  const digest = (): string => createHash('sha256').update(message.payload).digest('hex');
  let fact: AuditedFacts[AuditedEvent];
  try {
    const decoded = message.decode();
    fact = event === 'market.ticks' ? ticksDigest(decoded as TicksArrived, digest()) : (decoded as AuditedFacts[AuditedEvent]);
  } catch (error) {
    return [undecodableEntry(message, digest(), String(error))];
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

import { createHash } from 'node:crypto';

import type { Alert } from '@tradewind/alerts';
import {
  auditEntries,
  type AuditEntry,
  type AuditedEvent,
  type AuditedFacts,
  isAudited,
  ticksDigest,
  undecodableEntry,
  unsoundField,
} from '@tradewind/audit';
import { AlertSeverity, AlertStatus } from '@tradewind/contracts';
import type { TicksArrived } from '@tradewind/market';
import type { Codec, ReceivedEvent } from '@tradewind/messaging';
import { nanosFromMillis } from '@tradewind/vocabulary';
import { decodeRpcRequest, encodeRpcResponse, wireCodec } from '@tradewind/wire';

export const auditCodec: Codec = wireCodec;
export const STATUS_REQUEST = 'audit.status';

const digestOf = (message: ReceivedEvent): string => createHash('sha256').update(message.payload).digest('hex');

/** The entry that stands for a message which can't be recorded as its facts. */
export const unreadable = (message: ReceivedEvent, reason: string): AuditEntry => undecodableEntry(message, digestOf(message), reason);

/**
 * The entries of a message. One that no contract can read, or whose facts fit no record, becomes an entry of its own, with the digest of its
 * bytes: the service it was meant for puts it into the dead letters, and the trail says that it was there. Of a chunk of ticks the digest is
 * recorded. Never throws.
 */
export const entriesOf = (message: ReceivedEvent): AuditEntry[] => {
  const { event } = message;
  if (!isAudited(event)) return [];
  try {
    const decoded = message.decode();
    const fact = event === 'market.ticks' ? ticksDigest(decoded as TicksArrived, digestOf(message)) : decoded;
    const entries = auditEntries(event, fact as AuditedFacts[AuditedEvent], message.messageId);
    const unsound = entries.find((entry) => unsoundField(entry) !== undefined);
    if (unsound === undefined) return entries;
    return [unreadable(message, `${unsoundField(unsound)} of a ${unsound.kind} fits no record`)];
  } catch (error) {
    return [unreadable(message, String(error))];
  }
};

export interface AuditStatus {
  /** Over all chains. */
  readonly records: number;
  /** Hash of the last checkpoint; empty before the first. */
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

export const ALERTS_REQUEST = 'audit.alerts';

const severity = { INFO: AlertSeverity.INFO, WARNING: AlertSeverity.WARNING, CRITICAL: AlertSeverity.CRITICAL } as const;
const status = { OPEN: AlertStatus.OPEN, ACKNOWLEDGED: AlertStatus.ACKNOWLEDGED, RESOLVED: AlertStatus.RESOLVED } as const;

export const readAlertsRequest = (payload: Uint8Array): { readonly includeResolved: boolean } => decodeRpcRequest(ALERTS_REQUEST, payload);

export const encodeAlerts = (alerts: readonly Alert[]): Uint8Array =>
  encodeRpcResponse(ALERTS_REQUEST, {
    alerts: alerts.map((alert) => ({
      key: alert.key,
      episode: alert.episode,
      group: alert.group,
      severity: severity[alert.severity],
      status: status[alert.status],
      title: alert.title,
      lines: [...alert.lines],
      count: BigInt(alert.count),
      firstAtNs: nanosFromMillis(alert.firstAtMs),
      lastAtNs: nanosFromMillis(alert.lastAtMs),
      factIds: [...alert.factIds],
      ...(alert.acknowledgedBy !== undefined && { acknowledgedBy: alert.acknowledgedBy }),
      ...(alert.acknowledgement !== undefined && { acknowledgement: alert.acknowledgement }),
    })),
  });

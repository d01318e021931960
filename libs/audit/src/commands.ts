import type { UnixNanos } from '@tradewind/vocabulary';

interface AuditCommandBase {
  readonly id: string;
  readonly actor: string;
  readonly reason: string;
  readonly at: UnixNanos;
}

/** Said by a person to whoever watches the trail. */
export type AuditCommand =
  /** The person takes the alert with this key on. */
  | (AuditCommandBase & { readonly type: 'AcknowledgeAlert'; readonly key: string })
  /** A critical alert to every channel, to see that it arrives. */
  | (AuditCommandBase & { readonly type: 'TestAlerts' });

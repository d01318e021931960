import type { UnixNanos } from '@tradewind/vocabulary';

/** Said by a person to whoever watches the trail. */
export interface AuditCommand {
  readonly type: 'AcknowledgeAlert';
  readonly id: string;
  readonly actor: string;
  readonly reason: string;
  readonly at: UnixNanos;
  /** Of the alert that the person takes on. */
  readonly key: string;
}

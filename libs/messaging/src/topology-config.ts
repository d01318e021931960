import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';

import { type ConsumerDeclaration, consumerNameOf, filtersOf, type StreamDeclaration, type Topology } from './topology.js';

export type StreamSettings = Pick<
  StreamConfig,
  | 'name'
  | 'subjects'
  | 'retention'
  | 'storage'
  | 'discard'
  | 'max_age'
  | 'max_bytes'
  | 'max_msgs'
  | 'max_msgs_per_subject'
  | 'max_msg_size'
  | 'duplicate_window'
  | 'no_ack'
  | 'allow_direct'
  | 'allow_rollup_hdrs'
  | 'deny_delete'
  | 'deny_purge'
  | 'max_consumers'
>;

/** The server's settings for a declared stream; every one that matters is said. */
export const streamSettings = (declaration: StreamDeclaration): StreamSettings => ({
  name: declaration.name,
  subjects: [...declaration.subjects],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: declaration.discard === 'old' ? DiscardPolicy.Old : DiscardPolicy.New,
  max_age: nanos(declaration.ageMaxMs),
  max_bytes: declaration.bytesMax,
  max_msgs: declaration.messagesMax,
  max_msgs_per_subject: declaration.messagesPerSubjectMax ?? -1,
  max_msg_size: declaration.messageBytesMax,
  duplicate_window: nanos(declaration.duplicateWindowMs),
  no_ack: declaration.unacknowledged ?? false,
  allow_direct: false,
  allow_rollup_hdrs: false,
  deny_delete: false,
  deny_purge: false,
  max_consumers: -1,
});

/** A consumer's identity and limits: what `verifyTopology` compares. */
export type ConsumerSettings = Pick<
  ConsumerConfig,
  'durable_name' | 'ack_policy' | 'ack_wait' | 'max_ack_pending' | 'max_deliver' | 'max_waiting' | 'replay_policy' | 'filter_subjects'
>;

export const consumerSettings = (declaration: ConsumerDeclaration, partition: number, within: Topology): ConsumerSettings => {
  const limits = within.limits[declaration.mode];
  return {
    durable_name: consumerNameOf(declaration, partition),
    // A batch is acknowledged by its last message.
    ack_policy: declaration.mode === 'bulk' ? AckPolicy.All : AckPolicy.Explicit,
    ack_wait: nanos(limits.ackWaitMs),
    max_ack_pending: limits.acksPendingMax,
    max_deliver: limits.deliveriesMax,
    max_waiting: limits.waitingPullsMax,
    replay_policy: ReplayPolicy.Instant,
    filter_subjects: [...filtersOf(declaration, partition)],
  };
};

/** A new consumer's configuration: from the start of the stream, or after a sequence that is known to be handled. */
export const consumerStart = (settings: ConsumerSettings, afterSequence: number): Partial<ConsumerConfig> => {
  const { filter_subjects: filters, ...rest } = settings;
  return {
    ...rest,
    ...(filters !== undefined && filters.length > 0 ? { filter_subjects: filters } : {}),
    ...(afterSequence > 0
      ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: afterSequence + 1 }
      : { deliver_policy: DeliverPolicy.All }),
  };
};

import type { EventName } from '@tradewind/contracts';
import type { UnixNanos } from '@tradewind/vocabulary';

/** Fact to bytes and back. `decode` throws on anything that is not a valid fact of that name. */
export interface Codec {
  encode(name: string, fact: unknown): Uint8Array;
  decode(name: string, bytes: Uint8Array): unknown;
}

/** A message ready to be sent, now or after a crash: everything is plain data, so it can wait in an outbox row. */
export interface OutgoingMessage {
  /** Message id. Derived from content, so that the same message sent twice is recognised. */
  readonly id: string;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

/** Where an event goes: its message id, partition and key (the last subject token). */
export interface Route {
  readonly id: string;
  readonly partition: number;
  readonly key: string;
}

export interface PublishReceipt {
  readonly stream: string;
  /** Stream sequence of the message, or of the earlier copy when `duplicate`. */
  readonly sequence: number;
  readonly duplicate: boolean;
}

/** An event as it came off a stream. */
export interface ReceivedEvent {
  readonly event: EventName;
  readonly partition: number;
  readonly key: string;
  readonly subject: string;
  readonly stream: string;
  readonly sequence: number;
  /** Id of the event. A message redriven from the dead letters carries the id of its original. */
  readonly messageId: string;
  /** 1 on the first delivery. */
  readonly deliveries: number;
  readonly headers: Readonly<Record<string, string>>;
  /** When the stream stored it, nanoseconds since 1970 UTC. */
  readonly publishedAt: UnixNanos;
  readonly payload: Uint8Array;
  /** The fact in the payload. Throws what the codec throws. */
  decode(): unknown;
}

export const HEADER = {
  contentType: 'content-type',
  /** Fully qualified protobuf name of the payload, version included. */
  schema: 'schema',
  event: 'tw-event',
  eventId: 'tw-event-id',
  natsMessageId: 'Nats-Msg-Id',
  rpcErrorCode: 'tw-error-code',
  rpcErrorMessage: 'tw-error-message',
} as const;

export const CONTENT_TYPE_PROTOBUF = 'application/protobuf';

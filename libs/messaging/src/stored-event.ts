import type { JsMsg } from '@nats-io/jetstream';
import { type EventName, type ParsedSubject, parseSubject } from '@tradewind/contracts';
import type { UnixNanos } from '@tradewind/vocabulary';

import { toHeaderRecord } from './headers.js';
import { type Codec, HEADER, type ReceivedEvent } from './messages.js';

/** Id of the event a message carries; falls back on its place in the stream for messages that nobody gave one. */
export const messageIdOf = (message: JsMsg): string => {
  const headers = message.headers;
  return headers?.get(HEADER.eventId) || headers?.get(HEADER.natsMessageId) || `${message.info.stream}/${message.info.streamSequence}`;
};

/** A delivered message as an event; reads its parts only when they are asked for, as the hot path asks for few. */
export class StoredEvent implements ReceivedEvent {
  readonly #message: JsMsg;
  readonly #codec: Codec;
  readonly #route: ParsedSubject;
  #headers: Readonly<Record<string, string>> | undefined;

  constructor(message: JsMsg, route: ParsedSubject, codec: Codec) {
    this.#message = message;
    this.#route = route;
    this.#codec = codec;
  }

  get event(): EventName {
    return this.#route.event;
  }
  get partition(): number {
    return this.#route.partition;
  }
  get key(): string {
    return this.#route.key;
  }
  get subject(): string {
    return this.#message.subject;
  }
  get stream(): string {
    return this.#message.info.stream;
  }
  get sequence(): number {
    return this.#message.info.streamSequence;
  }
  get messageId(): string {
    return messageIdOf(this.#message);
  }
  get deliveries(): number {
    return this.#message.info.deliveryCount;
  }
  get publishedAt(): UnixNanos {
    return this.#message.timestampNanos as UnixNanos;
  }
  get payload(): Uint8Array {
    return this.#message.data;
  }
  get headers(): Readonly<Record<string, string>> {
    this.#headers ??= toHeaderRecord(this.#message.headers);
    return this.#headers;
  }

  decode(): unknown {
    return this.#codec.decode(this.#route.event, this.#message.data);
  }
}

/** Undefined when the subject is not one of an event that this build knows. */
export const storedEventOf = (message: JsMsg, codec: Codec): StoredEvent | undefined => {
  const route = parseSubject(message.subject);
  return route === undefined ? undefined : new StoredEvent(message, route, codec);
};

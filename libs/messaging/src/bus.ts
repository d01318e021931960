import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { type EventName, parseSubject, schemaNameOf, subjectOf } from '@tradewind/contracts';
import type { Registry } from 'prom-client';

import { Link } from './link.js';
import type { Log } from './log.js';
import {
  type Codec,
  CONTENT_TYPE_PROTOBUF,
  HEADER,
  type OutgoingMessage,
  type PublishReceipt,
  type ReceivedEvent,
  type Route,
} from './messages.js';
import { messagingMetrics, type MessagingMetrics } from './metrics.js';
import { answered } from './patience.js';
import { Publisher, type PublishConditions } from './publisher.js';
import { ReconnectPace } from './reconnect-pace.js';
import { requestOver, serveOver } from './rpc.js';
import { type LastEvent, lastStored, type ReadOptions, readStream } from './stream-reader.js';
import { consumerNameOf, keyedDeclarationOf } from './topology.js';
import { injectTrace } from './tracing.js';

export interface BusOptions {
  /** Comma-separated `nats://host:port`. */
  readonly servers: string;
  /** Connection name, shown by the server's monitoring. */
  readonly name: string;
  readonly codec: Codec;
  readonly registry: Registry;
  readonly log: Log;
}

export interface Bus {
  /** Encodes a fact into a message. Throws what the codec throws. */
  envelope(name: EventName, fact: unknown, route: Route): OutgoingMessage;
  /** Stores the message in its stream; waits and retries while the server is away or full. Throws BusStoppedError, PermanentError. */
  publish(message: OutgoingMessage, conditions?: PublishConditions): Promise<PublishReceipt>;
  /** Asks a service; the payload is encoded by the caller. Throws RpcError. */
  request(name: string, payload: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
  /** Answers requests. An error's `code` reaches the asking side. */
  serve(name: string, handler: (payload: Uint8Array) => Promise<Uint8Array>): void;
  /** Stored events in stream order, for rebuilds and reports. Ends at `untilSequence`. */
  readStream(options: ReadOptions): AsyncIterable<ReceivedEvent>;
  /** The last stored event of a name and partition; undefined when none is stored. */
  lastOf(event: EventName, partition: number): Promise<LastEvent | undefined>;
  /** Stream sequence up to which the consumer has acknowledged everything; 0 at the start. */
  ackFloor(service: string, event: EventName, partition: number): Promise<number>;
  readonly connection: NatsConnection;
  readonly link: Link;
  readonly codec: Codec;
  readonly log: Log;
  readonly metrics: MessagingMetrics;
  /** Sends what is buffered and closes; publications that still wait fail with BusStoppedError. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_WAIT_MS = 100;
const RECONNECT_JITTER_MS = 50;
/** Two unanswered pings in a row mean a dead server, even when its socket stays open. */
const PING_INTERVAL_MS = 2_000;
const PINGS_OUT_MAX = 2;
const CLOSE_TIMEOUT_MS = 2_000;

/** Label of a message in traces: its event, or the subject's fixed part for what is not an event. */
const templateOf = (subject: string): string => parseSubject(subject)?.event ?? subject.split('.', 3).join('.');

class JetStreamBus implements Bus {
  readonly metrics: MessagingMetrics;
  readonly codec: Codec;
  readonly log: Log;
  readonly link: Link;
  readonly #client: JetStreamClient;
  readonly #publisher: Publisher;

  constructor(
    readonly connection: NatsConnection,
    options: BusOptions,
  ) {
    this.codec = options.codec;
    this.log = options.log;
    this.metrics = messagingMetrics(options.registry);
    this.link = new Link(connection, options.log);
    this.#client = jetstream(connection, { timeout: CONNECT_TIMEOUT_MS });
    this.#publisher = new Publisher(this.#client, this.link, this.metrics, options.log);
  }

  envelope(name: EventName, fact: unknown, route: Route): OutgoingMessage {
    const headers: Record<string, string> = {
      [HEADER.contentType]: CONTENT_TYPE_PROTOBUF,
      [HEADER.schema]: schemaNameOf(name),
      [HEADER.event]: name,
      [HEADER.eventId]: route.id,
    };
    injectTrace(headers);
    return { id: route.id, subject: subjectOf(name, route.partition, route.key), headers, payload: this.codec.encode(name, fact) };
  }

  publish(message: OutgoingMessage, conditions?: PublishConditions): Promise<PublishReceipt> {
    return this.#publisher.publish(message, templateOf(message.subject), conditions);
  }

  request(name: string, payload: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    return requestOver(this.connection, name, payload, timeoutMs);
  }

  serve(name: string, handler: (payload: Uint8Array) => Promise<Uint8Array>): void {
    serveOver(this.connection, this.log, name, handler);
  }

  readStream(options: ReadOptions): AsyncIterable<ReceivedEvent> {
    return readStream(this.#client, this.codec, options);
  }

  async lastOf(event: EventName, partition: number): Promise<LastEvent | undefined> {
    return await lastStored(await this.#client.jetstreamManager(false), this.codec, event, partition);
  }

  async ackFloor(service: string, event: EventName, partition: number): Promise<number> {
    const declaration = keyedDeclarationOf(service, event);
    if (declaration === undefined) throw new RangeError(`${service} does not consume ${event}`);
    const manager = await this.#client.jetstreamManager(false);
    const info = await answered(() => manager.consumers.info(declaration.stream, consumerNameOf(declaration, partition)));
    return info.ack_floor.stream_seq;
  }

  async close(): Promise<void> {
    this.#publisher.stop();
    if (this.connection.isClosed()) return;
    const timeout = AbortSignal.timeout(CLOSE_TIMEOUT_MS);
    const late = new Promise<void>((resolve) => timeout.addEventListener('abort', () => resolve(), { once: true }));
    if (this.link.isConnected) await Promise.race([this.connection.drain().catch(() => undefined), late]);
    await this.connection.close();
  }
}

/** Connects, waiting for the server as long as it takes; reconnects for ever. */
export const connectBus = async (options: BusOptions): Promise<Bus> => {
  const pace = new ReconnectPace(RECONNECT_WAIT_MS, RECONNECT_JITTER_MS);
  const connection = await connect({
    servers: options.servers.split(',').map((server) => server.trim()),
    name: options.name,
    timeout: CONNECT_TIMEOUT_MS,
    waitOnFirstConnect: true,
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectToServer: pace.dialling,
    reconnectDelayHandler: pace.delay,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: PINGS_OUT_MAX,
    ignoreClusterUpdates: false,
    noEcho: false,
    // Each request would make an error in advance, for its stack: a quarter of the cost of an ack.
    noAsyncTraces: true,
  });
  return new JetStreamBus(connection, options);
};

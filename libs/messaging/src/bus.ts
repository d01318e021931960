import type { NatsConnection } from '@nats-io/nats-core';
import type { EventName } from '@tradewind/contracts';
import type { Registry } from 'prom-client';

import type { Log } from './log.js';
import type { Codec, OutgoingMessage, PublishReceipt, ReceivedEvent, Route } from './messages.js';

export interface BusOptions {
  /** Comma-separated `nats://host:port`. */
  readonly servers: string;
  /** Connection name, shown by the server's monitoring. */
  readonly name: string;
  readonly codec: Codec;
  readonly registry: Registry;
  readonly log: Log;
}

export interface ReadOptions {
  readonly event: EventName;
  readonly partition?: number;
  /** First stream sequence; the stream's first without it. */
  readonly fromSequence?: number;
  /** Last stream sequence (inclusive); without it the stream's last at the time of the call. */
  readonly untilSequence?: number;
}

export interface Bus {
  /** Encodes a fact into a message. Throws what the codec throws. */
  envelope(name: EventName, fact: unknown, route: Route): OutgoingMessage;
  /** Stores the message in its stream; waits and retries while the server is away or full. Throws BusStoppedError, PermanentError. */
  publish(message: OutgoingMessage): Promise<PublishReceipt>;
  /** Asks a service; the payload is encoded by the caller. Throws RpcError. */
  request(name: string, payload: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
  /** Answers requests. An error's `code` reaches the asking side. */
  serve(name: string, handler: (payload: Uint8Array) => Promise<Uint8Array>): void;
  /** Stored events in stream order, for rebuilds and reports. Ends at `untilSequence`. */
  readStream(options: ReadOptions): AsyncIterable<ReceivedEvent>;
  /** Stream sequence up to which the consumer has acknowledged everything; 0 at the start. */
  ackFloor(service: string, event: EventName, partition: number): Promise<number>;
  readonly connection: NatsConnection;
  readonly codec: Codec;
  readonly log: Log;
  readonly registry: Registry;
  close(): Promise<void>;
}

/** Connects, waiting for the server as long as it takes; reconnects for ever. */
export declare function connectBus(options: BusOptions): Promise<Bus>;

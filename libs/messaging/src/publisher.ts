import { type JetStreamClient, JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/nats-core';

import { backoffMs, pause } from './backoff.js';
import { BusStoppedError, PermanentError } from './errors.js';
import { toMessageHeaders } from './headers.js';
import type { Link } from './link.js';
import { errorFields, type Log } from './log.js';
import type { OutgoingMessage, PublishReceipt } from './messages.js';
import type { MessagingMetrics } from './metrics.js';
import { publishSpan } from './tracing.js';

const ACK_TIMEOUT_MS = 2_000;
const RETRY = { firstMs: 20, maxMs: 2_000 };
const LOG_EVERY_ATTEMPTS = 10;

/** Server error codes (nats-server, server/errors.json). */
const MESSAGE_TOO_LARGE = 10054;
const STREAM_FULL = 10077;
const WRONG_LAST_SEQUENCE = 10071;

type Failure = 'stopped' | 'permanent' | 'full' | 'unavailable';

const failureOf = (error: unknown): Failure => {
  if (error instanceof errors.ClosedConnectionError || error instanceof errors.DrainingConnectionError) return 'stopped';
  if (error instanceof errors.InvalidArgumentError || error instanceof errors.InvalidSubjectError) return 'permanent';
  if (error instanceof JetStreamApiError) {
    if (error.code === MESSAGE_TOO_LARGE || error.code === WRONG_LAST_SEQUENCE) return 'permanent';
    if (error.code === STREAM_FULL) return 'full';
  }
  return 'unavailable';
};

/** True when a publication that expected an empty subject found a message there. */
export const isSubjectTaken = (error: unknown): boolean =>
  error instanceof PermanentError && error.cause instanceof JetStreamApiError && error.cause.code === WRONG_LAST_SEQUENCE;

export interface PublishConditions {
  /** Refuse when the subject already holds a message. */
  readonly subjectEmpty: boolean;
}

/** Stores messages in their streams; outlasts a server that is away, restarting or full. */
export class Publisher {
  readonly #stopped = new AbortController();

  constructor(
    private readonly client: JetStreamClient,
    private readonly link: Link,
    private readonly metrics: MessagingMetrics,
    private readonly log: Log,
  ) {}

  async publish(message: OutgoingMessage, template: string, conditions?: PublishConditions): Promise<PublishReceipt> {
    const startedAt = performance.now();
    const receipt = await publishSpan(template, message.headers, () => this.#untilStored(message, conditions));
    this.metrics.publishSeconds.observe({ stream: receipt.stream }, (performance.now() - startedAt) / 1000);
    if (receipt.duplicate) this.metrics.publishDuplicates.inc({ stream: receipt.stream });
    return receipt;
  }

  /** Whatever still waits fails with BusStoppedError. */
  stop(): void {
    this.#stopped.abort();
  }

  async #untilStored(message: OutgoingMessage, conditions: PublishConditions | undefined): Promise<PublishReceipt> {
    for (let attempt = 0; ; attempt += 1) {
      if (!this.link.isConnected) await this.#reconnected();
      if (this.#stopped.signal.aborted) throw new BusStoppedError(`stopped before ${message.id} was stored`);
      try {
        return await this.#once(message, conditions);
      } catch (error) {
        const failure = failureOf(error);
        if (failure === 'stopped') throw new BusStoppedError(`closed before ${message.id} was stored`, { cause: error });
        if (failure === 'permanent') {
          throw new PermanentError(`${message.subject} can't take ${message.id}: ${String(error)}`, 'unpublishable', { cause: error });
        }
        this.metrics.publishRetries.inc({ reason: failure });
        if (attempt % LOG_EVERY_ATTEMPTS === 0) {
          this.log.warn({ subject: message.subject, messageId: message.id, attempt, failure, ...errorFields(error) }, 'publication waits');
        }
        await pause(backoffMs(attempt, RETRY), this.#stopped.signal);
      }
    }
  }

  async #once(message: OutgoingMessage, conditions: PublishConditions | undefined): Promise<PublishReceipt> {
    const ack = await this.client.publish(message.subject, message.payload, {
      msgID: message.id,
      headers: toMessageHeaders(message.headers),
      timeout: ACK_TIMEOUT_MS,
      retries: 1,
      ...(conditions?.subjectEmpty === true ? { expect: { lastSubjectSequence: 0 } } : {}),
    });
    return { stream: ack.stream, sequence: ack.seq, duplicate: ack.duplicate };
  }

  async #reconnected(): Promise<void> {
    const { signal } = this.#stopped;
    const stop = Promise.withResolvers<void>();
    const onAbort = (): void => stop.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    await Promise.race([this.link.connected(), stop.promise]);
    signal.removeEventListener('abort', onAbort);
  }
}

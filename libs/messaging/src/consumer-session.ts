import { type ConsumerInfo, type ConsumerMessages, jetstream, type JetStreamManager, type JsMsg } from '@nats-io/jetstream';

import { backoffMs, pause } from './backoff.js';
import type { Bus } from './bus.js';
import { BusStoppedError } from './errors.js';
import { errorFields } from './log.js';
import { type ConsumerSettings, consumerStart } from './topology-config.js';
import { findConsumer } from './topology-ensure.js';

const RETRY = { firstMs: 50, maxMs: 2_000 };
/** Short, since until then the server may send a message to a process that hangs, and wait in vain for its answer. */
const PULL_EXPIRES_MS = 5_000;
/** Two missed in a row open the subscription anew. */
const IDLE_HEARTBEAT_MS = 2_000;
const API_TIMEOUT_MS = 2_000;

export interface SessionOptions {
  readonly bus: Bus;
  readonly service: string;
  readonly stream: string;
  readonly settings: ConsumerSettings;
  /** Outstanding pulled messages; refilled at three quarters. */
  readonly prefetchMessages: number;
  /** Called as soon as a message is off the socket; must not block. */
  readonly onMessage: (message: JsMsg) => void;
  /** Everything up to this stream sequence is handled; a consumer that has vanished is made anew behind it. */
  readonly handledUpTo: () => number;
  /** The subscription opens (again): what came before it and was not handled will be sent again. */
  readonly onOpen?: (info: ConsumerInfo) => void;
  /** Make the consumer anew at each opening, so that the server repeats in order what it has sent in vain. */
  readonly rewind: boolean;
}

/**
 * Keeps a pull subscription open through lost connections, server restarts, and consumers or streams that are deleted under our
 * feet. Any doubt (reconnect, missed heartbeats, an error) ends in the same path: close it, look the consumer up, open it again.
 */
export class ConsumerSession {
  readonly #options: SessionOptions;
  readonly #stopping = new AbortController();
  #messages: ConsumerMessages | undefined;
  #running: Promise<void> | undefined;
  #streamCreated: string | undefined;
  #opened = Promise.withResolvers<void>();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#opened.promise.catch(() => undefined);
  }

  get name(): string {
    return String(this.#options.settings.durable_name);
  }

  /** Resolves when messages can flow. Rejects with BusStoppedError when stopped before. */
  start(): Promise<void> {
    this.#running ??= this.#run();
    return this.#opened.promise;
  }

  /** No message is handed over after this. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#opened.reject(new BusStoppedError(`${this.name} stopped`));
    this.#messages?.stop();
    await this.#running;
  }

  /** Closes the subscription, to open it again from what is handled. */
  reopen(): void {
    this.#messages?.stop();
  }

  async #run(): Promise<void> {
    const { bus, service } = this.#options;
    const forget = bus.link.onReconnect(() => this.reopen());
    let failures = 0;
    while (!this.#stopping.signal.aborted && !bus.connection.isClosed()) {
      const openedAt = performance.now();
      const cause = await this.#once();
      if (this.#stopping.signal.aborted) break;
      bus.metrics.consumerRecoveries.inc({ service, consumer: this.name, cause });
      failures = performance.now() - openedAt > RETRY.maxMs ? 0 : failures + 1;
      await pause(backoffMs(failures, RETRY), this.#stopping.signal);
    }
    forget();
  }

  /** One subscription from opening to end; tells why it ended. */
  async #once(): Promise<string> {
    const { bus } = this.#options;
    try {
      const client = jetstream(bus.connection, { timeout: API_TIMEOUT_MS });
      const info = await this.#consumer(await client.jetstreamManager(false));
      const consumer = client.consumers.getConsumerFromInfo(info);
      if (this.#stopping.signal.aborted) return 'stopped';
      this.#options.onOpen?.(info);
      const messages = await consumer.consume({
        max_messages: this.#options.prefetchMessages,
        expires: PULL_EXPIRES_MS,
        idle_heartbeat: IDLE_HEARTBEAT_MS,
        abort_on_missing_resource: true,
        callback: (message) => {
          if (!this.#stopping.signal.aborted && this.#messages === messages) this.#options.onMessage(message);
        },
      });
      this.#messages = messages;
      if (this.#stopping.signal.aborted) messages.stop();
      this.#opened.resolve();
      void this.#watchHeartbeats(messages);
      const failure = await messages.closed();
      if (failure === undefined) return 'reopened';
      this.#complain(failure, 'subscription ended');
      return 'ended';
    } catch (error) {
      this.#complain(error, 'subscription could not be opened');
      return 'unavailable';
    } finally {
      this.#messages = undefined;
    }
  }

  #complain(error: unknown, message: string): void {
    if (this.#stopping.signal.aborted) return;
    this.#options.bus.log.warn({ consumer: this.name, stream: this.#options.stream, ...errorFields(error) }, message);
  }

  async #watchHeartbeats(messages: ConsumerMessages): Promise<void> {
    for await (const notification of messages.status()) {
      if (notification.type === 'heartbeats_missed') messages.stop();
    }
  }

  async #consumer(manager: JetStreamManager): Promise<ConsumerInfo> {
    const { bus, stream, settings, rewind } = this.#options;
    const { created } = await manager.streams.info(stream);
    const isOtherStream = this.#streamCreated !== undefined && this.#streamCreated !== created;
    if (isOtherStream) bus.log.error({ stream, created }, 'the stream was deleted and made anew; reading it from its start');
    this.#streamCreated = created;
    const existing = await findConsumer(manager, stream, this.name);
    if (existing !== undefined && !(rewind && existing.num_ack_pending > 0)) return existing;
    const handled = isOtherStream ? 0 : Math.max(this.#options.handledUpTo(), existing?.ack_floor.stream_seq ?? 0);
    if (existing === undefined)
      bus.log.error({ stream, consumer: this.name, handled }, 'the consumer is gone; making it anew behind what is handled');
    else await manager.consumers.delete(stream, this.name);
    return manager.consumers.add(stream, consumerStart(settings, handled));
  }
}

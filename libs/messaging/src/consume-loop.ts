import type { JsMsg } from '@nats-io/jetstream';
import { parseSubject } from '@tradewind/contracts';

import type { Bus } from './bus.js';
import { ConsumerSession } from './consumer-session.js';
import { captureDeadLetter } from './dead-letter-capture.js';
import { HandledMemory } from './handled-memory.js';
import { errorFields } from './log.js';
import type { Settlement } from './settlement.js';
import { messageIdOf } from './stored-event.js';
import type { ConsumerSettings } from './topology-config.js';

/** Pulls kept open at the server, so that the next message leaves it the moment the last one is acknowledged. */
const PREFETCH_MESSAGES = 256;
const ACK_CONFIRM_MS = 2_000;

export interface ConsumeLoopOptions {
  readonly bus: Bus;
  readonly service: string;
  readonly stream: string;
  readonly settings: ConsumerSettings;
  readonly doubleAck: boolean;
  /** Distance of the signs of life for a message whose handler is slow; well under the ack wait. */
  readonly beatMs: number;
  readonly drainMaxMs: number;
  readonly settle: (message: JsMsg) => Promise<Settlement>;
}

/** One keyed consumer: one message at a time, in order, settled by what its handler did. */
export class ConsumeLoop {
  readonly #options: ConsumeLoopOptions;
  readonly #session: ConsumerSession;
  readonly #handled = new HandledMemory();
  readonly #queue: JsMsg[] = [];
  readonly #confirmations = new Set<Promise<void>>();
  #inHand: { readonly message: JsMsg; readonly since: number } | undefined;
  #idle: Promise<void> | undefined;
  #isStopping = false;
  #beats: NodeJS.Timeout | undefined;

  constructor(options: ConsumeLoopOptions) {
    this.#options = options;
    this.#session = new ConsumerSession({
      bus: options.bus,
      service: options.service,
      stream: options.stream,
      settings: options.settings,
      prefetchMessages: PREFETCH_MESSAGES,
      onMessage: (message) => this.#receive(message),
      handledUpTo: () => this.#handled.last,
      rewind: false,
    });
  }

  /** Resolves when messages can flow. */
  async start(): Promise<void> {
    this.#beats = setInterval(() => this.#beat(), this.#options.beatMs);
    await this.#session.start();
  }

  /** Takes nothing new, hands back what waits, finishes the message in hand (up to `drainMaxMs`), stops the beats. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const closed = this.#session.stop();
    for (const message of this.#queue.splice(0)) this.#tell(() => message.nak());
    await this.#withinDrainTime(this.#idle);
    clearInterval(this.#beats);
    const late = this.#inHand?.message;
    if (late !== undefined) this.#tell(() => late.nak());
    await this.#withinDrainTime(Promise.all(this.#confirmations));
    await closed;
  }

  #receive(message: JsMsg): void {
    this.#queue.push(message);
    this.#idle ??= this.#work().finally(() => {
      this.#idle = undefined;
    });
  }

  async #work(): Promise<void> {
    for (let message = this.#queue.shift(); message !== undefined; message = this.#queue.shift()) {
      if (message.redelivered) this.#options.bus.metrics.redelivered.inc(this.#labels(message));
      if (this.#handled.has(message.seq, messageIdOf(message))) {
        // Our ack was lost, or the server gave up waiting while the handler was at work.
        this.#acknowledge(message, 'duplicate');
        continue;
      }
      await this.#handle(message);
      if (this.#isStopping) return;
    }
  }

  async #handle(message: JsMsg): Promise<void> {
    const { bus, settle } = this.#options;
    const labels = this.#labels(message);
    const since = performance.now();
    this.#inHand = { message, since };
    bus.metrics.deliverySeconds.observe(labels, Math.max(0, Date.now() - message.info.timestampNanos / 1e6) / 1000);
    try {
      const settlement = await settle(message);
      bus.metrics.handlerSeconds.observe(labels, (performance.now() - since) / 1000);
      await this.#apply(message, settlement);
    } catch (error) {
      const fields = { sequence: message.seq, subject: message.subject, ...errorFields(error) };
      bus.log.error(fields, 'message could not be settled; the server will send it again');
    } finally {
      this.#inHand = undefined;
    }
  }

  async #apply(message: JsMsg, settlement: Settlement): Promise<void> {
    const { bus, service } = this.#options;
    switch (settlement.status) {
      case 'handled':
        this.#handled.add(message.seq, messageIdOf(message));
        this.#acknowledge(message, 'handled');
        return;
      case 'redeliver':
        this.#count(message, 'retried');
        message.nak(settlement.delayMs);
        return;
      case 'left':
        // Whoever leads now may have it in hand already: the server decides, when the ack wait is over.
        this.#count(message, 'left');
        return;
      case 'handed-back':
        this.#count(message, 'handed-back');
        message.nak();
        return;
      case 'dead-letter':
        await captureDeadLetter(bus, service, message, settlement.reason, settlement.error);
        this.#handled.add(message.seq, messageIdOf(message));
        this.#count(message, 'dead-lettered');
        message.term();
        return;
    }
  }

  #acknowledge(message: JsMsg, outcome: string): void {
    this.#count(message, outcome);
    if (!this.#options.doubleAck) {
      message.ack();
      return;
    }
    // Not awaited: the next message may come meanwhile, and a lost ack shows as a redelivery that `#handled` recognises.
    const confirmation = message
      .ackAck({ timeout: ACK_CONFIRM_MS })
      .then(
        () => undefined,
        (error: unknown) => {
          if (!this.#isStopping) this.#options.bus.log.warn({ sequence: message.seq, ...errorFields(error) }, 'ack was not confirmed');
        },
      )
      .finally(() => this.#confirmations.delete(confirmation));
    this.#confirmations.add(confirmation);
  }

  #beat(): void {
    const inHand = this.#inHand;
    if (inHand !== undefined && performance.now() - inHand.since >= this.#options.beatMs / 2) this.#tell(() => inHand.message.working());
  }

  /** Says something to the server that it will find out by itself, should the connection be gone. */
  #tell(say: () => void): void {
    try {
      say();
    } catch (error) {
      this.#options.bus.log.debug(errorFields(error), 'connection is closed');
    }
  }

  #count(message: JsMsg, outcome: string): void {
    this.#options.bus.metrics.processed.inc({ ...this.#labels(message), outcome });
  }

  #labels(message: JsMsg): { service: string; event: string } {
    return { service: this.#options.service, event: parseSubject(message.subject)?.event ?? 'unknown' };
  }

  async #withinDrainTime(work: Promise<unknown> | undefined): Promise<void> {
    if (work === undefined) return;
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, this.#options.drainMaxMs);
    await Promise.race([work, limit.promise]);
    clearTimeout(timer);
  }
}

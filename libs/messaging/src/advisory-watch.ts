import { jetstream, type JsMsg, type StoredMsg } from '@nats-io/jetstream';
import { parseSubject } from '@tradewind/contracts';

import type { Bus } from './bus.js';
import { ConsumerSession } from './consumer-session.js';
import { storeLetter, UNKNOWN_EVENT } from './dead-letter-capture.js';
import { toHeaderRecord } from './headers.js';
import { errorFields } from './log.js';
import { HEADER } from './messages.js';
import { consumerSettings } from './topology-config.js';
import { ADVISORY_SERVICE, type Topology } from './topology.js';

const PREFETCH_MESSAGES = 64;

/** The server's notice that it gave up on a message (nats-server, `io.nats.jetstream.advisory.v1.max_deliver` and `.terminated`). */
interface Advisory {
  readonly type: string;
  readonly stream: string;
  readonly consumer: string;
  readonly stream_seq: number;
  readonly deliveries: number;
}

const advisoryOf = (message: JsMsg): Advisory | undefined => {
  const value = message.json<Partial<Advisory> | null>();
  return typeof value?.stream === 'string' && typeof value.consumer === 'string' && typeof value.stream_seq === 'number'
    ? {
        type: String(value.type),
        stream: value.stream,
        consumer: value.consumer,
        stream_seq: value.stream_seq,
        deliveries: value.deliveries ?? 0,
      }
    : undefined;
};

const originalIdOf = (original: StoredMsg, advisory: Advisory): string =>
  original.header?.get(HEADER.eventId) || original.header?.get(HEADER.natsMessageId) || `${advisory.stream}/${advisory.stream_seq}`;

/**
 * Copies what the server gave up on into the dead letters: messages whose handler kills its process, and what somebody terminated by
 * hand. Every process runs one; they share a durable consumer, so each advisory is worked off once.
 */
export class AdvisoryWatch {
  readonly #bus: Bus;
  readonly #session: ConsumerSession | undefined;
  #work: Promise<void> = Promise.resolve();
  #lastSequence = 0;

  constructor(bus: Bus, within: Topology) {
    this.#bus = bus;
    const declaration = within.consumers.find(({ service }) => service === ADVISORY_SERVICE);
    this.#session =
      declaration === undefined
        ? undefined
        : new ConsumerSession({
            bus,
            service: ADVISORY_SERVICE,
            stream: declaration.stream,
            settings: consumerSettings(declaration, 0, within),
            prefetchMessages: PREFETCH_MESSAGES,
            onMessage: (message) => {
              this.#work = this.#work.then(() => this.#handle(message));
            },
            handledUpTo: () => this.#lastSequence,
            rewind: false,
          });
  }

  async start(): Promise<void> {
    await this.#session?.start();
  }

  async stop(): Promise<void> {
    await this.#session?.stop();
    await this.#work;
  }

  async #handle(message: JsMsg): Promise<void> {
    try {
      const advisory = advisoryOf(message);
      if (advisory !== undefined && advisory.consumer.includes('__')) await this.#capture(advisory);
      this.#lastSequence = message.seq;
      message.ack();
    } catch (error) {
      this.#bus.log.error({ sequence: message.seq, ...errorFields(error) }, 'advisory could not be worked off; it will come again');
      message.nak(1_000);
    }
  }

  async #capture(advisory: Advisory): Promise<void> {
    const manager = await jetstream(this.#bus.connection).jetstreamManager(false);
    const original = await manager.streams.getMessage(advisory.stream, { seq: advisory.stream_seq });
    const fields = { stream: advisory.stream, sequence: advisory.stream_seq, consumer: advisory.consumer };
    if (original === null) {
      this.#bus.log.error(fields, 'the server gave up on a message that is no longer stored; it is lost for this consumer');
      return;
    }
    const isTerminated = advisory.type.includes('terminated');
    await storeLetter(
      this.#bus,
      {
        service: advisory.consumer.slice(0, advisory.consumer.indexOf('__')),
        event: parseSubject(original.subject)?.event ?? UNKNOWN_EVENT,
        reason: isTerminated ? 'terminated' : 'max-deliveries',
        error: isTerminated ? 'terminated at the server' : 'delivered again and again without an answer; its handler may kill the process',
        deliveries: advisory.deliveries,
        messageId: originalIdOf(original, advisory),
        stream: advisory.stream,
        sequence: advisory.stream_seq,
        subject: original.subject,
        headers: toHeaderRecord(original.header),
      },
      original.data,
    );
  }
}

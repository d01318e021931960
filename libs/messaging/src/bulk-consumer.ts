import { type ConsumerInfo, jetstream, type JsMsg } from '@nats-io/jetstream';

import { backoffMs, pause } from './backoff.js';
import type { Bus } from './bus.js';
import { ConsumerSession } from './consumer-session.js';
import { captureDeadLetter } from './dead-letter-capture.js';
import { errorFields } from './log.js';
import type { ReceivedEvent } from './messages.js';
import { storedEventOf } from './stored-event.js';
import { consumerSettings } from './topology-config.js';
import { type ConsumerDeclaration, type StreamName, type Topology, topology } from './topology.js';

export interface BulkConsumerOptions {
  readonly bus: Bus;
  readonly service: string;
  /** Streams to read; all that the topology gives the service without it. */
  readonly streams?: readonly StreamName[];
  readonly batchMax: number;
  /** How long a batch that is not full waits for more, so that a slow trickle is not one transaction a message; 0: not at all. */
  readonly gatherMs: number;
  /**
   * Called with one batch at a time, in stream order inside each stream; acknowledged after it resolves, repeated with backoff when it
   * rejects. The same event may come again after a crash: recognise it by its message id.
   */
  readonly handle: (events: readonly ReceivedEvent[]) => Promise<void>;
  readonly topology?: Topology;
}

type Bulk = Extract<ConsumerDeclaration, { mode: 'bulk' }>;

interface Arrival {
  readonly source: Source;
  readonly message: JsMsg;
  readonly event: ReceivedEvent | undefined;
}

/** What is known of one stream: how far it is queued, and handled, and the consumer's own count, which shows a lost delivery. */
interface Source {
  readonly declaration: Bulk;
  session: ConsumerSession;
  queuedUpTo: number;
  handledUpTo: number;
  deliveries: number;
}

const RETRY = { firstMs: 50, maxMs: 5_000 };

/** Reads whole streams in large batches, in stream order, also after a crash or a lost connection. */
export class BulkConsumer {
  readonly #options: BulkConsumerOptions;
  readonly #sources: readonly Source[];
  readonly #stopping = new AbortController();
  #queue: Arrival[] = [];
  #working: Promise<void> | undefined;

  constructor(options: BulkConsumerOptions) {
    this.#options = options;
    const within = options.topology ?? topology;
    const declarations = within.consumers.filter(
      (declaration): declaration is Bulk =>
        declaration.mode === 'bulk' && declaration.service === options.service && (options.streams?.includes(declaration.stream) ?? true),
    );
    if (declarations.length === 0) throw new RangeError(`the topology has no bulk consumer for ${options.service}`);
    this.#sources = declarations.map((declaration) => this.#source(declaration, within));
  }

  /** Resolves when events can flow. */
  async start(): Promise<void> {
    await Promise.all(this.#sources.map(({ session }) => session.start()));
  }

  /** Finishes the batch in hand; the rest stays with the server. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#queue = [];
    await Promise.all(this.#sources.map(({ session }) => session.stop()));
    await this.#working;
  }

  /** How many stored events are not handled yet, over all streams. */
  async pending(): Promise<number> {
    const manager = await jetstream(this.#options.bus.connection).jetstreamManager(false);
    const infos = await Promise.all(
      this.#sources.map(({ session, declaration }) => manager.consumers.info(declaration.stream, session.name)),
    );
    return infos.reduce((sum, info) => sum + info.num_pending + info.num_ack_pending, 0);
  }

  #source(declaration: Bulk, within: Topology): Source {
    const { bus, service } = this.#options;
    const source: Omit<Source, 'session'> & { session?: ConsumerSession } = { declaration, queuedUpTo: 0, handledUpTo: 0, deliveries: 0 };
    source.session = new ConsumerSession({
      bus,
      service,
      stream: declaration.stream,
      settings: consumerSettings(declaration, 0, within),
      prefetchMessages: within.limits.bulk.acksPendingMax,
      onMessage: (message) => this.#receive(source as Source, message),
      handledUpTo: () => source.handledUpTo,
      onOpen: (info) => this.#opened(source as Source, info),
      rewind: true,
    });
    return source as Source;
  }

  /** The server starts again behind what is acknowledged, so what waits in our queue will come once more. */
  #opened(source: Source, info: ConsumerInfo): void {
    this.#queue = this.#queue.filter((arrival) => arrival.source !== source);
    source.deliveries = info.delivered.consumer_seq;
    source.queuedUpTo = info.delivered.stream_seq;
    source.handledUpTo = Math.min(source.handledUpTo, info.delivered.stream_seq);
  }

  #receive(source: Source, message: JsMsg): void {
    if (message.info.deliverySequence !== source.deliveries + 1) {
      // Something was sent and got lost on the way; order holds only if the server starts again from there.
      source.session.reopen();
      return;
    }
    source.deliveries += 1;
    if (message.seq <= source.queuedUpTo) return;
    source.queuedUpTo = message.seq;
    this.#queue.push({ source, message, event: storedEventOf(message, this.#options.bus.codec) });
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0 && !this.#stopping.signal.aborted) {
      if (this.#queue.length < this.#options.batchMax) await pause(this.#options.gatherMs, this.#stopping.signal);
      const batch = this.#queue.splice(0, this.#options.batchMax);
      if (await this.#handled(batch)) this.#acknowledge(batch);
    }
  }

  /** True when the batch is handled, false when we stop before. */
  async #handled(batch: readonly Arrival[]): Promise<boolean> {
    const { bus, handle, service } = this.#options;
    const labels = { service, event: 'batch' };
    for (let attempt = 0; !this.#stopping.signal.aborted; attempt += 1) {
      const startedAt = performance.now();
      try {
        for (const { message, event } of batch) {
          if (event === undefined)
            await captureDeadLetter(bus, service, message, 'unknown-event', new RangeError(`no event has subject ${message.subject}`));
        }
        await handle(batch.flatMap(({ event }) => event ?? []));
        bus.metrics.handlerSeconds.observe(labels, (performance.now() - startedAt) / 1000);
        bus.metrics.processed.inc({ ...labels, outcome: 'handled' }, batch.length);
        return true;
      } catch (error) {
        bus.log.warn({ service, events: batch.length, attempt, ...errorFields(error) }, 'batch failed and will be tried again');
        await pause(backoffMs(attempt, RETRY), this.#stopping.signal);
      }
    }
    return false;
  }

  /** The last message of each stream answers for those before it. */
  #acknowledge(batch: readonly Arrival[]): void {
    const last = new Map<Source, JsMsg>();
    for (const { source, message } of batch) last.set(source, message);
    for (const [source, message] of last) {
      source.handledUpTo = message.seq;
      message.ack();
    }
  }
}

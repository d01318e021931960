import type { Bus } from './bus.js';
import type { ReceivedEvent } from './messages.js';
import type { StreamName } from './topology.js';

export interface BulkConsumerOptions {
  readonly bus: Bus;
  readonly service: string;
  /** Streams to read, all of the service's bulk subscriptions without it. */
  readonly streams?: readonly StreamName[];
  readonly batchMax: number;
  /** Called with one batch at a time, in stream order inside each stream; acknowledged after it resolves, repeated with backoff when it rejects. */
  readonly handle: (events: readonly ReceivedEvent[]) => Promise<void>;
}

/** Reads whole streams in large batches, in stream order, also after a crash. `handle` must recognise what it has seen (by message id). */
export declare class BulkConsumer {
  constructor(options: BulkConsumerOptions);
  start(): Promise<void>;
  /** Finishes the batch in hand. */
  stop(): Promise<void>;
  /** Messages the server still holds for us (not delivered or not acknowledged). */
  pending(): Promise<number>;
}

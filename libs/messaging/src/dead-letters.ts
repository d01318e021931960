import type { Bus } from './bus.js';

export interface DeadLetterFilter {
  readonly service?: string;
  readonly event?: string;
  readonly reason?: string;
  readonly limit?: number;
}

export interface DeadLetter {
  /** Sequence in the dead letter stream. */
  readonly id: number;
  readonly service: string;
  readonly event: string;
  /** Class of the reason: `malformed`, `schema`, `unknown-event`, `rejected`, `exhausted`, `max-deliveries`, `terminated`. */
  readonly reason: string;
  readonly error: string;
  readonly deliveries: number;
  readonly at: Date;
  readonly original: {
    readonly messageId: string;
    readonly stream: string;
    readonly sequence: number;
    readonly subject: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly payload: Uint8Array;
  };
}

export interface RedriveProgress {
  readonly done: number;
  readonly total: number;
  readonly id: number;
}

/** What could not be handled, kept with its reason until somebody sends it again. */
export declare class DeadLetters {
  constructor(bus: Bus);
  list(filter?: DeadLetterFilter): Promise<DeadLetter[]>;
  /** Undefined when there is no such letter. */
  show(id: number): Promise<DeadLetter | undefined>;
  /** Publishes the originals again to their subjects (new message id, same event id) and removes the letters. */
  redrive(ids: readonly number[], onProgress?: (progress: RedriveProgress) => void): Promise<number>;
}

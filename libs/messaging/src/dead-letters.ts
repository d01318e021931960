import { jetstream } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/nats-core';

import type { Bus } from './bus.js';
import { DEAD_LETTER_HEADER, type LetterNote } from './dead-letter-capture.js';
import { HEADER, type OutgoingMessage } from './messages.js';
import { answered } from './patience.js';
import type { DeadLetterReason } from './settlement.js';
import { readStored } from './stream-reader.js';
import { DEAD_LETTER_ROOT, type StreamName } from './topology.js';

export interface DeadLetterFilter {
  readonly service?: string;
  readonly event?: string;
  readonly reason?: DeadLetterReason;
  /** At most so many, oldest first; 1,000 without it. */
  readonly limit?: number;
}

export interface DeadLetter {
  /** Sequence in the dead letter stream. */
  readonly id: number;
  readonly service: string;
  readonly event: string;
  readonly reason: DeadLetterReason;
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
  readonly id: number;
  readonly done: number;
  readonly total: number;
}

const STREAM: StreamName = 'DEAD_LETTERS';
const LIST_MAX = 1_000;

const letterOf = (id: number, headers: MsgHdrs | undefined, payload: Uint8Array, at: Date): DeadLetter => {
  const note = JSON.parse(headers?.get(DEAD_LETTER_HEADER) ?? '{}') as LetterNote;
  const { service, event, reason, error, deliveries, messageId, stream, sequence, subject } = note;
  return {
    id,
    service,
    event,
    reason,
    error,
    deliveries,
    at,
    original: { messageId, stream, sequence, subject, headers: note.headers, payload },
  };
};

/** The original once more: a message id of its own, so that the stream takes it, and the event id of old, so that handlers know it. */
const redriven = ({ id, original }: DeadLetter): OutgoingMessage => ({
  id: `redrive/${id}/${original.messageId}`,
  subject: original.subject,
  headers: {
    ...Object.fromEntries(Object.entries(original.headers).filter(([name]) => !name.startsWith('Nats-'))),
    [HEADER.eventId]: original.messageId,
  },
  payload: original.payload,
});

/** What could not be handled, kept with its reason until somebody sends it again. */
export class DeadLetters {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** Oldest first. */
  async list(filter: DeadLetterFilter = {}): Promise<DeadLetter[]> {
    const limit = filter.limit ?? LIST_MAX;
    const letters: DeadLetter[] = [];
    const subject = `${DEAD_LETTER_ROOT}.${filter.service ?? '*'}.${filter.event ?? '*.*'}.>`;
    for await (const message of readStored(jetstream(this.#bus.connection), {
      stream: STREAM,
      filters: [subject],
      first: 1,
      until: Number.MAX_SAFE_INTEGER,
    })) {
      const letter = letterOf(message.seq, message.headers, message.data, message.time);
      if (filter.reason === undefined || filter.reason === letter.reason) letters.push(letter);
      if (letters.length >= limit) break;
    }
    return letters;
  }

  /** Those behind a letter, oldest first, at most `max`; one cheap question when there are none. */
  async after(id: number, max: number): Promise<DeadLetter[]> {
    const manager = await jetstream(this.#bus.connection).jetstreamManager(false);
    const letters: DeadLetter[] = [];
    for (let seq = id + 1; letters.length < max; seq = letters.at(-1)!.id + 1) {
      const next = { seq, next_by_subj: `${DEAD_LETTER_ROOT}.>` };
      const stored = await answered(() => manager.streams.getMessage(STREAM, next));
      if (stored === null) break;
      letters.push(letterOf(stored.seq, stored.header, stored.data, stored.time));
    }
    return letters;
  }

  /** Undefined when there is no such letter. */
  async show(id: number): Promise<DeadLetter | undefined> {
    const manager = await jetstream(this.#bus.connection).jetstreamManager(false);
    const stored = await answered(() => manager.streams.getMessage(STREAM, { seq: id }));
    return stored === null ? undefined : letterOf(stored.seq, stored.header, stored.data, stored.time);
  }

  /**
   * Publishes the originals again to their subjects, one after the other, and removes each letter once its original is stored. All
   * consumers of the subject get it, and those that handled it before know it by its event id. Returns how many were sent. Throws
   * RangeError, before anything is sent, when a letter does not exist.
   */
  async redrive(ids: readonly number[], onProgress?: (progress: RedriveProgress) => void): Promise<number> {
    const letters = await Promise.all(ids.map((id) => this.show(id)));
    const unknown = ids.filter((_, index) => letters[index] === undefined);
    if (unknown.length > 0) throw new RangeError(`no dead letter has id ${unknown.join(', ')}`);
    const manager = await jetstream(this.#bus.connection).jetstreamManager(false);
    let done = 0;
    for (const letter of letters) {
      if (letter === undefined) continue;
      await this.#bus.publish(redriven(letter));
      await manager.streams.deleteMessage(STREAM, letter.id, false);
      done += 1;
      this.#bus.log.info(
        { letter: letter.id, messageId: letter.original.messageId, subject: letter.original.subject },
        'dead letter redriven',
      );
      onProgress?.({ id: letter.id, done, total: ids.length });
    }
    return done;
  }
}

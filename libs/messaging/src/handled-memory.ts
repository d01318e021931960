const REMEMBERED_MAX = 256;

/**
 * The last messages this process has handled, to recognise a redelivery whose ack was lost. By sequence and id: a stream that is made
 * anew, or lost its tail, uses its sequences again.
 */
export class HandledMemory {
  readonly #idBySequence = new Map<number, string>();
  #last = 0;

  /** Sequence of the last handled message; 0 at the start. */
  get last(): number {
    return this.#last;
  }

  has(sequence: number, messageId: string): boolean {
    return this.#idBySequence.get(sequence) === messageId;
  }

  add(sequence: number, messageId: string): void {
    this.#last = sequence;
    this.#idBySequence.delete(sequence);
    this.#idBySequence.set(sequence, messageId);
    if (this.#idBySequence.size > REMEMBERED_MAX) {
      const oldest = this.#idBySequence.keys().next();
      if (!oldest.done) this.#idBySequence.delete(oldest.value);
    }
  }
}

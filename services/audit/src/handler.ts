import { appendEntries, type AuditEntry, type ChainHead, payloadDigestOf } from '@tradewind/audit';
import type { ReceivedEvent } from '@tradewind/messaging';
import type { Clock } from '@tradewind/vocabulary';

import { type AuditStore, factKey } from './store.js';
import { entriesOf } from './wire.js';

export interface AuditCounts {
  readonly recorded: (records: number) => void;
  readonly repeated: (entries: number) => void;
  /** A fact came twice with different content: a broken promise of whoever sent it. */
  readonly contradicted: (factId: string) => void;
}

const APPEND_ATTEMPTS_MAX = 8;

export class AppendError extends Error {
  override readonly name = 'AppendError';
  readonly code = 'APPEND_CONTENDED';
}

const firstOfEach = (entries: readonly AuditEntry[]): AuditEntry[] => {
  const seen = new Map<string, AuditEntry>();
  for (const entry of entries) if (!seen.has(factKey(entry))) seen.set(factKey(entry), entry);
  return [...seen.values()];
};

/**
 * Records batches of messages, one record a fact. Whatever comes again is recognised by run and fact id, so a batch can be handled any number of
 * times, by any number of processes, killed at any moment.
 */
export class AuditHandler {
  #head: ChainHead | undefined;

  constructor(
    private readonly store: AuditStore,
    private readonly clock: Clock,
    private readonly counts: AuditCounts,
  ) {}

  async record(messages: readonly ReceivedEvent[]): Promise<void> {
    const all = messages.flatMap(entriesOf);
    let entries = firstOfEach(all);
    for (let attempt = 0; entries.length > 0 && attempt < APPEND_ATTEMPTS_MAX; attempt += 1) {
      // 1. Link to the head as we know it.
      this.#head ??= await this.store.head();
      const { head, records } = appendEntries(this.#head, entries, this.clock.now());
      // 2. Store, unless the head moved or a fact is recorded already.
      const { status } = await this.attempt(() => this.store.append(this.#head!, records));
      if (status === 'appended') {
        this.#head = head;
        this.counts.recorded(records.length);
        this.counts.repeated(all.length - records.length);
        return;
      }
      if (status === 'head-moved') this.#head = undefined;
      else entries = await this.unrecorded(entries);
    }
    if (entries.length > 0) throw new AppendError(`the chain was moved by others ${APPEND_ATTEMPTS_MAX} times`);
    this.counts.repeated(all.length);
  }

  /** After an error nobody knows whether the statement took effect: look at the head again. */
  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#head = undefined;
      throw error;
    }
  }

  private async unrecorded(entries: readonly AuditEntry[]): Promise<AuditEntry[]> {
    const recorded = await this.store.recorded(entries);
    return entries.filter((entry) => {
      const digest = recorded.get(factKey(entry));
      if (digest !== undefined && digest !== payloadDigestOf(entry.payload)) this.counts.contradicted(entry.factId);
      return digest === undefined;
    });
  }
}

import { appendEntries, type AuditEntry, payloadDigestOf } from '@tradewind/audit';
import type { ReceivedEvent } from '@tradewind/messaging';
import type { Clock } from '@tradewind/vocabulary';

import { type AuditStore, factKey, type StoredChain } from './store.js';
import { entriesOf, unreadable } from './wire.js';

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

type Appended = { readonly records: number } | { readonly unstorable: string };

const firstOfEach = (entries: readonly AuditEntry[]): AuditEntry[] => {
  const seen = new Map<string, AuditEntry>();
  for (const entry of entries) if (!seen.has(factKey(entry))) seen.set(factKey(entry), entry);
  return [...seen.values()];
};

/**
 * Records batches of messages in one chain, one record a fact. Whatever comes again is recognised by run and fact id, so a batch can be handled any
 * number of times, by any number of processes, killed at any moment. No content of a message stops the trail: what no record can hold becomes a
 * record that says so.
 */
export class AuditHandler {
  #state: StoredChain | undefined;

  constructor(
    readonly chain: string,
    private readonly store: AuditStore,
    private readonly clock: Clock,
    private readonly counts: AuditCounts,
  ) {}

  async record(messages: readonly ReceivedEvent[]): Promise<void> {
    const appended = await this.append(messages.flatMap(entriesOf));
    if ('records' in appended) return;
    // Postgres refused the batch for what is in it: one message at a time then, and the one that can't be kept as it is by its digest.
    for (const message of messages) {
      const alone = await this.append(entriesOf(message));
      if (!('records' in alone)) await this.append([unreadable(message, alone.unstorable)]);
    }
  }

  /** Appends what is not recorded yet. Throws AppendError, and what the database throws. */
  async append(all: readonly AuditEntry[]): Promise<Appended> {
    let entries = firstOfEach(all);
    for (let attempt = 0; entries.length > 0 && attempt < APPEND_ATTEMPTS_MAX; attempt += 1) {
      // 1. Link to the end of the chain as we know it.
      this.#state ??= await this.store.state(this.chain);
      const { state, records } = appendEntries(this.#state, entries, this.clock.now());
      // 2. Store, unless the head moved or a fact is recorded already.
      const outcome = await this.attempt(() => this.store.append(this.#state!, state, records));
      if (outcome.status === 'appended') {
        this.#state = { ...state, lastStep: this.#state.lastStep };
        this.counts.recorded(records.length);
        this.counts.repeated(all.length - records.length);
        return { records: records.length };
      }
      if (outcome.status === 'unstorable') return { unstorable: outcome.reason };
      if (outcome.status === 'head-moved') this.#state = undefined;
      else entries = await this.unrecorded(entries);
    }
    if (entries.length > 0) throw new AppendError(`the chain ${this.chain} was moved by others ${APPEND_ATTEMPTS_MAX} times`);
    this.counts.repeated(all.length);
    return { records: 0 };
  }

  /** After an error nobody knows whether the statement took effect: look at the chain again. */
  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#state = undefined;
      throw error;
    }
  }

  private async unrecorded(entries: readonly AuditEntry[]): Promise<AuditEntry[]> {
    const recorded = await this.store.recorded(this.chain, entries);
    return entries.filter((entry) => {
      const digest = recorded.get(factKey(entry));
      if (digest !== undefined && digest !== payloadDigestOf(entry.payload)) this.counts.contradicted(entry.factId);
      return digest === undefined;
    });
  }
}

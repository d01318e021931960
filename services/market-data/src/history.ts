import type { QualityFault, ReplayDataset } from '@tradewind/market';
import type { Logger } from '@tradewind/service-kit';

import type { Replay } from './replay.js';
import type { ReplayStore } from './store.js';

const FLUSH_MS = 250;
/** A flush after a long absence of the database writes at most so much at once. */
const STEPS_PER_FLUSH_MAX = 2_000;

/**
 * Writes bars, faults and progress beside the path, so that the path never waits for Postgres. A crash loses nothing: `stored` tells where
 * the history ends, and what comes after is written again from the data.
 */
export class History {
  #stored = 0;
  #saved = '';
  #flushing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(
    private readonly store: ReplayStore,
    private readonly dataset: ReplayDataset,
    private readonly current: () => Replay,
    private readonly log: Logger,
  ) {}

  start(stored: number): void {
    this.#stored = stored;
    this.#timer ??= setInterval(() => void this.flush(), FLUSH_MS);
  }

  /** A run began: its history begins with it. */
  restart(): void {
    this.#stored = 0;
  }

  /** Writes what is new; a database that is away is tried again with the next flush. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#flushOnce());
    return this.#flushing;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
    await this.store.close();
  }

  async #flushOnce(): Promise<void> {
    const replay = this.current();
    if (replay.status === 'IDLE') return;
    const { run, released, finished } = replay;
    const upTo = Math.min(released, this.#stored + STEPS_PER_FLUSH_MAX);
    const mark = `${run}/${released}/${finished}/${upTo}`;
    if (mark === this.#saved) return;
    try {
      await this.store.addHistory(
        this.dataset.steps.slice(this.#stored, upTo).flatMap((step) => step.bars),
        this.#faults(this.#stored, upTo),
      );
      await this.store.saveProgress({ run, released, finished, stored: upTo });
      this.#stored = Math.max(this.#stored, upTo);
      this.#saved = mark;
      this.#failures = 0;
    } catch (err) {
      this.#failures += 1;
      if (this.#failures === 1) this.log.warn({ err }, 'history and progress could not be saved; trying again');
    }
  }

  #faults(from: number, upTo: number): readonly QualityFault[] {
    return [...this.dataset.faults].flatMap(([step, found]) => (step >= from && step < upTo ? found.faults : []));
  }
}

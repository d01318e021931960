import type { AssembledStep, BookSnapshot } from '@tradewind/market';
import type { Logger } from '@tradewind/service-kit';

import type { HistoryStore } from './store.js';

const FLUSH_MS = 1_000;
/** Rows that wait while the database is away; beyond it the oldest samples go first. */
const SAMPLES_WAITING_MAX = 50_000;
const STEPS_WAITING_MAX = 50_000;

/** Writes what a live feed told and samples of its books beside the path. What Postgres misses in a crash is in the stream. */
export class LiveHistory {
  #steps: AssembledStep[] = [];
  #samples: BookSnapshot[] = [];
  #flushing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(
    private readonly store: HistoryStore,
    private readonly source: string,
    private readonly log: Logger,
    private readonly onStored: (samples: number) => void,
  ) {}

  start(): void {
    this.#timer ??= setInterval(() => void this.flush(), FLUSH_MS);
  }

  addStep(step: AssembledStep): void {
    this.#steps.push(step);
    if (this.#steps.length > STEPS_WAITING_MAX) this.#steps.shift();
  }

  addSample(sample: BookSnapshot): void {
    this.#samples.push(sample);
    if (this.#samples.length > SAMPLES_WAITING_MAX) this.#samples.shift();
  }

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
    const steps = this.#steps;
    const samples = this.#samples;
    if (steps.length === 0 && samples.length === 0) return;
    this.#steps = [];
    this.#samples = [];
    try {
      await this.store.addHistory(
        steps.flatMap(({ bars }) => bars),
        steps.flatMap(({ faults }) => faults),
      );
      await this.store.addBookSamples(samples, this.source);
      this.#failures = 0;
      this.onStored(samples.length);
    } catch (err) {
      this.#steps = [...steps, ...this.#steps];
      this.#samples = [...samples, ...this.#samples];
      this.#failures += 1;
      if (this.#failures === 1) this.log.warn({ err }, 'live history could not be saved; trying again');
    }
  }
}

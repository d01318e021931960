import { nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

import type { StepKeeper } from './consumer.js';
import type { LiveOutlet } from './live-outlet.js';
import type { ReplayStatus } from './wire.js';

/** A live feed runs by itself: there is nothing to start. */
export class LiveRunError extends Error {
  override readonly name = 'LiveRunError';
  readonly code = 'LIVE_FEED';
}

/** The live run as people and the end of the pipeline see it. */
export class LiveRun implements StepKeeper {
  #finished = 0;
  #bars = 0;
  #faults = 0;
  #at: UnixNanos = nanosFromMillis(0);

  constructor(
    private readonly run: string,
    private readonly source: string,
    private readonly outlet: LiveOutlet,
  ) {}

  told({ at, bars, faults }: { readonly at: UnixNanos; readonly bars: readonly unknown[]; readonly faults: readonly unknown[] }): void {
    this.#at = at;
    this.#bars += bars.length;
    this.#faults += faults.length;
  }

  placed(run: string, step: number): Promise<void> {
    if (run === this.run) this.#finished = Math.max(this.#finished, step + 1);
    return Promise.resolve();
  }

  start(): Promise<never> {
    return Promise.reject(new LiveRunError(`the live feed ${this.source} runs: a replay needs a platform of its own`));
  }

  status(): ReplayStatus {
    const released = this.outlet.step;
    const { run, source } = this;
    const replay = {
      status: 'RUNNING',
      run,
      dataset: source,
      digest: '',
      mode: 'paced',
      paceMs: 0,
      steps: released,
      released,
      finished: this.#finished,
    } as const;
    return { replay, bars: this.#bars, faults: this.#faults, at: this.#at };
  }
}

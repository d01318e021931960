import type { ReplayDataset } from '@tradewind/market';
import type { Logger } from '@tradewind/service-kit';
import { nanosFromMillis } from '@tradewind/vocabulary';

import type { History } from './history.js';
import {
  nextInLockstep,
  nextPaced,
  NO_REPLAY,
  type Replay,
  type ReplayRefusal,
  type ReplayRequest,
  savedReplay,
  startReplay,
  stepFinished,
  stepReleased,
} from './replay.js';
import type { StepPublisher } from './step-publisher.js';
import type { ReplayStore } from './store.js';
import type { ReplayStatus } from './wire.js';

/** Why a replay cannot start; the code reaches whoever asked. */
export class ReplayRefusedError extends Error {
  override readonly name = 'ReplayRefusedError';
  readonly code: ReplayRefusal['code'];
  constructor(readonly refusal: ReplayRefusal) {
    super(`the replay is refused: ${JSON.stringify(refusal)}`);
    this.code = refusal.code;
  }
}

export interface ReplayParts {
  readonly dataset: ReplayDataset;
  readonly store: ReplayStore;
  readonly publisher: StepPublisher;
  readonly log: Logger;
  /** Beside the path; told where to look for the current replay. */
  readonly history: (current: () => Replay) => History;
}

/**
 * Runs the one replay that is current. In lock-step every finished step releases the next; what was published last is published again
 * after a start, which does no harm. All changes happen one after another.
 */
export class ReplayHandler {
  #replay: Replay = NO_REPLAY;
  #barsReleased = 0;
  #barsCounted = 0;
  #tail: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  readonly #history: History;

  constructor(private readonly parts: ReplayParts) {
    this.#history = parts.history(() => this.#replay);
  }

  /** Loads the saved replay. Call before any message is handled. Throws ReplayRefusedError when its data has changed. */
  async load(): Promise<void> {
    const saved = await this.parts.store.latest();
    if (saved !== undefined) {
      const { stored, ...run } = saved;
      this.#replay = savedReplay(run);
      if (this.#replay.status === 'RUNNING' && run.digest !== this.parts.dataset.digest) {
        throw new ReplayRefusedError({ code: 'DATASET_CHANGED', run: run.run });
      }
      this.#history.start(stored);
      return;
    }
    this.#history.start(0);
  }

  /** Goes on where the last process stopped. */
  resume(): Promise<void> {
    return this.#inOrder(() => this.#goOn());
  }

  /** Begins a run, or answers `resumed` when it is under way. Rejects with ReplayRefusedError. */
  start(request: ReplayRequest): Promise<{ readonly run: string; readonly steps: number; readonly resumed: boolean }> {
    return this.#inOrder(async () => {
      const { dataset, store, log } = this.parts;
      const outcome = startReplay(this.#replay, request, { name: dataset.plan.name, digest: dataset.digest, steps: dataset.steps.length });
      if (!outcome.ok) throw new ReplayRefusedError(outcome.error);
      const { replay, resumed } = outcome.value;
      if (replay.status === 'IDLE') throw new Error('a started replay is never idle');
      if (!resumed) {
        await store.begin(replay);
        this.#replay = replay;
        this.#history.restart();
        this.#barsReleased = 0;
        this.#barsCounted = 0;
        log.info({ run: replay.run, mode: replay.mode, steps: replay.steps, from: dataset.from, to: dataset.to }, 'replay started');
        await this.#goOn();
      }
      return { run: replay.run, steps: replay.steps, resumed };
    });
  }

  /** The end of a step came back. Resolves when the step after it is on the bus. */
  placed(run: string, step: number): Promise<void> {
    return this.#inOrder(async () => {
      const before = this.#replay;
      this.#replay = stepFinished(before, run, step);
      if (this.#replay !== before && this.#replay.status === 'DONE') {
        this.parts.log.info({ run, steps: step + 1 }, 'replay finished: the data has ended');
        void this.#history.flush();
      }
      const next = nextInLockstep(this.#replay);
      // A step whose release failed is still to be released when the message that asked for it comes again.
      if (next !== undefined && this.#replay.status === 'RUNNING' && next >= this.#replay.released) await this.#release(next);
    });
  }

  status(): ReplayStatus {
    const { dataset } = this.parts;
    const replay = this.#replay;
    const released = replay.status === 'IDLE' ? 0 : replay.released;
    const faults = [...dataset.faults].reduce((sum, [step, found]) => (step < released ? sum + found.faults.length : sum), 0);
    return { replay, bars: this.#barsUpTo(released), faults, at: dataset.steps[released - 1]?.at ?? nanosFromMillis(0) };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#history.stop();
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const outcome = this.#tail.then(work);
    this.#tail = outcome.catch(() => undefined);
    return outcome;
  }

  async #goOn(): Promise<void> {
    const next = nextInLockstep(this.#replay);
    if (next !== undefined) return this.#release(next);
    if (nextPaced(this.#replay) !== undefined) this.#tick();
    return undefined;
  }

  async #release(step: number): Promise<void> {
    const replay = this.#replay;
    if (replay.status === 'IDLE') return;
    await this.parts.publisher.publish(replay, step);
    this.#replay = stepReleased(this.#replay, step);
  }

  /** Releases the next step by the clock, and arms the timer for the one after. */
  #tick(): void {
    const startedAt = performance.now();
    const released = this.#inOrder(async () => {
      const next = nextPaced(this.#replay);
      if (next === undefined) return;
      await this.#release(next);
      if (nextPaced(this.#replay) === undefined) this.parts.log.info({ steps: next + 1 }, 'the last step is released: no more data');
    });
    const again = (): void => {
      const replay = this.#replay;
      if (this.#stopped || nextPaced(replay) === undefined || replay.status === 'IDLE') return;
      this.#timer = setTimeout(() => this.#tick(), Math.max(0, replay.paceMs - (performance.now() - startedAt)));
    };
    released.then(again, (err: unknown) => {
      if (this.#stopped) return;
      this.parts.log.error({ err }, 'a step could not be released; trying again');
      again();
    });
  }

  #barsUpTo(released: number): number {
    for (; this.#barsCounted < released; this.#barsCounted += 1)
      this.#barsReleased += this.parts.dataset.steps[this.#barsCounted]!.bars.length;
    return this.#barsReleased;
  }
}

import type { BarsClosed } from '@tradewind/market';
import type { Bus } from '@tradewind/messaging';
import { HISTORY_BARS_MAX, RollingHistory } from '@tradewind/risk';
import type { ReturnHistory } from '@tradewind/risk';
import type { StepHeader } from '@tradewind/vocabulary';

import type { HistoryStage } from './store.js';
import { stepOfBars } from './wire.js';

type Streams = Pick<Bus, 'readStream'>;
type Step = Pick<StepHeader, 'run' | 'step'>;

const bySymbol = (left: { readonly symbol: string }, right: { readonly symbol: string }): number =>
  left.symbol < right.symbol ? -1 : left.symbol > right.symbol ? 1 : 0;

const barsOf = (batches: readonly BarsClosed[]): BarsClosed['bars'] => batches.flatMap(({ bars }) => bars).sort(bySymbol);

/** A save holds everything, so it is worth a few steps; and not more than an hour, which may be one step of daily bars. */
const SAVE_EVERY_STEPS = 64;
const SAVE_EVERY_MS = 3_600_000;

/** A step may have no bars at all; twice as many steps as bars hold enough of them. */
const STEPS_READ_MAX = 2 * HISTORY_BARS_MAX;

/**
 * The bars that were decided on, as far as estimates look back. Beside the state, not in it: it is saved now and then, and what is missing after a start, a takeover or a
 * step that another instance decided is read from the stream, so that every instance estimates from the same bars.
 */
export class BarHistory {
  #rolling = new RollingHistory();
  /** Calls run one after another. */
  #tail: Promise<unknown> = Promise.resolve();

  #savedStep = -1;
  #savedAt = performance.now();
  #saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly bus: Streams,
    private readonly stage: HistoryStage,
    private readonly log: { warn(fields: object, message: string): void },
  ) {}

  /** Begins from what was saved. Call when this instance takes over, the saved state loaded. */
  load(): void {
    const { state } = this.stage;
    this.#rolling = new RollingHistory();
    if (state.run !== '') this.#rolling.restore(state);
    this.#savedStep = state.step;
  }

  /** Settles when nothing is being saved. */
  stop(): Promise<void> {
    return this.#saving;
  }

  /** Takes in the bars of the step that is decided next, and before them what is missing. Called again for the same step it changes nothing. */
  take({ run, step }: Step, batches: readonly BarsClosed[]): Promise<ReturnHistory> {
    return this.#inTurn(async () => {
      await this.#reach({ run, step: step - 1 });
      this.#rolling.take({ run, step }, barsOf(batches));
      this.#saveWhenDue();
    });
  }

  /** A save that fails only makes the next start read more. */
  #saveWhenDue(): void {
    const { step } = this.#rolling;
    const now = performance.now();
    if (step - this.#savedStep < SAVE_EVERY_STEPS && step >= this.#savedStep && now - this.#savedAt < SAVE_EVERY_MS) return;
    [this.#savedStep, this.#savedAt] = [step, now];
    const state = this.#rolling.save();
    this.#saving = this.#saving
      .then(() => this.stage.run([], () => ({ state, events: [], outbox: [], result: undefined })))
      .then(() => undefined)
      .catch((err: unknown) => this.log.warn({ err, step }, 'the history of bars could not be saved; it will be the next time'));
  }

  /** Knows everything up to and with a step of a run. */
  reach(at: Step): Promise<ReturnHistory> {
    return this.#inTurn(() => this.#reach(at));
  }

  #inTurn(work: () => Promise<void>): Promise<ReturnHistory> {
    const done = this.#tail.then(work).then((): ReturnHistory => this.#rolling);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  async #reach({ run, step }: Step): Promise<void> {
    if (step < 0 || (run === this.#rolling.run && this.#rolling.step >= step)) return;
    const after = run === this.#rolling.run ? this.#rolling.step : -1;
    const first = Math.max(after + 1, step - STEPS_READ_MAX);
    // What is too old to be remembered would leave a hole that no step closes.
    if (first > after + 1 || run !== this.#rolling.run) this.#rolling = new RollingHistory();
    await this.#read(run, first, step);
  }

  /** Batches of a step follow each other in the stream, and the steps of a run too. */
  async #read(run: string, first: number, last: number): Promise<void> {
    let current = -1;
    let batches: BarsClosed[] = [];
    const flush = (): void => {
      if (batches.length > 0) this.#rolling.take({ run, step: current }, barsOf(batches));
      batches = [];
    };
    for await (const received of this.bus.readStream({ event: 'market.bars' })) {
      const named = stepOfBars(received.messageId);
      if (named !== undefined && (named.run !== run || named.step < first || named.step > last)) continue;
      const fact = received.decode() as BarsClosed;
      if (fact.header.run !== run || fact.header.step < first || fact.header.step > last) continue;
      if (fact.header.step !== current) flush();
      current = fact.header.step;
      if (!batches.some(({ header }) => header.id === fact.header.id)) batches.push(fact);
    }
    flush();
  }
}

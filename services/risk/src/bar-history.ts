import type { BarsClosed } from '@tradewind/market';
import type { Bus } from '@tradewind/messaging';
import { HISTORY_BARS_MAX, RollingHistory } from '@tradewind/risk';
import type { ReturnHistory } from '@tradewind/risk';
import type { StepHeader } from '@tradewind/vocabulary';

import { stepOfBars } from './wire.js';

type Streams = Pick<Bus, 'readStream'>;
type Step = Pick<StepHeader, 'run' | 'step'>;

const bySymbol = (left: { readonly symbol: string }, right: { readonly symbol: string }): number =>
  left.symbol < right.symbol ? -1 : left.symbol > right.symbol ? 1 : 0;

const barsOf = (batches: readonly BarsClosed[]): BarsClosed['bars'] => batches.flatMap(({ bars }) => bars).sort(bySymbol);

/** A step may have no bars at all; twice as many steps as bars hold enough of them. */
const STEPS_READ_MAX = 2 * HISTORY_BARS_MAX;

/**
 * The bars that were decided on, as far as estimates look back. It is no part of the saved state: what is missing after a start, a takeover or a step that another
 * instance decided is read from the stream, so that every instance estimates from the same bars.
 */
export class BarHistory {
  #rolling = new RollingHistory();
  /** Calls run one after another. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly bus: Streams) {}

  /** Takes in the bars of the step that is decided next, and before them what is missing. Called again for the same step it changes nothing. */
  take({ run, step }: Step, batches: readonly BarsClosed[]): Promise<ReturnHistory> {
    return this.#inTurn(async () => {
      await this.#reach({ run, step: step - 1 });
      this.#rolling.take({ run, step }, barsOf(batches));
    });
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

import { StepJoin } from '@tradewind/messaging';
import type { FeaturesComputed } from '@tradewind/features';
import type { PredictionsMade } from '@tradewind/models';
import { type AnalysesMade, isStepDone, type SignalsInputs, type SignalsState } from '@tradewind/signals';

export type SourceName = 'features' | 'inference' | 'analysis';
export type SourceFact = FeaturesComputed | PredictionsMade | AnalysesMade;

export interface RunJoinsOptions {
  /** How long a step waits for model and analyst; undefined: for ever. */
  readonly joinWaitMs: number | undefined;
  /** The state last committed. */
  readonly state: () => SignalsState;
  readonly decide: (inputs: SignalsInputs) => Promise<void>;
}

interface RunJoin {
  readonly join: StepJoin<SourceFact>;
  readonly waiting: Set<() => void>;
}

/**
 * Joins the three inputs of one partition's steps. Steps are numbered inside a run, so each run has its own join. Vectors come in order, so
 * once those of a new run come, no more will come of the run before: whatever still waits of it is let go, or it would wait for ever.
 */
export class RunJoins {
  readonly #runs = new Map<string, RunJoin>();
  /** The run whose vectors came last. */
  #vectorsRun: string | undefined;

  constructor(private readonly options: RunJoinsOptions) {}

  /** Settles when the input's step is decided or need not be decided any more; rejects when deciding it failed. */
  async offer(source: SourceName, fact: SourceFact): Promise<void> {
    const { run, step } = fact.header;
    if (source === 'features' && !this.#isDone(run, step)) {
      this.#vectorsRun = run;
      this.#letFinishedRunsGo();
    }
    if (this.#isDone(run, step)) return;
    const { join, waiting } = this.#joinOf(run);
    await new Promise<void>((resolve, reject) => {
      waiting.add(resolve);
      join
        .offer(source, 0, step, fact)
        .then(resolve, reject)
        .finally(() => waiting.delete(resolve));
    });
  }

  #joinOf(run: string): RunJoin {
    const existing = this.#runs.get(run);
    if (existing !== undefined) return existing;
    const { joinWaitMs } = this.options;
    const required = joinWaitMs === undefined;
    const join = new StepJoin<SourceFact>({
      sources: [
        { name: 'features', required: true },
        { name: 'inference', required },
        { name: 'analysis', required },
      ],
      partitions: 1,
      lastDone: () => this.#lastDone(run),
      ...(joinWaitMs === undefined ? {} : { maxWaitMs: joinWaitMs }),
      process: (_step, inputs, degraded) => this.#decide(inputs, degraded),
    });
    const created: RunJoin = { join, waiting: new Set() };
    this.#runs.set(run, created);
    return created;
  }

  #isDone(run: string, step: number): boolean {
    const state = this.options.state();
    return isStepDone(state, run, step) || (run === state.run && this.#vectorsRun !== undefined && this.#vectorsRun !== run);
  }

  #lastDone(run: string): number {
    if (this.#isDone(run, Number.MAX_SAFE_INTEGER)) return Number.MAX_SAFE_INTEGER;
    const state = this.options.state();
    return run === state.run ? state.step : -1;
  }

  async #decide(inputs: ReadonlyMap<string, readonly SourceFact[]>, degraded: readonly string[]): Promise<void> {
    const of = <T extends SourceFact>(source: SourceName): T | undefined => inputs.get(source)?.[0] as T | undefined;
    const features = of<FeaturesComputed>('features');
    if (features === undefined) throw new Error('a step was joined without its vectors');
    await this.options.decide({
      features,
      predictions: of<PredictionsMade>('inference'),
      analyses: of<AnalysesMade>('analysis'),
      degraded,
    });
  }

  #letFinishedRunsGo(): void {
    for (const [run, { waiting }] of this.#runs) {
      if (!this.#isDone(run, Number.MAX_SAFE_INTEGER)) continue;
      this.#runs.delete(run);
      for (const letGo of waiting) letGo();
    }
  }
}

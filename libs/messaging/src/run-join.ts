import { StepJoin } from './step-join.js';
import type { JoinSource } from './step-join.js';

export interface RunJoinOptions<T> {
  readonly sources: readonly JoinSource[];
  readonly partitions: number;
  /** How long a step whose required inputs are there waits for the optional ones; for ever without it. */
  readonly maxWaitMs?: number;
  /** Run and step last committed, and whether a run is over. */
  readonly progress: () => { readonly run: string; readonly step: number };
  readonly isPast: (run: string) => boolean;
  readonly process: (inputs: ReadonlyMap<string, readonly T[]>, degraded: readonly string[]) => Promise<void>;
}

interface CurrentRun<T> {
  readonly run: string;
  readonly join: StepJoin<T>;
  readonly letGo: Set<() => void>;
}

/**
 * A StepJoin for each run, since steps are numbered inside a run. Every source delivers one message at a time and in order; so the first input of a
 * new run says that its source has nothing more of the old one, that no step of the old run can still come together, and what waits of it is let go.
 */
export class RunJoin<T> {
  #current: CurrentRun<T> | undefined;

  constructor(private readonly options: RunJoinOptions<T>) {}

  /** Settles when the input's step is processed, or can't be any more; rejects with what `process` threw. */
  async offer(source: string, partition: number, at: { readonly run: string; readonly step: number }, payload: T): Promise<void> {
    const { progress, isPast } = this.options;
    if (isPast(at.run)) return;
    const current = this.#current;
    // A run that is committed to, while another one has begun to arrive, is the older of the two.
    if (current !== undefined && current.run !== at.run && progress().run === at.run) return;
    const { join, letGo } = current?.run === at.run ? current : this.#enter(at.run);
    await new Promise<void>((resolve, reject) => {
      letGo.add(resolve);
      join
        .offer(source, partition, at.step, payload)
        .then(resolve, reject)
        .finally(() => letGo.delete(resolve));
    });
  }

  #enter(run: string): CurrentRun<T> {
    const { sources, partitions, maxWaitMs, progress, process } = this.options;
    for (const letGo of this.#current?.letGo ?? []) letGo();
    const lastDone = (): number => (progress().run === run ? progress().step : -1);
    const join = new StepJoin<T>({
      sources,
      partitions,
      lastDone,
      ...(maxWaitMs === undefined ? {} : { maxWaitMs }),
      process: (_step, inputs, degraded) => process(inputs, degraded),
    });
    this.#current = { run, join, letGo: new Set() };
    return this.#current;
  }
}

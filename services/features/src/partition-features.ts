import {
  BarOrderError,
  createFeatureEngine,
  type FeatureEngine,
  type FeatureEngineState,
  type FeaturesComputed,
  type FeatureSet,
} from '@tradewind/features';
import type { BarsClosed } from '@tradewind/market';

/** Memory of one partition after a step, as it is saved. */
export interface PartitionSnapshot {
  readonly run: string;
  readonly step: number;
  readonly engine: FeatureEngineState;
}

/** Bars of a step arrived whose predecessor never did. Going on would compute every window over a hole. */
export class StepGapError extends Error {
  override readonly name = 'StepGapError';
  readonly code = 'STEP_GAP';
}

/** A hole or a step back in the bars: no later attempt closes it. */
export const isBrokenOrder = (error: unknown): boolean => error instanceof StepGapError || error instanceof BarOrderError;

/** The features of one partition, step after step. A new run begins with nothing remembered. */
export class PartitionFeatures {
  #run: string | undefined;
  #step = -1;
  #engine: FeatureEngine;

  constructor(private readonly set: FeatureSet) {
    this.#engine = createFeatureEngine(set);
  }

  /** Last step taken in; -1 before the first. */
  get step(): number {
    return this.#step;
  }

  /** The answer to a step's bars, or undefined when the step was taken in before. Throws StepGapError, and BarOrderError on a bar out of order. */
  accept(closed: BarsClosed): FeaturesComputed | undefined {
    const { run, step } = closed.header;
    const isNewRun = run !== this.#run;
    if (!isNewRun && step <= this.#step) return undefined;
    const expected = isNewRun ? 0 : this.#step + 1;
    if (step !== expected) throw new StepGapError(`step ${step} of run ${run} came where step ${expected} had to`);
    if (isNewRun) {
      this.#engine = createFeatureEngine(this.set);
      this.#run = run;
    }
    const computed = this.#engine.onStep(closed);
    this.#step = step;
    return computed;
  }

  /** Undefined before the first step. */
  snapshot(): PartitionSnapshot | undefined {
    return this.#run === undefined ? undefined : { run: this.#run, step: this.#step, engine: this.#engine.save() };
  }

  /** Throws RangeError when the snapshot is of another feature set. */
  restore({ run, step, engine }: PartitionSnapshot): void {
    this.#engine.restore(engine);
    this.#run = run;
    this.#step = step;
  }
}

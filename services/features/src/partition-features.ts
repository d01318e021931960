import {
  BarOrderError,
  createFeatureEngine,
  type FeatureEngine,
  type FeatureEngineState,
  type FeaturesComputed,
  FeatureSampler,
  type FeatureSet,
  RecordOrderError,
  type SampleReport,
} from '@tradewind/features';
import type { BarsClosed, RecordsKnown, TicksArrived } from '@tradewind/market';
import { type StepHeader, unreachable } from '@tradewind/vocabulary';

/** What the service takes in, in the order of the stream: the records and the chunks of ticks of a step, then its bars. */
export type MarketInput =
  | { readonly event: 'market.records'; readonly fact: RecordsKnown }
  | { readonly event: 'market.ticks'; readonly fact: TicksArrived }
  | { readonly event: 'market.bars'; readonly fact: BarsClosed };

/** Memory of one partition after a step, as it is saved. */
export interface PartitionSnapshot {
  readonly run: string;
  readonly step: number;
  readonly engine: FeatureEngineState;
}

/** Something arrived whose predecessor never did. Going on would compute every window over a hole. */
export class StepGapError extends Error {
  override readonly name = 'StepGapError';
  readonly code = 'STEP_GAP';
}

/** A hole or a step back: no later attempt closes it. */
export const isBrokenOrder = (error: unknown): boolean =>
  error instanceof StepGapError || error instanceof BarOrderError || error instanceof RecordOrderError;

/** Of a sample. The inputs of a wild day's ticks are given up rather than kept. */
const SAMPLE_BARS_MIN = 50;
const SAMPLE_INPUTS_MAX = 200_000;

const TICKS_PREFIX = 'market.ticks/';
const chunksNamed = ({ causes }: StepHeader): number =>
  causes.reduce((count, cause) => (cause.startsWith(TICKS_PREFIX) ? count + 1 : count), 0);

/** The features of one partition, step after step. A new run begins with nothing remembered. */
export class PartitionFeatures {
  #run: string | undefined;
  #step = -1;
  /** Of the step under way: chunks of ticks taken in, and whether its records were. */
  #chunks = 0;
  #recorded = false;
  #ticks = 0;
  #engine: FeatureEngine;
  readonly #sampler: FeatureSampler;

  /** `onSample` is told how each stretch of bars came out that was computed once more. */
  constructor(
    private readonly set: FeatureSet,
    private readonly onSample: (report: SampleReport) => void = () => undefined,
  ) {
    this.#engine = createFeatureEngine(set);
    this.#sampler = new FeatureSampler(set, { barsMin: Math.max(SAMPLE_BARS_MIN, set.warmAfterBars), inputsMax: SAMPLE_INPUTS_MAX });
  }

  /** Last step taken in; -1 before the first. */
  get step(): number {
    return this.#step;
  }

  /** Ticks taken in since the last snapshot. */
  get ticksUnsaved(): number {
    return this.#ticks;
  }

  /**
   * Takes in what comes next. The answer to a step's bars; undefined for what needs none or was taken in before. Throws StepGapError, BarOrderError and
   * RecordOrderError; nothing is taken in then.
   */
  accept(input: MarketInput): FeaturesComputed | undefined {
    switch (input.event) {
      case 'market.records':
        this.#takeRecords(input.fact);
        return undefined;
      case 'market.ticks':
        this.#takeTicks(input.fact);
        return undefined;
      case 'market.bars':
        return this.#takeBars(input.fact);
      default:
        return unreachable(input);
    }
  }

  /** Undefined before the first step. */
  snapshot(): PartitionSnapshot | undefined {
    if (this.#run === undefined || this.#step < 0) return undefined;
    this.#ticks = 0;
    return { run: this.#run, step: this.#step, engine: this.#engine.save() };
  }

  /** Throws RangeError when the snapshot is of another feature set. */
  restore({ run, step, engine }: PartitionSnapshot): void {
    this.#engine.restore(engine);
    this.#sampler.reset();
    this.#run = run;
    this.#step = step;
    this.#beginStep();
  }

  #beginStep(): void {
    this.#chunks = 0;
    this.#recorded = false;
  }

  /** False when the step is over. A new run begins with its first step. */
  #belongsToNext({ id, run, step }: StepHeader): boolean {
    const isNewRun = run !== this.#run;
    if (!isNewRun && step <= this.#step) return false;
    const expected = isNewRun ? 0 : this.#step + 1;
    if (step !== expected) throw new StepGapError(`${id} came where step ${expected} of run ${run} had to`);
    if (isNewRun) {
      this.#engine = createFeatureEngine(this.set);
      this.#sampler.reset();
      this.#run = run;
      this.#step = -1;
      this.#beginStep();
    }
    return true;
  }

  #takeRecords(known: RecordsKnown): void {
    if (!this.#belongsToNext(known.header) || this.#recorded) return;
    this.#engine.onRecords(known);
    this.#sampler.onRecords(known);
    this.#recorded = true;
  }

  #takeTicks(arrived: TicksArrived): void {
    if (!this.#belongsToNext(arrived.header) || arrived.chunk < this.#chunks) return;
    if (arrived.chunk > this.#chunks) throw new StepGapError(`${arrived.header.id} came where chunk ${this.#chunks} had to`);
    this.#engine.onTicks(arrived);
    for (const tick of arrived.ticks) this.#sampler.onTick(tick);
    this.#chunks += 1;
    this.#ticks += arrived.ticks.length;
  }

  #takeBars(closed: BarsClosed): FeaturesComputed | undefined {
    if (!this.#belongsToNext(closed.header)) return undefined;
    const named = chunksNamed(closed.header);
    if (named !== this.#chunks) throw new StepGapError(`${closed.header.id} follows ${named} chunks of ticks, ${this.#chunks} came`);
    const computed = this.#engine.onStep(closed);
    for (const [index, bar] of closed.bars.entries()) {
      const report = this.#sampler.onBar(bar, computed.vectors[index]!, this.#engine);
      if (report !== undefined) this.onSample(report);
    }
    this.#step = closed.header.step;
    this.#beginStep();
    return computed;
  }
}

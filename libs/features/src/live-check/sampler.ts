import type { Bar, RecordsKnown, Tick } from '@tradewind/market';
import type { Symbol } from '@tradewind/vocabulary';

import type { FeatureEngine } from '../engine.js';
import type { FeatureSet } from '../feature-set.js';
import type { SymbolFeaturesState } from '../symbol-features.js';
import type { FeatureVector } from '../vector.js';
import { checkSample, type SampleReport, type TakenInput } from './sample.js';
import { windowFeatures } from './window-features.js';

export interface SamplerLimits {
  /** Bars of a sample. At least the set's `warmAfterBars`, or no long window is ever checked from scratch. */
  readonly barsMin: number;
  /** A sample with more inputs than this is dropped before its end: ticks of a wild market are many. */
  readonly inputsMax: number;
}

interface Sample {
  readonly symbol: Symbol;
  readonly state: SymbolFeaturesState;
  readonly inputs: TakenInput[];
  bars: number;
}

/**
 * Checks in a running service that streamed vectors are what their inputs give: one symbol at a time, it keeps the symbol's state and then
 * what the symbol takes in, and after `barsMin` bars computes all of it once more. Call it with everything the engine takes, after the engine took
 * it. Which symbol comes next is the one whose bar comes next, so that all have their turn; nothing is drawn.
 */
export class FeatureSampler {
  readonly #windows: readonly number[];
  #sample: Sample | undefined;
  #last: Symbol | undefined;
  #dropped = 0;

  constructor(
    readonly set: FeatureSet,
    readonly limits: SamplerLimits,
  ) {
    this.#windows = windowFeatures(set);
  }

  /** Samples that had more inputs than the limit. */
  get dropped(): number {
    return this.#dropped;
  }

  onTick(tick: Tick): void {
    if (this.set.readsTicks && tick.symbol === this.#sample?.symbol) this.#keep(this.#sample, { kind: 'tick', tick });
  }

  onRecords({ records }: RecordsKnown): void {
    if (!this.set.readsRecords) return;
    for (const record of records) {
      const sample = this.#sample;
      if (sample !== undefined && (record.symbol ?? sample.symbol) === sample.symbol) this.#keep(sample, { kind: 'record', record });
    }
  }

  /** The report when the bar ends a sample. `engine` has taken the bar in and answered with `vector`. */
  onBar(bar: Bar, vector: FeatureVector, engine: FeatureEngine): SampleReport | undefined {
    const sample = this.#sample;
    if (sample === undefined) {
      if (bar.symbol === this.#last && engine.symbols > 1) this.#last = undefined;
      else this.#begin(bar.symbol, engine);
      return undefined;
    }
    if (bar.symbol !== sample.symbol) return undefined;
    this.#keep(sample, { kind: 'bar', bar, values: vector.values });
    sample.bars += 1;
    if (this.#sample === undefined || sample.bars < this.limits.barsMin) return undefined;
    this.reset();
    return checkSample(this.set, this.#windows, sample.symbol, sample.state, sample.inputs);
  }

  /** Drops what is under way: the engine was restored, or begins anew. */
  reset(): void {
    this.#last = this.#sample?.symbol;
    this.#sample = undefined;
  }

  #begin(symbol: Symbol, engine: FeatureEngine): void {
    const state = engine.saveSymbol(symbol);
    if (state !== undefined) this.#sample = { symbol, state, inputs: [], bars: 0 };
  }

  #keep(sample: Sample, input: TakenInput): void {
    sample.inputs.push(input);
    if (sample.inputs.length <= this.limits.inputsMax) return;
    this.#dropped += 1;
    this.reset();
  }
}

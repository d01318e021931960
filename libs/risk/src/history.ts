import { toNumber } from '@tradewind/vocabulary';
import type { Bar } from '@tradewind/market';

/** A trading year of daily bars and a few more. */
export const HISTORY_BARS_MAX = 260;
/** Symbols beyond it are left out: 1,000 of them are 6 MB. */
const HISTORY_SYMBOLS_MAX = 2_000;

/**
 * What the last steps' bars were, for estimates (correlation, VaR, betas, ADV). All symbols share one time axis: the steps that had a bar of any of them.
 * A step without a bar of a symbol counts as unchanged for it (return 0, volume 0), as its holder saw it. Lists are oldest first and end with the last step.
 */
export interface ReturnHistory {
  readonly run: string;
  /** Last step taken in; -1 before the first. */
  readonly step: number;
  /** Steps known, at most HISTORY_BARS_MAX. */
  readonly length: number;
  /** All symbols that ever had a bar, in the order of their names. */
  readonly symbols: readonly string[];
  /** Steps known of a symbol since its first bar; 0 for an unknown one. */
  barsOf(symbol: string): number;
  /** Last close as a double; undefined for an unknown symbol. */
  lastCloseOf(symbol: string): number | undefined;
  /** The last `count` simple returns; undefined when fewer are known (a symbol's first bar has none). */
  returnsOf(symbol: string, count: number): Float64Array | undefined;
  /** The last `count` closes; undefined when fewer are known. */
  closesOf(symbol: string, count: number): Float64Array | undefined;
  /** The last `count` volumes, in units of the instrument; undefined when fewer are known. */
  volumesOf(symbol: string, count: number): Float64Array | undefined;
}

interface Series {
  /** Count of steps before its first bar's, on the axis of the run. */
  readonly first: number;
  /** Count of steps up to and with its last bar's. */
  end: number;
  readonly closes: Float64Array;
  readonly volumes: Float64Array;
}

interface StepOfRun {
  readonly run: string;
  readonly step: number;
}

/**
 * Ring buffers of closes and volumes, a pure function of the bars of the run, kept beside the durable state. Whoever decides steps calls `take` with each
 * step's bars before it decides the step; a step taken in before changes nothing, and a new run begins with nothing remembered.
 */
export class RollingHistory implements ReturnHistory {
  #run = '';
  #step = -1;
  /** Steps with bars since the run began. */
  #count = 0;
  #series = new Map<string, Series>();
  #names: readonly string[] | undefined = [];

  get run(): string {
    return this.#run;
  }
  get step(): number {
    return this.#step;
  }
  get length(): number {
    return Math.min(this.#count, HISTORY_BARS_MAX);
  }
  get symbols(): readonly string[] {
    this.#names ??= [...this.#series.keys()].sort();
    return this.#names;
  }

  take({ run, step }: StepOfRun, bars: readonly Bar[]): void {
    if (run !== this.#run) this.#begin(run);
    if (step <= this.#step) return;
    this.#step = step;
    if (bars.length === 0) return;
    this.#count += 1;
    for (const bar of bars) this.#put(bar.symbol, toNumber(bar.close), toNumber(bar.volume));
  }

  barsOf(symbol: string): number {
    const series = this.#series.get(symbol);
    return series === undefined ? 0 : Math.min(this.#count - series.first, HISTORY_BARS_MAX);
  }

  lastCloseOf(symbol: string): number | undefined {
    const series = this.#series.get(symbol);
    return series?.closes[(series.end - 1) % HISTORY_BARS_MAX];
  }

  returnsOf(symbol: string, count: number): Float64Array | undefined {
    const closes = this.closesOf(symbol, count + 1);
    if (closes === undefined) return undefined;
    const returns = new Float64Array(count);
    for (let index = 0; index < count; index += 1) returns[index] = closes[index + 1]! / closes[index]! - 1;
    return returns;
  }

  closesOf(symbol: string, count: number): Float64Array | undefined {
    const series = this.#known(symbol, count);
    if (series === undefined) return undefined;
    const closes = new Float64Array(count);
    const last = series.closes[(series.end - 1) % HISTORY_BARS_MAX]!;
    for (let index = 0, at = this.#count - count; index < count; index += 1, at += 1) {
      closes[index] = at < series.end ? series.closes[at % HISTORY_BARS_MAX]! : last;
    }
    return closes;
  }

  volumesOf(symbol: string, count: number): Float64Array | undefined {
    const series = this.#known(symbol, count);
    if (series === undefined) return undefined;
    const volumes = new Float64Array(count);
    for (let index = 0, at = this.#count - count; index < count && at < series.end; index += 1, at += 1) {
      volumes[index] = series.volumes[at % HISTORY_BARS_MAX]!;
    }
    return volumes;
  }

  #known(symbol: string, count: number): Series | undefined {
    return count >= 1 && this.barsOf(symbol) >= count ? this.#series.get(symbol) : undefined;
  }

  #begin(run: string): void {
    this.#run = run;
    this.#step = -1;
    this.#count = 0;
    this.#series = new Map();
    this.#names = [];
  }

  /** A second bar of a symbol in one step (another interval) is left out, and so is a price that no return can be made of. */
  #put(symbol: string, close: number, volume: number): void {
    if (!(close > 0)) return;
    const series = this.#series.get(symbol) ?? this.#open(symbol);
    if (series === undefined || series.end === this.#count) return;
    this.#carry(series);
    const slot = (this.#count - 1) % HISTORY_BARS_MAX;
    series.closes[slot] = close;
    series.volumes[slot] = volume;
    series.end = this.#count;
  }

  /** Steps without a bar of the symbol keep its price. */
  #carry(series: Series): void {
    if (series.end === series.first) return;
    const last = series.closes[(series.end - 1) % HISTORY_BARS_MAX]!;
    for (let at = Math.max(series.end, this.#count - HISTORY_BARS_MAX); at < this.#count - 1; at += 1) {
      series.closes[at % HISTORY_BARS_MAX] = last;
      series.volumes[at % HISTORY_BARS_MAX] = 0;
    }
  }

  #open(symbol: string): Series | undefined {
    if (this.#series.size === HISTORY_SYMBOLS_MAX) return undefined;
    const first = this.#count - 1;
    const series = { first, end: first, closes: new Float64Array(HISTORY_BARS_MAX), volumes: new Float64Array(HISTORY_BARS_MAX) };
    this.#series.set(symbol, series);
    this.#names = undefined;
    return series;
  }
}

/** A history that nothing is ever taken into: for settings in which nothing asks. */
export const NO_HISTORY: ReturnHistory = new RollingHistory();

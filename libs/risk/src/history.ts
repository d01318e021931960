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

/** A history as it is saved: what `closesOf` and `volumesOf` answer, by symbol. */
export interface HistorySnapshot {
  readonly run: string;
  readonly step: number;
  readonly length: number;
  readonly series: Readonly<Record<string, { readonly closes: readonly number[]; readonly volumes: readonly number[] }>>;
}

export const NO_SNAPSHOT: HistorySnapshot = { run: '', step: -1, length: 0, series: {} };

interface Series {
  /** Count of steps before its first bar's, on the axis of the run. */
  readonly first: number;
  /** Count of steps up to and with its last bar's. */
  end: number;
  readonly closes: Float64Array;
  /** Made when a bar is taken: asked for by every estimate of every step, copied each time. */
  readonly returns: Float64Array;
  readonly volumes: Float64Array;
}

const emptyRing = (): Float64Array => new Float64Array(HISTORY_BARS_MAX);

/** The last `count` entries of a ring before `end`, oldest first. */
const lastOf = (ring: Float64Array, end: number, count: number): Float64Array => {
  const from = (end - count) % HISTORY_BARS_MAX;
  const values = new Float64Array(count);
  const beforeWrap = Math.min(count, HISTORY_BARS_MAX - from);
  values.set(ring.subarray(from, from + beforeWrap));
  if (beforeWrap < count) values.set(ring.subarray(0, count - beforeWrap), beforeWrap);
  return values;
};

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
    const series = this.#known(symbol, count + 1);
    return series === undefined ? undefined : lastOf(series.returns, this.#count, count);
  }

  closesOf(symbol: string, count: number): Float64Array | undefined {
    const series = this.#known(symbol, count);
    return series === undefined ? undefined : lastOf(series.closes, this.#count, count);
  }

  volumesOf(symbol: string, count: number): Float64Array | undefined {
    const series = this.#known(symbol, count);
    return series === undefined ? undefined : lastOf(series.volumes, this.#count, count);
  }

  save(): HistorySnapshot {
    const series = this.symbols.flatMap((symbol) => {
      const count = this.barsOf(symbol);
      const closes = this.closesOf(symbol, count);
      const volumes = this.volumesOf(symbol, count);
      return closes === undefined || volumes === undefined ? [] : [[symbol, { closes: [...closes], volumes: [...volumes] }] as const];
    });
    return { run: this.#run, step: this.#step, length: this.length, series: Object.fromEntries(series) };
  }

  /** Answers as the saved one did, and goes on from there. */
  restore({ run, step, length, series }: HistorySnapshot): void {
    this.#begin(run);
    this.#step = step;
    this.#count = length;
    for (const [symbol, { closes, volumes }] of Object.entries(series)) {
      const first = length - closes.length;
      const restored = { first, end: length, closes: emptyRing(), returns: emptyRing(), volumes: emptyRing() };
      closes.forEach((close, index) => {
        const slot = (first + index) % HISTORY_BARS_MAX;
        restored.closes[slot] = close;
        restored.returns[slot] = index === 0 ? 0 : close / closes[index - 1]! - 1;
        restored.volumes[slot] = volumes[index]!;
      });
      this.#series.set(symbol, restored);
    }
    this.#names = undefined;
  }

  #known(symbol: string, count: number): Series | undefined {
    const series = count >= 1 && this.barsOf(symbol) >= count ? this.#series.get(symbol) : undefined;
    if (series !== undefined) this.#carry(series, this.#count);
    return series;
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
    this.#carry(series, this.#count - 1);
    const slot = (this.#count - 1) % HISTORY_BARS_MAX;
    const isFirst = series.end === series.first;
    series.returns[slot] = isFirst ? 0 : close / series.closes[(series.end - 1) % HISTORY_BARS_MAX]! - 1;
    series.closes[slot] = close;
    series.volumes[slot] = volume;
    series.end = this.#count;
  }

  /** Steps without a bar of the symbol keep its price, up to the count of steps `end`. */
  #carry(series: Series, end: number): void {
    if (series.end === series.first || series.end >= end) return;
    const last = series.closes[(series.end - 1) % HISTORY_BARS_MAX]!;
    for (let at = Math.max(series.end, end - HISTORY_BARS_MAX); at < end; at += 1) {
      const slot = at % HISTORY_BARS_MAX;
      series.closes[slot] = last;
      series.returns[slot] = 0;
      series.volumes[slot] = 0;
    }
    series.end = end;
  }

  #open(symbol: string): Series | undefined {
    if (this.#series.size === HISTORY_SYMBOLS_MAX) return undefined;
    const first = this.#count - 1;
    const series = { first, end: first, closes: emptyRing(), returns: emptyRing(), volumes: emptyRing() };
    this.#series.set(symbol, series);
    this.#names = undefined;
    return series;
  }
}

/** A history that nothing is ever taken into: for settings in which nothing asks. */
export const NO_HISTORY: ReturnHistory = new RollingHistory();

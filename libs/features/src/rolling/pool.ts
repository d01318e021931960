import type { MarketView } from '../inputs/market-view.js';
import { SessionClocks } from '../inputs/session-clock.js';
import type { SessionView } from '../inputs/session-view.js';
import { SymbolMarket } from '../inputs/symbol-market.js';
import { Derived, RunningTotal } from './derived.js';
import { Lag } from './lag.js';
import type { BarField, Primitive, RecordPrimitive, Source, TickPrimitive } from './primitive.js';
import { MeanDistance } from './mean-distance.js';
import { Scan, type ScanStep } from './scan.js';
import { emaAlpha, Smoothed, wilderAlpha } from './smoothed.js';
import { WeightedSum } from './weighted-sum.js';
import { WindowCovariance } from './window-covariance.js';
import { WindowDeviation } from './window-deviation.js';
import { WindowExtreme } from './window-extreme.js';
import { WindowSum } from './window-sum.js';

class Field implements Source {
  readonly window = 1;
  readonly isField = true;
  value = Number.NaN;
  constructor(readonly key: BarField | 'seconds') {}
}

/**
 * The primitives of one symbol, each once however many features use it, in an order in which sources come before what reads them.
 * Sources of the common kinds are made here by name.
 */
export class PrimitivePool {
  readonly open = new Field('open');
  readonly high = new Field('high');
  readonly low = new Field('low');
  readonly close = new Field('close');
  readonly volume = new Field('volume');
  /** Close of the bar, in seconds since 1970 UTC. */
  readonly seconds = new Field('seconds');
  /** What ticks move; definitions see it as a view. */
  readonly symbolMarket = new SymbolMarket();
  readonly #byKey = new Map<string, Primitive>();
  readonly #asked = new Set<Primitive>();
  readonly #onTicks: TickPrimitive[] = [];
  readonly #onRecords: RecordPrimitive[] = [];

  constructor(private readonly clocks: SessionClocks = new SessionClocks()) {}

  get primitives(): readonly Primitive[] {
    return [...this.#byKey.values()];
  }
  get tickPrimitives(): readonly TickPrimitive[] {
    return this.#onTicks;
  }
  get recordPrimitives(): readonly RecordPrimitive[] {
    return this.#onRecords;
  }

  /** The symbol's book and trades. */
  get market(): MarketView {
    return this.symbolMarket;
  }

  /** The bar's place in an exchange's calendar, by the calendar's name (`XNYS`). Throws RangeError when there is no such calendar. */
  session(calendar: string): SessionView {
    return this.clocks.of(calendar);
  }

  /** True when what `compose` asks for hangs on the bars of its windows alone. */
  forgets(compose: () => unknown): boolean {
    this.#asked.clear();
    compose();
    return [...this.#asked].every((primitive) => primitive.forgets === true);
  }

  /** Any primitive of one's own, shared by its key. */
  share<T extends Primitive>(candidate: T): T {
    const known = this.#byKey.get(candidate.key);
    this.#asked.add(known ?? candidate);
    if (known !== undefined) return known as T;
    this.#byKey.set(candidate.key, candidate);
    return candidate;
  }

  /** A primitive that ticks move as well, shared by its key. */
  track<T extends TickPrimitive>(candidate: T): T {
    const shared = this.share(candidate);
    if (shared === candidate) this.#onTicks.push(candidate);
    return shared;
  }

  /** A primitive that records move as well, shared by its key. */
  follow<T extends RecordPrimitive>(candidate: T): T {
    const shared = this.share(candidate);
    if (shared === candidate) this.#onRecords.push(candidate);
    return shared;
  }

  sum(source: Source, size: number): WindowSum {
    return this.share(new WindowSum(source, size));
  }
  deviation(source: Source, size: number): WindowDeviation {
    return this.share(new WindowDeviation(source, size));
  }
  greatest(source: Source, size: number): WindowExtreme {
    return this.share(new WindowExtreme(source, size, 1));
  }
  least(source: Source, size: number): WindowExtreme {
    return this.share(new WindowExtreme(source, size, -1));
  }
  lag(source: Source, distance: number): Lag {
    return this.share(new Lag(source, distance));
  }
  total(source: Source): RunningTotal {
    return this.share(new RunningTotal(source));
  }
  ema(source: Source, period: number, skipped = 0): Smoothed {
    return this.share(new Smoothed(source, period, emaAlpha(period), skipped));
  }
  wilder(source: Source, period: number): Smoothed {
    return this.share(new Smoothed(source, period, wilderAlpha(period)));
  }
  derive(key: string, sources: readonly Source[], formula: () => number): Derived {
    return this.share(new Derived(key, sources, formula));
  }

  weighted(source: Source, size: number): WeightedSum {
    return this.share(new WeightedSum(source, size));
  }
  covariance(x: Source, y: Source, size: number): WindowCovariance {
    return this.share(new WindowCovariance(x, y, size));
  }
  meanDistance(source: Source, size: number): MeanDistance {
    return this.share(new MeanDistance(source, size));
  }
  /** A recursion with `cells` numbers of memory; equal keys must mean equal steps. */
  scan(key: string, sources: readonly Source[], cells: number, step: ScanStep, warmUp = 0): Scan {
    return this.share(new Scan(key, sources, cells, step, warmUp));
  }

  logClose(): Derived {
    const { close } = this;
    return this.derive('ln(close)', [close], () => Math.log(close.value));
  }

  /** ln(close / close before). */
  logReturn(): Derived {
    const now = this.logClose();
    const before = this.lag(now, 1);
    return this.derive('log-return', [now, before], () => now.value - before.value);
  }

  /** close - close before. */
  change(): Derived {
    const { close } = this;
    const before = this.lag(close, 1);
    return this.derive('change', [close, before], () => close.value - before.value);
  }

  /** The range of the bar, the close before included (Wilder 1978, p. 21). */
  trueRange(): Derived {
    const { high, low } = this;
    const before = this.lag(this.close, 1);
    return this.derive('true-range', [high, low, before], () => Math.max(high.value, before.value) - Math.min(low.value, before.value));
  }

  /** (high + low + close) / 3. */
  typicalPrice(): Derived {
    const { high, low, close } = this;
    return this.derive('typical-price', [high, low, close], () => (high.value + low.value + close.value) / 3);
  }

  /** (high + low) / 2. */
  medianPrice(): Derived {
    const { high, low } = this;
    return this.derive('median-price', [high, low], () => (high.value + low.value) / 2);
  }
}

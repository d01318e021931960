import type { MarketView } from '../inputs/market-view.js';
import { SessionClocks } from '../inputs/session-clock.js';
import type { SessionView } from '../inputs/session-view.js';
import { SymbolMarket } from '../inputs/symbol-market.js';
import { Derived, RunningTotal } from './derived.js';
import { Lag } from './lag.js';
import type { BarField, Primitive, RecordPrimitive, Source, TickPrimitive } from './primitive.js';
import { emaAlpha, Smoothed, wilderAlpha } from './smoothed.js';
import { WindowDeviation } from './window-deviation.js';
import { WindowExtreme } from './window-extreme.js';
import { WindowSum } from './window-sum.js';

class Field implements Source {
  readonly window = 1;
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

  /** Any primitive of one's own, shared by its key. */
  share<T extends Primitive>(candidate: T): T {
    const known = this.#byKey.get(candidate.key);
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
}

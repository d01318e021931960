import { Derived, RunningTotal } from './derived.js';
import { Lag } from './lag.js';
import type { BarField, Primitive, Source } from './primitive.js';
import { emaAlpha, Smoothed, wilderAlpha } from './smoothed.js';
import { WindowDeviation } from './window-deviation.js';
import { WindowExtreme } from './window-extreme.js';
import { WindowSum } from './window-sum.js';

class Field implements Source {
  readonly window = 1;
  value = Number.NaN;
  constructor(readonly key: BarField) {}
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
  readonly #byKey = new Map<string, Primitive>();

  get primitives(): readonly Primitive[] {
    return [...this.#byKey.values()];
  }

  #share<T extends Primitive>(candidate: T): T {
    const known = this.#byKey.get(candidate.key);
    if (known !== undefined) return known as T;
    this.#byKey.set(candidate.key, candidate);
    return candidate;
  }

  sum(source: Source, size: number): WindowSum {
    return this.#share(new WindowSum(source, size));
  }
  deviation(source: Source, size: number): WindowDeviation {
    return this.#share(new WindowDeviation(source, size));
  }
  greatest(source: Source, size: number): WindowExtreme {
    return this.#share(new WindowExtreme(source, size, 1));
  }
  least(source: Source, size: number): WindowExtreme {
    return this.#share(new WindowExtreme(source, size, -1));
  }
  lag(source: Source, distance: number): Lag {
    return this.#share(new Lag(source, distance));
  }
  total(source: Source): RunningTotal {
    return this.#share(new RunningTotal(source));
  }
  ema(source: Source, period: number, skipped = 0): Smoothed {
    return this.#share(new Smoothed(source, period, emaAlpha(period), skipped));
  }
  wilder(source: Source, period: number): Smoothed {
    return this.#share(new Smoothed(source, period, wilderAlpha(period)));
  }
  derive(key: string, sources: readonly Source[], formula: () => number): Derived {
    return this.#share(new Derived(key, sources, formula));
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

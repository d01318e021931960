import type { Bar, BarInterval } from '@tradewind/market';
import type { PastBar } from '@tradewind/tws';
import { add, greatest, least, type Symbol, type UnixNanos, ZERO_QUANTITY } from '@tradewind/vocabulary';

import { barId } from './bar-times.js';
import { SOURCE } from './name.js';

type Values = Omit<PastBar, 'time'>;

/** A bar that has ended, and the first and last close of bars that are over and were not fully seen: those have to come from history. */
export interface Assembled {
  readonly bar: Bar | undefined;
  readonly missed: { readonly from: UnixNanos; readonly until: UnixNanos } | undefined;
}

const FIVE_SECONDS = 5_000_000_000n;
const NOTHING: Assembled = { bar: undefined, missed: undefined };

/**
 * Adds bars of five seconds up to bars of an interval, from a start that may be in the middle of one and over gaps. Only a bar of which every part was
 * seen is given; any other is reported as missed once it is over. In a bar without trades there is none.
 */
export class BarAssembly {
  readonly #size: bigint;
  /** Start of the part that comes next; undefined before the first. */
  #expected: UnixNanos | undefined;
  /** The bar that forms: its start, its parts so far, and whether they are all from the start on. */
  #start: UnixNanos | undefined;
  #sum: Values | undefined;
  #whole = false;

  constructor(
    private readonly symbol: Symbol,
    private readonly interval: BarInterval,
    seconds: number,
  ) {
    this.#size = BigInt(seconds) * 1_000_000_000n;
  }

  /** Takes the part that begins at `at`. One that came before is passed on as a correction of a bar of five seconds, else passed over. */
  add(at: UnixNanos, part: Values): Assembled {
    const expected = this.#expected;
    const close = this.#closeOf(at);
    const start = (close - this.#size) as UnixNanos;
    if (expected !== undefined && at < expected)
      return this.#size === FIVE_SECONDS ? { bar: this.#barOf(close, part), missed: undefined } : NOTHING;
    const gap = expected !== undefined && at > expected;
    if (gap || start !== this.#start) {
      this.#start = start;
      this.#sum = undefined;
      this.#whole = at === start;
    }
    this.#sum = this.#sum === undefined ? part : merged(this.#sum, part);
    this.#expected = (at + FIVE_SECONDS) as UnixNanos;
    const lost = gap && this.#closeOf(expected) <= start ? { from: this.#closeOf(expected), until: start } : undefined;
    if (this.#expected < close) return { bar: undefined, missed: lost };
    if (!this.#whole) return { bar: undefined, missed: { from: lost?.from ?? close, until: close } };
    return { bar: this.#sum.volume > ZERO_QUANTITY ? this.#barOf(close, this.#sum) : undefined, missed: lost };
  }

  #closeOf(at: UnixNanos): UnixNanos {
    return ((at / this.#size) * this.#size + this.#size) as UnixNanos;
  }

  #barOf(closeTime: UnixNanos, { open, high, low, close, volume }: Values): Bar {
    const { symbol, interval } = this;
    const id = barId(symbol, interval, closeTime);
    return {
      id,
      symbol,
      interval,
      openTime: (closeTime - this.#size) as UnixNanos,
      closeTime,
      open,
      high,
      low,
      close,
      volume,
      source: SOURCE,
      warmUp: false,
    };
  }
}

const merged = (left: Values, right: Values): Values => ({
  open: left.open,
  high: greatest(left.high, right.high),
  low: least(left.low, right.low),
  close: right.close,
  volume: add(left.volume, right.volume),
});

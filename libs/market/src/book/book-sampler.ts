import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { BookSnapshot } from '../tick.js';
import type { DepthBook } from './depth-book.js';

const NANOS_PER_MILLI = 1_000_000n;
const NONE_DUE: readonly BookSnapshot[] = [];

export interface SamplerSettings {
  /** Distance of the samples in event time; they lie on multiples of it. 3,600 ms or less gives 1,000 an hour. */
  readonly everyMs: number;
  /** Depth of a sample. */
  readonly levels: number;
  /** A book at rest repeats itself in at most this many samples at once; older ones are left out. */
  readonly catchUpMax: number;
}

/** Cuts snapshots of one symbol's book at even instants of event time. */
export class BookSampler {
  private readonly every: bigint;
  /** The next instant to sample; undefined before the first tick. */
  private next: bigint | undefined;

  constructor(
    private readonly symbol: Symbol,
    private readonly settings: SamplerSettings,
  ) {
    if (!Number.isSafeInteger(settings.everyMs) || settings.everyMs <= 0) throw new RangeError('everyMs must be a whole number above 0');
    this.every = BigInt(settings.everyMs) * NANOS_PER_MILLI;
  }

  /**
   * To be called before a tick of that time is applied: returns the samples due up to and including `at`'s last even instant that lies before the tick,
   * each showing the book as it stood then. Nothing is due while the book has no valid state.
   */
  dueBefore(book: DepthBook, at: UnixNanos): readonly BookSnapshot[] {
    const { next } = this;
    if (next === undefined || book.status !== 'LIVE') {
      this.next = this.evenAfter(at);
      return NONE_DUE;
    }
    if (at < next) return NONE_DUE;
    const last = at - (at % this.every);
    const earliest = last - this.every * BigInt(this.settings.catchUpMax - 1);
    const bids = book.levels('BID', this.settings.levels);
    const asks = book.levels('ASK', this.settings.levels);
    const due: BookSnapshot[] = [];
    for (let instant = next > earliest ? next : earliest; instant <= last; instant += this.every)
      due.push({ kind: 'book-snapshot', symbol: this.symbol, at: instant as UnixNanos, sequence: book.sequence, bids, asks });
    this.next = last + this.every;
    return due;
  }

  private evenAfter(at: UnixNanos): bigint {
    return at - (at % this.every) + this.every;
  }
}

import { type BookRefusal, BookSampler, type BookSnapshot, DepthBook, type Tick } from '@tradewind/market';
import type { Symbol } from '@tradewind/vocabulary';

/** Levels of a stored sample. */
const SAMPLE_LEVELS = 10;
/** A book at rest is sampled so often at once when its next tick comes. */
const CATCH_UP_MAX = 20;

interface KeptBook {
  readonly book: DepthBook;
  readonly sampler: BookSampler;
}

export type BookEvent =
  | { readonly kind: 'lost'; readonly symbol: Symbol; readonly refusal: BookRefusal }
  | { readonly kind: 'found'; readonly symbol: Symbol }
  | { readonly kind: 'crossed'; readonly symbol: Symbol };

/** Keeps the book of each symbol, cuts samples of it at even times, and notices when a book loses its thread. */
export class BookSampling {
  readonly #books = new Map<Symbol, KeptBook>();

  constructor(
    private readonly everyMs: number,
    private readonly onSample: (sample: BookSnapshot) => void,
    private readonly onEvent: (event: BookEvent) => void,
  ) {}

  take(tick: Tick): void {
    if (tick.kind !== 'book-snapshot' && tick.kind !== 'book-delta') return;
    const { book, sampler } = this.#bookOf(tick.symbol);
    for (const sample of sampler.dueBefore(book, tick.at)) this.onSample(sample);
    const wasLive = book.status === 'LIVE';
    const refusal = tick.kind === 'book-snapshot' ? book.applySnapshot(tick) : book.applyDelta(tick);
    if (book.status === 'LIVE' && !wasLive) this.onEvent({ kind: 'found', symbol: tick.symbol });
    if (book.status !== 'LIVE' && wasLive) this.onEvent({ kind: 'lost', symbol: tick.symbol, refusal: refusal ?? 'SEQUENCE_GAP' });
    if (book.status === 'LIVE' && book.condition === 'CROSSED') this.onEvent({ kind: 'crossed', symbol: tick.symbol });
  }

  #bookOf(symbol: Symbol): KeptBook {
    let kept = this.#books.get(symbol);
    if (kept === undefined) {
      const settings = { everyMs: this.everyMs, levels: SAMPLE_LEVELS, catchUpMax: CATCH_UP_MAX };
      kept = { book: new DepthBook(), sampler: new BookSampler(symbol, settings) };
      this.#books.set(symbol, kept);
    }
    return kept;
  }
}

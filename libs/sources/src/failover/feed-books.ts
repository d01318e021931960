import { type BookDelta, type BookSnapshot, DepthBook } from '@tradewind/market';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { FailoverFeedOptions } from './feed-options.js';

type BookTick = BookSnapshot | BookDelta;

/**
 * The order books of all connected sources. Deltas of one source say nothing about the book of another, so that a switch begins with a snapshot of the new
 * source's book: at once when it was followed in the background, else with the first that the source sends. Until then its deltas are held back.
 */
export class FeedBooks {
  private readonly books = new Map<string, DepthBook>();
  private readonly awaiting = new Set<Symbol>();
  /** Event time of the last word about each book: a snapshot of another source must not seem older. */
  private readonly toldAt = new Map<Symbol, bigint>();

  constructor(
    private readonly options: FailoverFeedOptions,
    private readonly pass: (tick: BookTick) => void,
  ) {}

  offer(source: string, tick: BookTick, active: boolean): void {
    const book = this.bookOf(source, tick.symbol);
    if (tick.kind === 'book-snapshot') book.applySnapshot(tick);
    else book.applyDelta(tick);
    if (!active) return;
    if (!this.awaiting.has(tick.symbol)) this.tell(tick);
    else if (tick.kind === 'book-snapshot') this.begin(tick);
  }

  /** A source's connection is lost: what its books showed is old. */
  forget(source: string): void {
    for (const symbol of this.options.request.symbols) this.books.get(`${source} ${symbol}`)?.reset();
  }

  /** The reader's books are the source's from now on. */
  switchTo(source: string): void {
    for (const symbol of this.options.request.symbols) {
      this.awaiting.add(symbol);
      const book = this.bookOf(source, symbol);
      if (book.status !== 'LIVE') continue;
      const [bids, asks] = [book.levels('BID'), book.levels('ASK')];
      this.begin({ kind: 'book-snapshot', symbol, at: book.at, sequence: book.sequence, bids, asks });
    }
  }

  private begin(snapshot: BookSnapshot): void {
    this.awaiting.delete(snapshot.symbol);
    const told = this.toldAt.get(snapshot.symbol) ?? 0n;
    this.tell(snapshot.at > told ? snapshot : { ...snapshot, at: (told + 1n) as UnixNanos });
  }

  private tell(tick: BookTick): void {
    if (tick.at > (this.toldAt.get(tick.symbol) ?? 0n)) this.toldAt.set(tick.symbol, tick.at);
    this.pass(tick);
  }

  private bookOf(source: string, symbol: Symbol): DepthBook {
    const key = `${source} ${symbol}`;
    const found = this.books.get(key) ?? new DepthBook();
    this.books.set(key, found);
    return found;
  }
}

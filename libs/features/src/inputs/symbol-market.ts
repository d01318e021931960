import { DepthBook, type Quote, type Tick, type Trade } from '@tradewind/market';
import { toNumber } from '@tradewind/vocabulary';

import type { MarketView, TickKind } from './market-view.js';

const NANOS_PER_SECOND = 1e9;
const SIGNS = { BUYER: 1, SELLER: -1, UNKNOWN: 0 } as const;
const NOTHING = Number.NaN;
const KINDS: readonly TickKind[] = ['trade', 'quote', 'book'];
const CELLS = 13;

/** Plain data. */
export interface SavedMarket {
  readonly view: Float64Array;
  /** Undefined when no book came yet. */
  readonly book: Float64Array | undefined;
}

/** Keeps the market view of one symbol. */
export class SymbolMarket implements MarketView {
  tick: TickKind = 'quote';
  seconds = NOTHING;
  bidPrice = NOTHING;
  bidQuantity = 0;
  askPrice = NOTHING;
  askQuantity = 0;
  bidPriceBefore = NOTHING;
  bidQuantityBefore = 0;
  askPriceBefore = NOTHING;
  askQuantityBefore = 0;
  tradePrice = NOTHING;
  tradeQuantity = NOTHING;
  tradeSign = 0;
  #book: DepthBook | undefined;

  get quoted(): boolean {
    return this.bidPrice < this.askPrice;
  }
  /** The book, while it hangs together. */
  get #live(): DepthBook | undefined {
    return this.#book?.status === 'LIVE' ? this.#book : undefined;
  }
  get bidLevels(): number {
    return this.#live?.levelCount('BID') ?? (Number.isNaN(this.bidPrice) ? 0 : 1);
  }
  get askLevels(): number {
    return this.#live?.levelCount('ASK') ?? (Number.isNaN(this.askPrice) ? 0 : 1);
  }
  bidPriceAt(level: number): number {
    return this.#live?.priceAt('BID', level) ?? (level === 0 ? this.bidPrice : NOTHING);
  }
  bidQuantityAt(level: number): number {
    return this.#live?.sizeAt('BID', level) ?? (level === 0 ? this.bidQuantity : 0);
  }
  askPriceAt(level: number): number {
    return this.#live?.priceAt('ASK', level) ?? (level === 0 ? this.askPrice : NOTHING);
  }
  askQuantityAt(level: number): number {
    return this.#live?.sizeAt('ASK', level) ?? (level === 0 ? this.askQuantity : 0);
  }

  /** Takes in a tick. What a book refuses (a delta that came before, a lost one) is the market's to report; here the book is unknown then. */
  take(tick: Tick): void {
    this.seconds = Number(tick.at) / NANOS_PER_SECOND;
    this.bidPriceBefore = this.bidPrice;
    this.bidQuantityBefore = this.bidQuantity;
    this.askPriceBefore = this.askPrice;
    this.askQuantityBefore = this.askQuantity;
    switch (tick.kind) {
      case 'trade':
        this.#trade(tick);
        return;
      case 'quote':
        this.#quote(tick);
        return;
      case 'book-snapshot':
        this.#book ??= new DepthBook();
        this.#book.applySnapshot(tick);
        this.#copyTop(this.#book);
        return;
      case 'book-delta':
        this.tick = 'book';
        if (this.#book === undefined) return;
        this.#book.applyDelta(tick);
        this.#copyTop(this.#book);
    }
  }

  #trade({ price, quantity, aggressor }: Trade): void {
    this.tick = 'trade';
    this.tradePrice = toNumber(price);
    this.tradeQuantity = toNumber(quantity);
    this.tradeSign = SIGNS[aggressor];
  }

  /** A quote beside a live book says nothing that the book does not. */
  #quote({ bidPrice, bidQuantity, askPrice, askQuantity }: Quote): void {
    this.tick = 'quote';
    if (this.#live !== undefined) return;
    this.bidPrice = bidPrice > 0n ? toNumber(bidPrice) : NOTHING;
    this.bidQuantity = bidPrice > 0n ? toNumber(bidQuantity) : 0;
    this.askPrice = askPrice > 0n ? toNumber(askPrice) : NOTHING;
    this.askQuantity = askPrice > 0n ? toNumber(askQuantity) : 0;
  }

  #copyTop(book: DepthBook): void {
    this.tick = 'book';
    const live = book.status === 'LIVE';
    this.bidPrice = live ? book.bestBid : NOTHING;
    this.bidQuantity = live ? book.bestBidSize : 0;
    this.askPrice = live ? book.bestAsk : NOTHING;
    this.askQuantity = live ? book.bestAskSize : 0;
  }

  save(): SavedMarket {
    const view = Float64Array.of(
      KINDS.indexOf(this.tick),
      this.seconds,
      this.bidPrice,
      this.bidQuantity,
      this.askPrice,
      this.askQuantity,
      this.bidPriceBefore,
      this.bidQuantityBefore,
      this.askPriceBefore,
      this.askQuantityBefore,
      this.tradePrice,
      this.tradeQuantity,
      this.tradeSign,
    );
    return { view, book: this.#book?.save() };
  }

  /** Throws RangeError on a view, BookStateError on a book, that `save` does not write. */
  restore({ view, book }: SavedMarket): void {
    const kind = KINDS[view[0]!];
    if (view.length !== CELLS || kind === undefined) throw new RangeError('this is no saved market view');
    this.#book = book === undefined ? undefined : DepthBook.restore(book);
    this.tick = kind;
    this.seconds = view[1]!;
    this.bidPrice = view[2]!;
    this.bidQuantity = view[3]!;
    this.askPrice = view[4]!;
    this.askQuantity = view[5]!;
    this.bidPriceBefore = view[6]!;
    this.bidQuantityBefore = view[7]!;
    this.askPriceBefore = view[8]!;
    this.askQuantityBefore = view[9]!;
    this.tradePrice = view[10]!;
    this.tradeQuantity = view[11]!;
    this.tradeSign = view[12]!;
  }
}

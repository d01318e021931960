import type { MarketView } from '../inputs/market-view.js';
import type { PrimitivePool } from '../rolling/pool.js';
import type { Source, TickPrimitive } from '../rolling/primitive.js';
import { BookView } from './book-view.js';

/** 1 when a buyer took the offer, -1 when a seller hit the bid, 0 when nobody knows. */
export type TradeSign = -1 | 0 | 1;

const NOW = 0;
const TRADE_PRICE = 1;
const TRADE_SIZE = 2;
const TRADE_SIGN = 3;
const TICK_SIGN = 4;
const HEADER = 5;

/**
 * What the last tick was to those who gather ticks: the best levels of the book copied once for all of them, a trade with its sign. It comes
 * before them in the pool, so it has taken the tick in when they are told of it. Its own value is the middle of the quote at the bar's close.
 */
export class TickStream implements TickPrimitive {
  readonly key = 'tick-stream';
  readonly window = 1;
  readonly startsAt = 1;
  value = Number.NaN;
  /** `book`: a usable book has changed. `nothing`: no change, or the book lacks a side or is crossed or locked, and says nothing. */
  changed: 'trade' | 'book' | 'nothing' = 'nothing';
  memory = new Float64Array(HEADER);
  book = new BookView(new Float64Array(BookView.length(1)), 1);

  constructor(
    readonly market: MarketView,
    readonly close: Source,
  ) {
    this.need(1);
  }

  /** Has at least so many levels copied. For those who compose features, before the first tick. */
  need(levels: number): this {
    if (this.memory.length > HEADER && levels <= this.book.levels) return this;
    this.memory = new Float64Array(HEADER + BookView.length(levels));
    this.memory[TRADE_PRICE] = Number.NaN;
    this.book = new BookView(this.memory.subarray(HEADER), levels);
    return this;
  }

  /** Seconds since 1970 of the latest tick or, from the stream's update on, of the bar's close. A late tick does not turn it back. */
  get now(): number {
    return this.memory[NOW]!;
  }
  /** The last trade, from before the book shows it; NaN before the first. */
  get tradePrice(): number {
    return this.memory[TRADE_PRICE]!;
  }
  get tradeSize(): number {
    return this.memory[TRADE_SIZE]!;
  }
  get tradeSign(): TradeSign {
    return this.memory[TRADE_SIGN] as TradeSign;
  }

  onTick(): void {
    const { market } = this;
    if (market.seconds > this.now) this.memory[NOW] = market.seconds;
    if (market.tick === 'trade') {
      this.#trade();
      this.changed = 'trade';
      return;
    }
    if (market.tick === 'quote' && this.#isKnown()) {
      this.changed = 'nothing';
      return;
    }
    this.#copyLevels();
    this.changed = this.book.usable ? 'book' : 'nothing';
  }

  #trade(): void {
    const { memory, market } = this;
    const price = market.tradePrice;
    const before = memory[TRADE_PRICE]!;
    if (price > before) memory[TICK_SIGN] = 1;
    else if (price < before) memory[TICK_SIGN] = -1;
    memory[TRADE_PRICE] = price;
    memory[TRADE_SIZE] = market.tradeQuantity;
    memory[TRADE_SIGN] = market.tradeSign === 0 ? leeReady(price, this.book.mid, memory[TICK_SIGN] as TradeSign) : market.tradeSign;
  }

  /** A quote that repeats the last one, or comes beside a book that says the same, changes nothing. */
  #isKnown(): boolean {
    const { market, book } = this;
    return (
      market.bidPrice === book.bidPrices[0] &&
      market.askPrice === book.askPrices[0] &&
      market.bidQuantity === book.bidSizes[0] &&
      market.askQuantity === book.askSizes[0]
    );
  }

  #copyLevels(): void {
    const { market, book } = this;
    const { levels, bidPrices, bidSizes, askPrices, askSizes } = book;
    const bids = Math.min(levels, market.bidLevels);
    const asks = Math.min(levels, market.askLevels);
    for (let level = 0; level < bids; level += 1) {
      bidPrices[level] = market.bidPriceAt(level);
      bidSizes[level] = market.bidQuantityAt(level);
    }
    for (let level = bids; level < levels; level += 1) bidPrices[level] = bidSizes[level] = 0;
    for (let level = 0; level < asks; level += 1) {
      askPrices[level] = market.askPriceAt(level);
      askSizes[level] = market.askQuantityAt(level);
    }
    for (let level = asks; level < levels; level += 1) {
      askPrices[level] = Infinity;
      askSizes[level] = 0;
    }
    book.settle();
  }

  update(): void {
    if (this.close.value > this.now) this.memory[NOW] = this.close.value;
    this.value = this.book.mid;
  }
}

/** The stream of a pool, with at least so many levels. */
export const tickStream = (pool: PrimitivePool, levels = 1): TickStream =>
  pool.track(new TickStream(pool.market, pool.seconds)).need(levels);

/**
 * Lee and Ready, "Inferring Trade Direction from Intraday Data", J. Finance 46 (1991): above the middle of the quote a buy, below it a sale,
 * at the middle (or without a quote) the tick test: the sign of the last price change. No delay of quotes: theirs is for 1988's tape.
 */
export const leeReady = (price: number, mid: number, lastChange: TradeSign): TradeSign => {
  if (price > mid) return 1;
  return price < mid ? -1 : lastChange;
};

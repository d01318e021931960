import type { BookSide } from '@tradewind/market';
import type { UnixNanos } from '@tradewind/vocabulary';

import { barOfTrade, buildBars, quietBar } from './bar-building.js';
import type { TwsContract } from './contract.js';
import type { DepthChange, DepthRow, InstrumentListener, TwsBar, TwsQuote, TwsTrade } from './market-events.js';
import { nanosOfSeconds } from './time-text.js';

const REAL_TIME_SECONDS = 5;

/** One instrument and all that has happened in it: history that was loaded, and what is published while clients listen. */
export class TwsInstrument {
  readonly listeners = new Set<InstrumentListener>();
  /** False when the account has no market data of it: live data is refused with 354. */
  subscribed = true;
  readonly #bars: TwsBar[] = [];
  #barsUntil = 0n as UnixNanos;
  readonly #trades: TwsTrade[] = [];
  readonly #quotes: TwsQuote[] = [];
  readonly #book: Record<BookSide, DepthRow[]> = { BID: [], ASK: [] };
  #realTimeParts: TwsBar[] = [];
  #realTimeFrom: UnixNanos | undefined;
  #lastRealTime: TwsBar | undefined;

  constructor(readonly contract: TwsContract) {}

  /**
   * History that was there before, in order of time: bars of one size. Bars of any request are added up from these and from the trades after them.
   */
  loadBars(seconds: number, bars: readonly TwsBar[]): void {
    for (const bar of bars) this.#bars.push(bar);
    const last = bars.at(-1);
    if (last !== undefined) this.#barsUntil = (last.at + nanosOfSeconds(seconds)) as UnixNanos;
  }
  loadTrades(trades: readonly TwsTrade[]): void {
    for (const trade of trades) this.#trades.push(trade);
  }
  loadQuotes(quotes: readonly TwsQuote[]): void {
    for (const quote of quotes) this.#quotes.push(quote);
  }

  publishTrade(trade: TwsTrade): void {
    this.#trades.push(trade);
    this.#realTimeParts.push(barOfTrade(trade));
    this.#tell((listener) => listener.trade?.(trade));
  }

  publishQuote(quote: TwsQuote): void {
    this.#quotes.push(quote);
    this.#tell((listener) => listener.quote?.(quote));
  }

  publishGeneric(tickType: number, value: string): void {
    this.#tell((listener) => listener.generic?.(tickType, value));
  }

  /** Sends a bar of five seconds as it is. */
  publishRealTimeBar(bar: TwsBar): void {
    this.#lastRealTime = bar;
    this.#tell((listener) => listener.realTimeBar?.(bar));
  }

  /** Closes the bars of five seconds that end by `until`; the first call only says where they begin. */
  advanceRealTime(until: UnixNanos): void {
    const size = nanosOfSeconds(REAL_TIME_SECONDS);
    const end = ((until / size) * size) as UnixNanos;
    for (let from = this.#realTimeFrom ?? end; from < end; from = (from + size) as UnixNanos) {
      const close = from + size;
      const parts = this.#realTimeParts.filter(({ at }) => at < close);
      this.#realTimeParts = this.#realTimeParts.filter(({ at }) => at >= close);
      const bar = buildBars(parts, REAL_TIME_SECONDS, this.contract.timeZoneId).at(-1) ?? quietBar(from, this.#lastRealTime);
      if (bar === undefined) continue;
      this.#lastRealTime = bar;
      this.#tell((listener) => listener.realTimeBar?.(bar));
    }
    this.#realTimeFrom = end;
  }

  changeBook(change: DepthChange): void {
    const rows = this.#book[change.side];
    const limit = change.operation === 'insert' ? rows.length : rows.length - 1;
    if (change.position < 0 || change.position > limit) throw new RangeError(`no row ${change.position} among ${rows.length}`);
    if (change.operation === 'insert') rows.splice(change.position, 0, change.row);
    else if (change.operation === 'update') rows[change.position] = change.row;
    else rows.splice(change.position, 1);
    this.#tell((listener) => listener.depth?.(change));
  }

  /** Puts a whole book in place of what is there; listeners hear a reset and then its rows. */
  replaceBook(bids: readonly DepthRow[], asks: readonly DepthRow[]): void {
    this.#book.BID = [...bids];
    this.#book.ASK = [...asks];
    this.#tell((listener) => listener.bookReset?.());
  }

  rows(side: BookSide): readonly DepthRow[] {
    return this.#book[side];
  }

  /** Bars of a size, made of what was loaded and of the trades after it. */
  bars(seconds: number): readonly TwsBar[] {
    const later = this.#trades.filter(({ at }) => at >= this.#barsUntil);
    return buildBars([...this.#bars, ...later.map(barOfTrade)], seconds, this.contract.timeZoneId);
  }

  trades(): readonly TwsTrade[] {
    return this.#trades;
  }
  quotes(): readonly TwsQuote[] {
    return this.#quotes;
  }

  #tell(what: (listener: InstrumentListener) => void): void {
    for (const listener of this.listeners) what(listener);
  }
}

import type { BookSide } from '@tradewind/market';
import type { Price, Quantity, UnixNanos } from '@tradewind/vocabulary';

export interface TwsTrade {
  readonly at: UnixNanos;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly exchange: string;
  /** Sale conditions, separated by blanks. */
  readonly conditions: string;
  readonly pastLimit: boolean;
  readonly unreported: boolean;
}

export interface TwsQuote {
  readonly at: UnixNanos;
  readonly bidPrice: Price;
  readonly bidQuantity: Quantity;
  readonly askPrice: Price;
  readonly askQuantity: Quantity;
}

/** A bar as IB keeps it: `at` is its start. */
export interface TwsBar {
  readonly at: UnixNanos;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Quantity;
  /** Volume-weighted average price. */
  readonly average: Price;
  readonly count: number;
}

/** One row of a deep book. Without a maker it is sent as plain depth, with one as level II. */
export interface DepthRow {
  readonly maker: string;
  readonly price: Price;
  readonly quantity: Quantity;
}

export type DepthOperation = 'insert' | 'update' | 'delete';

export interface DepthChange {
  readonly side: BookSide;
  readonly operation: DepthOperation;
  readonly position: number;
  readonly row: DepthRow;
}

/** What a subscription hears of its instrument. */
export interface InstrumentListener {
  trade?(trade: TwsTrade): void;
  quote?(quote: TwsQuote): void;
  depth?(change: DepthChange): void;
  /** All rows are void; new ones follow. */
  bookReset?(): void;
  /** A bar of five seconds is over. */
  realTimeBar?(bar: TwsBar): void;
  /** Any tick of market data that the server has nothing to derive from, e.g. a halt (49). */
  generic?(tickType: number, value: string): void;
}

import type { Price, Quantity, StepHeader, Symbol, UnixNanos } from '@tradewind/vocabulary';

export type Aggressor = 'BUYER' | 'SELLER' | 'UNKNOWN';
export type BookSide = 'BID' | 'ASK';

interface TickOrigin {
  readonly symbol: Symbol;
  /** Event time, as the venue stamped it. */
  readonly at: UnixNanos;
  /** The source's own number: grows by symbol and kind of data; 0 when the source counts nothing. */
  readonly sequence: number;
}

export interface Trade extends TickOrigin {
  readonly kind: 'trade';
  readonly price: Price;
  readonly quantity: Quantity;
  readonly aggressor: Aggressor;
  /** Sale conditions as the source spells them; empty for a regular sale. */
  readonly conditions: readonly string[];
  /** Exchange code; empty when unknown. */
  readonly venue: string;
}

/** Best bid and offer. A side without an offer has price 0 and quantity 0. */
export interface Quote extends TickOrigin {
  readonly kind: 'quote';
  readonly bidPrice: Price;
  readonly bidQuantity: Quantity;
  readonly askPrice: Price;
  readonly askQuantity: Quantity;
  /** Exchange code; empty for the consolidated quote. */
  readonly venue: string;
}

export interface BookLevel {
  readonly price: Price;
  readonly quantity: Quantity;
  /** Orders at the price; 0 when unknown. */
  readonly orders: number;
}

/** The whole book, best levels first. Deltas whose `previousSequence` is its sequence apply to it. */
export interface BookSnapshot extends TickOrigin {
  readonly kind: 'book-snapshot';
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

export interface BookChange {
  readonly side: BookSide;
  readonly price: Price;
  /** New quantity at the price; 0 removes the level. */
  readonly quantity: Quantity;
}

export interface BookDelta extends TickOrigin {
  readonly kind: 'book-delta';
  readonly changes: readonly BookChange[];
  readonly previousSequence: number;
}

export type Tick = Trade | Quote | BookSnapshot | BookDelta;

/**
 * Ticks of one partition in the order of their arrival. The ticks of the interval that ends with a step come before the step's bars, in
 * chunks 0, 1, 2 … whose header carries that step (and the time of the chunk's last tick, for the step's end is not known yet in a live feed).
 */
export interface TicksArrived {
  /** Id `market.ticks/<run>/<step>/<partition>/<chunk>`. */
  readonly header: StepHeader;
  readonly chunk: number;
  /** Where they came from, e.g. `alpaca/sip` or `simulated-venue`. */
  readonly source: string;
  /** True when no market made these ticks. */
  readonly simulated: boolean;
  readonly ticks: readonly Tick[];
}

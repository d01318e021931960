export type TickKind = 'trade' | 'quote' | 'book';

/**
 * What is known of one symbol's market after its last tick, as doubles: for statistics only. One object lives as long as the symbol and
 * changes with each tick, so a reader copies what it wants to keep. Prices and quantities in units of the instrument.
 *
 * The best bid and ask are those of the book while there is one that hangs together, else those of the last quote.
 */
export interface MarketView {
  /** What the last tick was. */
  readonly tick: TickKind;
  /** Time of the last tick, in seconds since 1970 UTC; NaN before the first. */
  readonly seconds: number;
  /** True while both best prices are known and the bid is below the ask. */
  readonly quoted: boolean;
  /** While a side is empty or unknown its price is NaN and its quantity 0. */
  readonly bidPrice: number;
  readonly bidQuantity: number;
  readonly askPrice: number;
  readonly askQuantity: number;
  /** The same four as they were before the last tick. */
  readonly bidPriceBefore: number;
  readonly bidQuantityBefore: number;
  readonly askPriceBefore: number;
  readonly askQuantityBefore: number;
  /** The last trade; NaN before the first. */
  readonly tradePrice: number;
  readonly tradeQuantity: number;
  /** Its aggressor as the venue reported it: 1 buyer, -1 seller, 0 unknown. */
  readonly tradeSign: number;
  /** Price levels known of a side: 0 without any, 1 when there are quotes alone. */
  readonly bidLevels: number;
  readonly askLevels: number;
  /** Level 0 is the best. Beyond the levels known the price is NaN and the quantity 0. */
  bidPriceAt(level: number): number;
  bidQuantityAt(level: number): number;
  askPriceAt(level: number): number;
  askQuantityAt(level: number): number;
}

import type { Price, Quantity } from '@tradewind/vocabulary';

import type { BookLevel, BookSide } from '../tick.js';
import { PriceLadder } from './price-ladder.js';

/** How many decimal digits an integer unit of price and of quantity stands for, 0 to 9: `{ price: 4, quantity: 0 }` counts 0.0001 and whole shares. */
export interface BookScale {
  readonly priceDigits: number;
  readonly quantityDigits: number;
}

/** LOCKED: best bid and ask are equal. CROSSED: the bid is above the ask. ONE_SIDED: only one side has levels. */
export type BookCondition = 'EMPTY' | 'ONE_SIDED' | 'NORMAL' | 'LOCKED' | 'CROSSED';

/** What a market order of a size would do to the book as it stands. */
export interface TradeCost {
  readonly filled: number;
  /** What the book has no liquidity for. */
  readonly unfilled: number;
  /** Quantity-weighted; NaN when nothing fills. */
  readonly averagePrice: number;
  /** Of the last level touched; NaN when nothing fills. */
  readonly worstPrice: number;
}

const DIGITS_MAX = 9;
/** The greatest price in 10^-9 that a double holds exactly: about nine million. */
export const PRICE_MAX = BigInt(Number.MAX_SAFE_INTEGER);

const powerOfTen = (digits: number, what: string): number => {
  if (!Number.isInteger(digits) || digits < 0 || digits > DIGITS_MAX)
    throw new RangeError(`${what} must be 0 to ${DIGITS_MAX}, not ${digits}`);
  return 10 ** digits;
};

/**
 * Levels on two sides and what can be read off them. Getters give doubles in currency and shares (contracts, coins), the nearest to the exact
 * value. A price that doesn't exist is NaN, a size that doesn't exist is 0.
 */
export abstract class TwoSidedBook {
  protected readonly bids = new PriceLadder('BID');
  protected readonly asks = new PriceLadder('ASK');
  /** Units that make one of the currency, and one share. */
  protected readonly priceUnits: number;
  protected readonly quantityUnits: number;
  private readonly priceFactor: bigint;
  private readonly quantityFactor: bigint;

  protected constructor(readonly scale: BookScale) {
    this.priceUnits = powerOfTen(scale.priceDigits, 'priceDigits');
    this.quantityUnits = powerOfTen(scale.quantityDigits, 'quantityDigits');
    this.priceFactor = 10n ** BigInt(DIGITS_MAX - scale.priceDigits);
    this.quantityFactor = 10n ** BigInt(DIGITS_MAX - scale.quantityDigits);
  }

  get bestBid(): number {
    return this.bids.length === 0 ? NaN : this.bids.prices[this.bids.slotAt(0)]! / this.priceUnits;
  }

  get bestAsk(): number {
    return this.asks.length === 0 ? NaN : this.asks.prices[this.asks.slotAt(0)]! / this.priceUnits;
  }

  get bestBidSize(): number {
    return this.bids.length === 0 ? 0 : this.bids.quantities[this.bids.slotAt(0)]! / this.quantityUnits;
  }

  get bestAskSize(): number {
    return this.asks.length === 0 ? 0 : this.asks.quantities[this.asks.slotAt(0)]! / this.quantityUnits;
  }

  get spread(): number {
    return this.bids.length === 0 || this.asks.length === 0 ? NaN : (this.bestUnits('ASK') - this.bestUnits('BID')) / this.priceUnits;
  }

  get midPrice(): number {
    return this.bids.length === 0 || this.asks.length === 0 ? NaN : (this.bestUnits('ASK') + this.bestUnits('BID')) / 2 / this.priceUnits;
  }

  /** Mid price weighted by the size of the other side: (bid × ask size + ask × bid size) / (bid size + ask size). NaN unless both sides exist. */
  get microprice(): number {
    const bidSize = this.bestBidSize;
    const askSize = this.bestAskSize;
    return (this.bestBid * askSize + this.bestAsk * bidSize) / (bidSize + askSize);
  }

  get condition(): BookCondition {
    if (this.bids.length === 0 || this.asks.length === 0) return this.bids.length === this.asks.length ? 'EMPTY' : 'ONE_SIDED';
    const gap = this.bestUnits('ASK') - this.bestUnits('BID');
    if (gap > 0) return 'NORMAL';
    return gap === 0 ? 'LOCKED' : 'CROSSED';
  }

  levelCount(side: BookSide): number {
    return this.ladder(side).length;
  }

  /** Price of a level, 0 being the best; NaN beyond the last. */
  priceAt(side: BookSide, level: number): number {
    const ladder = this.ladder(side);
    return level < ladder.length ? ladder.prices[ladder.slotAt(level)]! / this.priceUnits : NaN;
  }

  /** Size of a level, 0 being the best; 0 beyond the last. */
  sizeAt(side: BookSide, level: number): number {
    const ladder = this.ladder(side);
    return level < ladder.length ? ladder.quantities[ladder.slotAt(level)]! / this.quantityUnits : 0;
  }

  /** Orders of a level, 0 being the best; 0 when unknown or beyond the last. */
  ordersAt(side: BookSide, level: number): number {
    const ladder = this.ladder(side);
    return level < ladder.length ? ladder.orders[ladder.slotAt(level)]! : 0;
  }

  /** Sum of the sizes of the first `levels` levels. */
  depth(side: BookSide, levels: number): number {
    const ladder = this.ladder(side);
    const count = Math.min(levels, ladder.length);
    let sum = 0;
    for (let level = 0; level < count; level += 1) sum += ladder.quantities[ladder.slotAt(level)]!;
    return sum / this.quantityUnits;
  }

  /** Sum of the sizes within `distance` (in currency) of the best price of the side, both ends included. */
  depthWithin(side: BookSide, distance: number): number {
    const ladder = this.ladder(side);
    if (ladder.length === 0) return 0;
    const best = ladder.prices[ladder.slotAt(0)]!;
    // Half a unit of tolerance: the distance is a double, the prices are integers.
    const reach = distance * this.priceUnits + 0.5;
    let sum = 0;
    for (let level = 0; level < ladder.length; level += 1) {
      const slot = ladder.slotAt(level);
      if (Math.abs(ladder.prices[slot]! - best) > reach) break;
      sum += ladder.quantities[slot]!;
    }
    return sum / this.quantityUnits;
  }

  /** Fills both arrays with the levels, best first, as many as they hold. Returns how many levels were written; the rest is left as it is. */
  copyLevels(side: BookSide, prices: Float64Array, sizes: Float64Array): number {
    const ladder = this.ladder(side);
    const count = Math.min(prices.length, sizes.length, ladder.length);
    for (let level = 0; level < count; level += 1) {
      const slot = ladder.slotAt(level);
      prices[level] = ladder.prices[slot]! / this.priceUnits;
      sizes[level] = ladder.quantities[slot]! / this.quantityUnits;
    }
    return count;
  }

  /** Fills the array with the running sum of the sizes from the best level on. Returns how many levels were written. */
  copyCumulativeDepth(side: BookSide, sizes: Float64Array): number {
    const ladder = this.ladder(side);
    const count = Math.min(sizes.length, ladder.length);
    let sum = 0;
    for (let level = 0; level < count; level += 1) {
      sum += ladder.quantities[ladder.slotAt(level)]!;
      sizes[level] = sum / this.quantityUnits;
    }
    return count;
  }

  /** (bid depth − ask depth) / (bid depth + ask depth) over the first `levels` levels, −1 to 1; NaN when both sides are empty. */
  imbalance(levels: number): number {
    const bid = this.depth('BID', levels);
    const ask = this.depth('ASK', levels);
    return (bid - ask) / (bid + ask);
  }

  /** What buying (from the asks) or selling (to the bids) `size` at once would cost. Throws RangeError unless the size is above 0. */
  costToTrade(direction: 'BUY' | 'SELL', size: number): TradeCost {
    if (!(size > 0)) throw new RangeError(`the size to trade must be above 0, not ${size}`);
    const ladder = direction === 'BUY' ? this.asks : this.bids;
    const wanted = size * this.quantityUnits;
    let rest = wanted;
    let paid = 0;
    let worst = NaN;
    for (let level = 0; level < ladder.length && rest > 0; level += 1) {
      const slot = ladder.slotAt(level);
      const taken = Math.min(rest, ladder.quantities[slot]!);
      worst = ladder.prices[slot]! / this.priceUnits;
      paid += taken * worst;
      rest -= taken;
    }
    const filled = wanted - rest;
    return { filled: filled / this.quantityUnits, unfilled: rest / this.quantityUnits, averagePrice: paid / filled, worstPrice: worst };
  }

  /** The first levels of a side as exact decimals, best first. */
  levels(side: BookSide, limit = Infinity): readonly BookLevel[] {
    const ladder = this.ladder(side);
    const levels: BookLevel[] = [];
    const count = Math.min(limit, ladder.length);
    for (let level = 0; level < count; level += 1) {
      const slot = ladder.slotAt(level);
      levels.push({
        price: this.exactPrice(ladder.prices[slot]!),
        quantity: this.exactQuantity(ladder.quantities[slot]!),
        orders: ladder.orders[slot]!,
      });
    }
    return levels;
  }

  /** Units of price as an exact decimal. */
  exactPrice(units: number): Price {
    return (BigInt(units) * this.priceFactor) as Price;
  }

  /** Units of quantity as an exact decimal. */
  exactQuantity(units: number): Quantity {
    return (BigInt(units) * this.quantityFactor) as Quantity;
  }

  protected ladder(side: BookSide): PriceLadder {
    return side === 'BID' ? this.bids : this.asks;
  }

  private bestUnits(side: BookSide): number {
    const ladder = this.ladder(side);
    return ladder.prices[ladder.slotAt(0)]!;
  }
}

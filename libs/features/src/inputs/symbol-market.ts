import type { Quote, Tick, Trade } from '@tradewind/market';
import { type Decimal, toNumber } from '@tradewind/vocabulary';

import type { MarketView, TickKind } from './market-view.js';

const NANOS_PER_SECOND = 1e9;
const SIGNS = { BUYER: 1, SELLER: -1, UNKNOWN: 0 } as const;
const NOTHING = Number.NaN;

const orNothing = (value: Decimal): number => (value > 0n ? toNumber(value) : NOTHING);

export interface SavedMarket {
  readonly tick: TickKind;
  readonly numbers: Float64Array;
}

/** Keeps the market view of one symbol. */
export class SymbolMarket implements MarketView {
  tick: TickKind = 'quote';
  seconds = NOTHING;
  bidPrice = NOTHING;
  bidQuantity = NOTHING;
  askPrice = NOTHING;
  askQuantity = NOTHING;
  bidPriceBefore = NOTHING;
  bidQuantityBefore = NOTHING;
  askPriceBefore = NOTHING;
  askQuantityBefore = NOTHING;
  tradePrice = NOTHING;
  tradeQuantity = NOTHING;
  tradeSign = 0;

  get quoted(): boolean {
    return this.bidPrice < this.askPrice;
  }
  get bidLevels(): number {
    return Number.isNaN(this.bidPrice) ? 0 : 1;
  }
  get askLevels(): number {
    return Number.isNaN(this.askPrice) ? 0 : 1;
  }
  bidPriceAt(level: number): number {
    return level === 0 ? this.bidPrice : NOTHING;
  }
  bidQuantityAt(level: number): number {
    return level === 0 ? this.bidQuantity : NOTHING;
  }
  askPriceAt(level: number): number {
    return level === 0 ? this.askPrice : NOTHING;
  }
  askQuantityAt(level: number): number {
    return level === 0 ? this.askQuantity : NOTHING;
  }

  save(): SavedMarket {
    return {
      tick: this.tick,
      numbers: Float64Array.of(
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
      ),
    };
  }

  restore({ tick, numbers }: SavedMarket): void {
    this.tick = tick;
    this.seconds = numbers[0]!;
    this.bidPrice = numbers[1]!;
    this.bidQuantity = numbers[2]!;
    this.askPrice = numbers[3]!;
    this.askQuantity = numbers[4]!;
    this.bidPriceBefore = numbers[5]!;
    this.bidQuantityBefore = numbers[6]!;
    this.askPriceBefore = numbers[7]!;
    this.askQuantityBefore = numbers[8]!;
    this.tradePrice = numbers[9]!;
    this.tradeQuantity = numbers[10]!;
    this.tradeSign = numbers[11]!;
  }

  take(tick: Tick): void {
    this.seconds = Number(tick.at) / NANOS_PER_SECOND;
    this.bidPriceBefore = this.bidPrice;
    this.bidQuantityBefore = this.bidQuantity;
    this.askPriceBefore = this.askPrice;
    this.askQuantityBefore = this.askQuantity;
    if (tick.kind === 'trade') this.#trade(tick);
    else if (tick.kind === 'quote') this.#quote(tick);
  }

  #trade({ price, quantity, aggressor }: Trade): void {
    this.tick = 'trade';
    this.tradePrice = toNumber(price);
    this.tradeQuantity = toNumber(quantity);
    this.tradeSign = SIGNS[aggressor];
  }

  #quote({ bidPrice, bidQuantity, askPrice, askQuantity }: Quote): void {
    this.tick = 'quote';
    this.bidPrice = orNothing(bidPrice);
    this.bidQuantity = orNothing(bidQuantity);
    this.askPrice = orNothing(askPrice);
    this.askQuantity = orNothing(askQuantity);
  }
}

import type { Aggressor, BookSnapshot, Quote, Tick, Trade } from '@tradewind/market';
import { priceFromNumber, quantityFromNumber, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import { createFeatureSet, type FeatureDefinition, SymbolFeatures } from '../src/index.js';

const symbol = symbolOf('TEST');
const nanos = (seconds: number): UnixNanos => BigInt(Math.round(seconds * 1e9)) as UnixNanos;
const origin = (seconds: number) => ({ symbol, at: nanos(seconds), sequence: 0 });

export const quote = (seconds: number, bid: number, bidSize: number, ask: number, askSize: number): Quote => ({
  ...origin(seconds),
  kind: 'quote',
  bidPrice: priceFromNumber(bid),
  bidQuantity: quantityFromNumber(bidSize),
  askPrice: priceFromNumber(ask),
  askQuantity: quantityFromNumber(askSize),
  venue: '',
});

export const trade = (seconds: number, price: number, size: number, aggressor: Aggressor = 'UNKNOWN'): Trade => ({
  ...origin(seconds),
  kind: 'trade',
  price: priceFromNumber(price),
  quantity: quantityFromNumber(size),
  aggressor,
  conditions: [],
  venue: '',
});

type Level = readonly [price: number, size: number];

const levelsOf = (levels: readonly Level[]) =>
  levels.map(([price, size]) => ({ price: priceFromNumber(price), quantity: quantityFromNumber(size), orders: 0 }));

/** Best levels first. */
export const book = (seconds: number, bids: readonly Level[], asks: readonly Level[]): BookSnapshot => ({
  ...origin(seconds),
  kind: 'book-snapshot',
  bids: levelsOf(bids),
  asks: levelsOf(asks),
});

/** A set of these features alone, fed with ticks and bars as the engine does. */
export class TickFeed {
  readonly features: SymbolFeatures;
  readonly names: readonly string[];
  readonly #values: Float64Array;

  constructor(definitions: readonly FeatureDefinition[]) {
    const set = createFeatureSet({ name: 'test', version: 1, definitions, modelInputs: [] });
    this.features = new SymbolFeatures(set);
    this.names = set.names;
    this.#values = new Float64Array(set.names.length);
  }

  ticks(...ticks: readonly Tick[]): this {
    for (const tick of ticks) this.features.takeTick(tick);
    return this;
  }

  /** Closes a bar and gives the values by name. */
  bar(seconds: number, close = 100, volume = 0): Readonly<Record<string, number>> {
    this.features.update(close, close, close, close, volume, this.#values, seconds);
    return Object.fromEntries(this.names.map((name, index) => [name, this.#values[index]!]));
  }
}

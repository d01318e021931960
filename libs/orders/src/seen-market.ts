import type { QueuePlace, SymbolMarket } from '@tradewind/venue';
import type { Price } from '@tradewind/vocabulary';

/** Where an order rests between the steps. */
export interface RestingPlace {
  readonly place: QueuePlace;
  readonly limit: Price;
}

/** What the stage remembers of the market of a symbol with open orders; plain data. */
export interface SeenMarket {
  readonly market: SymbolMarket;
  /** By client order id. */
  readonly places: Readonly<Record<string, RestingPlace>>;
}

import type { Decimal, Price, Quantity, Side, Symbol } from '@tradewind/vocabulary';

export type OrderType = 'MARKET' | 'LIMIT' | 'STOP' | 'STOP_LIMIT' | 'TRAILING_STOP' | 'TRAILING_STOP_LIMIT';
export type TimeInForce = 'DAY' | 'GTC' | 'IOC' | 'FOK' | 'OPG' | 'CLS';

/** How far a trailing stop stays behind the best price since it works: an amount of price, or a ratio of the best price (0.05 is 5%). */
export interface Trail {
  readonly by: 'AMOUNT' | 'RATIO';
  /** Above zero; a ratio is below 1. */
  readonly value: Decimal;
}

/** What an order may look like at a venue: type and prices. */
export interface OrderTerms {
  readonly type: OrderType;
  /** Above zero. */
  readonly quantity: Quantity;
  /** LIMIT and STOP_LIMIT. */
  readonly limitPrice?: Price;
  /** STOP and STOP_LIMIT; of a trailing order the stop it starts with, when one is given. */
  readonly stopPrice?: Price;
  /** TRAILING_STOP and TRAILING_STOP_LIMIT. */
  readonly trail?: Trail;
  /** TRAILING_STOP_LIMIT: how far the limit is beyond the stop once it triggers. */
  readonly limitOffset?: Price;
}

/** What a venue is asked to do. */
export interface VenueOrder extends OrderTerms {
  /** Ours, derived from the decision, at most 32 of `A-Za-z0-9-`. The same id is the same order, whatever it is sent through and how often. */
  readonly clientOrderId: string;
  readonly symbol: Symbol;
  readonly side: Side;
  readonly timeInForce: TimeInForce;
  /** One cancels other: a fill of one order of the group reduces the others by as much, and they end when it is whole. */
  readonly ocoGroup?: string;
  /** Works before and after the regular session too. */
  readonly extendedHours?: boolean;
}

/** New terms of a working order; what is not named stays. */
export type VenueOrderChange = Partial<Pick<OrderTerms, 'quantity' | 'limitPrice' | 'stopPrice' | 'trail'>>;

/** What a venue takes natively. What it does not take is emulated on our side, or refused before it is sent. */
export interface VenueCapabilities {
  readonly orderTypes: readonly OrderType[];
  readonly timesInForce: readonly TimeInForce[];
  /** Combinations of the two that it nevertheless refuses, e.g. a trailing stop that is IOC. */
  readonly refuses: readonly { readonly type: OrderType; readonly timeInForce: TimeInForce }[];
  readonly replace: boolean;
  readonly oneCancelsOther: boolean;
  readonly fractional: boolean;
  readonly shortSales: boolean;
  readonly extendedHours: boolean;
  /** True when no market is behind it. Whatever it says is labelled. */
  readonly simulated: boolean;
}

/** The venue takes an order of this type and time in force as it is. */
export const takesNatively = (capabilities: VenueCapabilities, type: OrderType, timeInForce: TimeInForce): boolean =>
  capabilities.orderTypes.includes(type) &&
  capabilities.timesInForce.includes(timeInForce) &&
  !capabilities.refuses.some((pair) => pair.type === type && pair.timeInForce === timeInForce);

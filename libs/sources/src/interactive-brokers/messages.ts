import type { Price, Quantity, UnixNanos } from '@tradewind/vocabulary';

/** Numbers of the requests that are made. */
export const REQUEST = {
  marketData: 1,
  cancelMarketData: 2,
  contractDetails: 9,
  marketDepth: 10,
  cancelMarketDepth: 11,
  historicalData: 20,
  cancelHistoricalData: 25,
  currentTime: 49,
  realTimeBars: 50,
  cancelRealTimeBars: 51,
  startApi: 71,
  headTimestamp: 87,
  cancelHeadTimestamp: 90,
  historicalTicks: 96,
  tickByTick: 97,
  cancelTickByTick: 98,
} as const;

/** Numbers of the messages that are read. */
export const MESSAGE = {
  tickPrice: 1,
  tickSize: 2,
  error: 4,
  nextValidId: 9,
  contractData: 10,
  marketDepth: 12,
  marketDepthL2: 13,
  managedAccounts: 15,
  historicalData: 17,
  tickString: 46,
  currentTime: 49,
  realTimeBar: 50,
  contractDataEnd: 52,
  headTimestamp: 88,
  historicalTicksBidAsk: 97,
  historicalTicksLast: 98,
  tickByTick: 99,
} as const;

/** Types of the ticks of market data that are used. */
export const TICK = { bidSize: 0, bid: 1, ask: 2, askSize: 3, realTimeVolume: 48 } as const;

/** An instrument as IB describes it. */
export interface ContractDetails {
  readonly conId: number;
  readonly symbol: string;
  readonly secType: string;
  readonly currency: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
  readonly primaryExchange: string;
  readonly longName: string;
  readonly minTick: Price;
  readonly timeZoneId: string;
}

/** A bar whose `time` is the start in seconds, or the date on the exchange's clocks for a day. */
export interface PastBar {
  readonly time: string;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Quantity;
}

export interface PastTrade {
  readonly at: UnixNanos;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly venue: string;
  readonly conditions: readonly string[];
}

export interface PastQuote {
  readonly at: UnixNanos;
  readonly bidPrice: Price;
  readonly askPrice: Price;
  readonly bidQuantity: Quantity;
  readonly askQuantity: Quantity;
}

export type DepthOperation = 'insert' | 'update' | 'delete';

/** Messages that answer a request, or stream for it. */
export type RequestMessage =
  | { readonly kind: 'error'; readonly requestId: number; readonly code: number; readonly text: string }
  | { readonly kind: 'contract'; readonly requestId: number; readonly contract: ContractDetails }
  | { readonly kind: 'contracts-end'; readonly requestId: number }
  | { readonly kind: 'bars'; readonly requestId: number; readonly bars: readonly PastBar[] }
  | { readonly kind: 'head-timestamp'; readonly requestId: number; readonly at: UnixNanos }
  | { readonly kind: 'past-trades'; readonly requestId: number; readonly trades: readonly PastTrade[] }
  | { readonly kind: 'past-quotes'; readonly requestId: number; readonly quotes: readonly PastQuote[] }
  /** `mark` tells a trade of market data from the one before: it is the same when TWS repeats one. Empty tick by tick. */
  | { readonly kind: 'trade'; readonly requestId: number; readonly trade: PastTrade; readonly mark: string }
  | { readonly kind: 'quote'; readonly requestId: number; readonly quote: PastQuote }
  | { readonly kind: 'tick-price'; readonly requestId: number; readonly type: number; readonly price: Price; readonly size: Quantity }
  | { readonly kind: 'tick-size'; readonly requestId: number; readonly type: number; readonly size: Quantity }
  | { readonly kind: 'five-seconds'; readonly requestId: number; readonly at: UnixNanos; readonly bar: Omit<PastBar, 'time'> }
  | {
      readonly kind: 'depth';
      readonly requestId: number;
      readonly side: 'BID' | 'ASK';
      readonly operation: DepthOperation;
      readonly position: number;
      readonly price: Price;
      readonly quantity: Quantity;
    };

/** Everything that is read of TWS. */
export type TwsMessage =
  | RequestMessage
  | { readonly kind: 'next-valid-id' }
  | { readonly kind: 'accounts'; readonly accounts: readonly string[] }
  | { readonly kind: 'current-time'; readonly at: UnixNanos }
  /** A message that isn't used here. */
  | { readonly kind: 'other'; readonly id: number };

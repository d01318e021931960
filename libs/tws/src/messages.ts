import type { Money, Price, Quantity, UnixNanos } from '@tradewind/vocabulary';

/** Numbers of the requests that are made. */
export const REQUEST = {
  marketData: 1,
  cancelMarketData: 2,
  placeOrder: 3,
  cancelOrder: 4,
  accountUpdates: 6,
  executions: 7,
  contractDetails: 9,
  marketDepth: 10,
  cancelMarketDepth: 11,
  autoOpenOrders: 15,
  allOpenOrders: 16,
  historicalData: 20,
  cancelHistoricalData: 25,
  currentTime: 49,
  realTimeBars: 50,
  cancelRealTimeBars: 51,
  positions: 61,
  cancelPositions: 64,
  startApi: 71,
  headTimestamp: 87,
  cancelHeadTimestamp: 90,
  historicalTicks: 96,
  tickByTick: 97,
  cancelTickByTick: 98,
  completedOrders: 99,
} as const;

/** Numbers of the messages that are read. */
export const MESSAGE = {
  tickPrice: 1,
  tickSize: 2,
  orderStatus: 3,
  error: 4,
  openOrder: 5,
  accountValue: 6,
  portfolioValue: 7,
  nextValidId: 9,
  contractData: 10,
  execution: 11,
  marketDepth: 12,
  marketDepthL2: 13,
  managedAccounts: 15,
  historicalData: 17,
  tickString: 46,
  currentTime: 49,
  realTimeBar: 50,
  contractDataEnd: 52,
  openOrdersEnd: 53,
  accountDownloadEnd: 54,
  executionsEnd: 55,
  commissionReport: 59,
  position: 61,
  positionsEnd: 62,
  headTimestamp: 88,
  historicalTicksBidAsk: 97,
  historicalTicksLast: 98,
  tickByTick: 99,
  completedOrder: 101,
  completedOrdersEnd: 102,
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

export interface ErrorMessage {
  readonly kind: 'error';
  /** The request that it is about, or the order; -1 for neither. */
  readonly requestId: number;
  readonly code: number;
  readonly text: string;
}

/** An instrument as messages about orders and positions name it. */
export interface ContractName {
  readonly conId: number;
  readonly symbol: string;
  readonly secType: string;
  readonly currency: string;
  readonly localSymbol: string;
}

export const ORDER_STATUSES = [
  'ApiPending',
  'PendingSubmit',
  'PreSubmitted',
  'Submitted',
  'PendingCancel',
  'ApiCancelled',
  'Cancelled',
  'Filled',
  'Inactive',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** What an open order and an ended one have in common. */
export interface OrderFields {
  readonly contract: ContractName;
  /** The account's own number of it; 0 before IB has given it one. */
  readonly permId: number;
  readonly action: 'BUY' | 'SELL';
  readonly quantity: Quantity;
  /** LMT, MKT, STP, STP LMT, TRAIL, TRAIL LIMIT, MOC, LOC … */
  readonly orderType: string;
  readonly limitPrice: Price | undefined;
  /** The stop of STP and STP LMT, the trailing amount of TRAIL. */
  readonly auxPrice: Price | undefined;
  readonly trailStopPrice: Price | undefined;
  /** 5 is 5%. */
  readonly trailingPercent: Price | undefined;
  readonly limitOffset: Price | undefined;
  readonly timeInForce: string;
  readonly ocaGroup: string;
  readonly account: string;
  /** What the client wrote into it; it stays with the order for life. */
  readonly orderRef: string;
  readonly outsideRegularHours: boolean;
  readonly status: OrderStatus;
}

export interface OpenOrder extends OrderFields {
  readonly orderId: number;
  readonly clientId: number;
}

export interface CompletedOrder extends OrderFields {
  readonly filledQuantity: Quantity;
  /** Undefined when TWS does not say, or not in a way that can be read. */
  readonly completedAt: UnixNanos | undefined;
  /** In words, e.g. `Cancelled by Trader`. */
  readonly completedStatus: string;
}

export interface OrderStatusReport {
  readonly orderId: number;
  readonly clientId: number;
  readonly permId: number;
  readonly status: OrderStatus;
  readonly filled: Quantity;
  readonly remaining: Quantity;
  readonly averagePrice: Price;
  /** `trigger` while a stop waits, `locate` while shares are looked for. */
  readonly whyHeld: string;
}

export interface Execution {
  readonly executionId: string;
  readonly orderId: number;
  readonly clientId: number;
  /** 0 for a trade that was not made through IB. */
  readonly permId: number;
  readonly orderRef: string;
  readonly account: string;
  readonly contract: ContractName;
  readonly side: 'BUY' | 'SELL';
  /** 0 in a correction that takes the execution back. */
  readonly quantity: Quantity;
  readonly price: Price;
  readonly at: UnixNanos;
}

/** What is told of orders, executions and the account. */
export type AccountMessage =
  | { readonly kind: 'open-order'; readonly order: OpenOrder }
  | { readonly kind: 'order-status'; readonly report: OrderStatusReport }
  | { readonly kind: 'open-orders-end' }
  | { readonly kind: 'completed-order'; readonly order: CompletedOrder }
  | { readonly kind: 'completed-orders-end' }
  | { readonly kind: 'execution'; readonly requestId: number; readonly execution: Execution }
  | { readonly kind: 'commission'; readonly executionId: string; readonly commission: Money; readonly currency: string }
  | { readonly kind: 'account-value'; readonly key: string; readonly value: string; readonly currency: string; readonly account: string }
  | {
      readonly kind: 'portfolio';
      readonly account: string;
      readonly contract: ContractName;
      readonly quantity: Quantity;
      readonly marketPrice: Price;
    }
  | { readonly kind: 'account-end'; readonly account: string }
  | {
      readonly kind: 'position';
      readonly account: string;
      readonly contract: ContractName;
      readonly quantity: Quantity;
      readonly averageCost: Price;
    }
  | { readonly kind: 'positions-end' };

/** Messages that answer a request, or stream for it. */
export type RequestMessage =
  | ErrorMessage
  | Extract<AccountMessage, { readonly kind: 'execution' }>
  | { readonly kind: 'executions-end'; readonly requestId: number }
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
  | AccountMessage
  | { readonly kind: 'next-valid-id'; readonly orderId: number }
  | { readonly kind: 'accounts'; readonly accounts: readonly string[] }
  | { readonly kind: 'current-time'; readonly at: UnixNanos }
  /** A message that isn't used here. */
  | { readonly kind: 'other'; readonly id: number };

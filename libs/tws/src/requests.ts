import type { ContractQuery } from './contract-overrides.js';
import { type ContractDetails, REQUEST } from './messages.js';

type Fields = readonly (string | number | boolean)[];

/** A contract that was looked up, and where a request about it goes. */
export interface RoutedContract extends ContractDetails {
  readonly exchange: string;
}

/** The twelve fields by which a request names its contract. */
export const routed = (contract: RoutedContract): Fields => [
  contract.conId,
  contract.symbol,
  contract.secType,
  '',
  0,
  '',
  '',
  contract.exchange,
  contract.primaryExchange,
  contract.currency,
  contract.localSymbol,
  contract.tradingClass,
];

const INCLUDE_EXPIRED = false;
const NO_OPTIONS = '';
/** Only trades: everything else of market data comes by itself. */
const REAL_TIME_VOLUME = '233';

export const startApi = (clientId: number): Fields => [REQUEST.startApi, 2, clientId, ''];

export const currentTime = (): Fields => [REQUEST.currentTime, 1];

export const contractDetails = (requestId: number, query: ContractQuery): Fields => [
  REQUEST.contractDetails,
  8,
  requestId,
  0,
  query.symbol,
  query.secType,
  '',
  0,
  '',
  '',
  query.exchange,
  query.primaryExchange,
  query.currency,
  '',
  '',
  INCLUDE_EXPIRED,
  '',
  '',
  '',
];

export interface HistoricalBarsRequest {
  readonly contract: RoutedContract;
  /** `yyyymmdd-hh:mm:ss` in UTC. */
  readonly end: string;
  readonly barSize: string;
  readonly duration: string;
  readonly regularHours: boolean;
}

/** Format 2: seconds since 1970 instead of the exchange's clocks. */
export const historicalBars = (requestId: number, request: HistoricalBarsRequest): Fields => [
  REQUEST.historicalData,
  requestId,
  ...routed(request.contract),
  INCLUDE_EXPIRED,
  request.end,
  request.barSize,
  request.duration,
  request.regularHours,
  'TRADES',
  2,
  false,
  NO_OPTIONS,
];

export const headTimestamp = (requestId: number, contract: RoutedContract, regularHours: boolean): Fields => [
  REQUEST.headTimestamp,
  requestId,
  ...routed(contract),
  INCLUDE_EXPIRED,
  regularHours,
  'TRADES',
  2,
];

export const historicalTicks = (
  requestId: number,
  contract: RoutedContract,
  {
    start,
    count,
    kind,
    regularHours,
  }: { readonly start: string; readonly count: number; readonly kind: 'TRADES' | 'BID_ASK'; readonly regularHours: boolean },
): Fields => [
  REQUEST.historicalTicks,
  requestId,
  ...routed(contract),
  INCLUDE_EXPIRED,
  start,
  '',
  count,
  kind,
  regularHours,
  false,
  NO_OPTIONS,
];

export const marketData = (requestId: number, contract: RoutedContract): Fields => [
  REQUEST.marketData,
  11,
  requestId,
  ...routed(contract),
  false,
  REAL_TIME_VOLUME,
  false,
  false,
  NO_OPTIONS,
];

export const tickByTick = (requestId: number, contract: RoutedContract, kind: 'Last' | 'BidAsk'): Fields => [
  REQUEST.tickByTick,
  requestId,
  ...routed(contract),
  kind,
  0,
  false,
];

export const marketDepth = (requestId: number, contract: RoutedContract, rows: number, smart: boolean): Fields => [
  REQUEST.marketDepth,
  5,
  requestId,
  ...routed(contract),
  rows,
  smart,
  NO_OPTIONS,
];

export const fiveSecondBars = (requestId: number, contract: RoutedContract, regularHours: boolean): Fields => [
  REQUEST.realTimeBars,
  3,
  requestId,
  ...routed(contract),
  5,
  'TRADES',
  regularHours,
  NO_OPTIONS,
];

export const cancelHistoricalData = (requestId: number): Fields => [REQUEST.cancelHistoricalData, 1, requestId];
export const cancelHeadTimestamp = (requestId: number): Fields => [REQUEST.cancelHeadTimestamp, requestId];
export const cancelMarketData = (requestId: number): Fields => [REQUEST.cancelMarketData, 2, requestId];
export const cancelTickByTick = (requestId: number): Fields => [REQUEST.cancelTickByTick, requestId];
export const cancelMarketDepth = (requestId: number, smart: boolean): Fields => [REQUEST.cancelMarketDepth, 1, requestId, smart];
export const cancelFiveSecondBars = (requestId: number): Fields => [REQUEST.cancelRealTimeBars, 1, requestId];

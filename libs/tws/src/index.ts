export { ask } from './ask.js';
export type { Question } from './ask.js';
export { TwsClient } from './client.js';
export type { ClientSettings, ConnectionListener, RequestListener, TwsEnvironment } from './client.js';
export { parseContractOverrides } from './contract-overrides.js';
export type { ContractQuery } from './contract-overrides.js';
export { Contracts, queryOf } from './contracts.js';
export { abortedError, TwsError, unavailable } from './error.js';
export type { TwsErrorCode, TwsRefusal } from './error.js';
export { TICK } from './messages.js';
export type {
  AccountMessage,
  CompletedOrder,
  ContractDetails,
  ContractName,
  DepthOperation,
  ErrorMessage,
  Execution,
  OpenOrder,
  OrderFields,
  OrderStatus,
  OrderStatusReport,
  PastBar,
  PastQuote,
  PastTrade,
  RequestMessage,
} from './messages.js';
export { CONNECTIVITY, isWarning } from './notices.js';
export {
  accountUpdates,
  allOpenOrders,
  autoOpenOrders,
  cancelOrder,
  cancelPositions,
  completedOrders,
  executions,
  placeOrder,
  positions,
} from './order-requests.js';
export type { OrderToPlace } from './order-requests.js';
export {
  cancelFiveSecondBars,
  cancelHeadTimestamp,
  cancelHistoricalData,
  cancelMarketData,
  cancelMarketDepth,
  cancelTickByTick,
  fiveSecondBars,
  headTimestamp,
  historicalBars,
  historicalTicks,
  marketData,
  marketDepth,
  tickByTick,
} from './requests.js';
export type { RoutedContract } from './requests.js';

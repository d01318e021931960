export { AlpacaServer } from './alpaca/alpaca-server.js';
export type { AlpacaServerOptions } from './alpaca/alpaca-server.js';
export type { CorporateAction as AlpacaCorporateAction } from './alpaca/data-store.js';
export type { AlpacaRequestFault } from './alpaca/request-fault.js';
export { AlpacaTradingServer } from './alpaca/trading-server.js';
export type { AlpacaTradingServerOptions } from './alpaca/trading-server.js';
export type { TradingFault as AlpacaTradingFault } from './alpaca/trading-fault.js';
export { twsContract, TwsServer } from './tws/index.js';
export type {
  DepthChange as TwsDepthChange,
  DepthRow as TwsDepthRow,
  SessionLimits as TwsSessionLimits,
  TwsBar,
  TwsContract,
  TwsQuote,
  TwsRequestName,
  TwsServerOptions,
  TwsTrade,
  TwsTradingOptions,
} from './tws/index.js';
export { AlphaVantageServer } from './alpha-vantage/server.js';
export type { AlphaVantageServerOptions } from './alpha-vantage/server.js';
export type { VendorFault } from './vendor-http/fault.js';
export { YahooServer } from './yahoo/server.js';
export type { YahooDividend, YahooSplit } from './yahoo/server.js';
export { FinnhubServer } from './finnhub/server.js';
export type { FinnhubSplit } from './finnhub/server.js';
export type { VendorSockets } from './vendor-http/vendor-sockets.js';
export { QuestradeServer } from './questrade/server.js';
export type { QuestradeListing, QuestradeServerOptions } from './questrade/server.js';

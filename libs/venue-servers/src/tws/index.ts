export { twsContract } from './contract.js';
export type { TwsContract } from './contract.js';
export type { DepthChange, DepthRow, TwsBar, TwsQuote, TwsTrade } from './market-events.js';
export { TwsServer } from './server.js';
export type { TwsRequestName, TwsServerOptions } from './server.js';
export type { SessionLimits } from './session.js';
export type { TwsTradingOptions } from './trading/tws-trading.js';

import type { RequestKind } from '../session.js';
import { accountsFamily } from './accounts.js';
import { connectionFamily } from './connection.js';
import { contractDetailsFamily } from './contract-details.js';
import { executionsFamily } from './executions.js';
import { historicalBarsFamily } from './historical-bars.js';
import { historicalTicksFamily } from './historical-ticks.js';
import { marketDataFamily } from './market-data.js';
import { marketDepthFamily } from './market-depth.js';
import { ordersFamily } from './orders.js';
import { realTimeBarsFamily } from './real-time-bars.js';
import { tickByTickFamily } from './tick-by-tick.js';

/** Every request the server understands, by its number. */
export const REQUEST_KINDS: ReadonlyMap<number, RequestKind> = new Map(
  [
    connectionFamily,
    contractDetailsFamily,
    historicalBarsFamily,
    historicalTicksFamily,
    marketDataFamily,
    tickByTickFamily,
    marketDepthFamily,
    realTimeBarsFamily,
    ordersFamily,
    executionsFamily,
    accountsFamily,
  ]
    .flat()
    .map((kind) => [kind.id, kind]),
);

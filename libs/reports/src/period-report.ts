import type { PerformanceFigures } from '@tradewind/backtest';

import type { HoldingsAttribution } from './holdings-attribution.js';
import type { ShadowOrder, ShadowTotals } from './shadow-trading.js';

/** One thing that happened, for a list. */
export interface EventLine {
  readonly at: string;
  readonly text: string;
}

export interface PositionLine {
  readonly symbol: string;
  readonly sector: string;
  readonly quantity: number;
  readonly averagePrice: number;
  readonly markPrice: number;
  readonly marketValue: number;
  readonly unrealised: number;
  /** Of equity, signed. */
  readonly weight: number;
}

/** What a day, a week or any other period brought one account. Amounts in its currency; figures are doubles of exact sums. */
export interface PeriodReport {
  readonly kind: 'daily' | 'weekly' | 'period';
  readonly accountId: string;
  readonly currency: string;
  /** First and last day, `YYYY-MM-DD`, UTC. */
  readonly from: string;
  readonly to: string;
  readonly equityStart: number;
  readonly equityEnd: number;
  readonly transfers: number;
  readonly profit: number;
  /** Profit over the equity at the start. */
  readonly return: number | null;
  readonly fees: number;
  /** What cash in other currencies brought. */
  readonly currencies: number;
  /** Profit that the facts don't explain; anything but 0 means that the trail has a hole. */
  readonly unexplained: number;
  readonly drawdown: number;
  readonly performance: PerformanceFigures | null;
  readonly curve: readonly { readonly date: string; readonly equity: number }[];
  readonly bySymbol: Readonly<Record<string, number>>;
  readonly bySector: Readonly<Record<string, number>>;
  readonly byReason: Readonly<Record<string, number>>;
  readonly attribution: HoldingsAttribution | null;
  readonly orders: Readonly<Record<string, number>>;
  readonly fills: number;
  readonly traded: number;
  /** By the code of the check that refused. */
  readonly denials: Readonly<Record<string, number>>;
  /** By what closed them. */
  readonly closedTrades: Readonly<Record<string, { readonly trades: number; readonly won: number; readonly profit: number }>>;
  readonly shadow: ShadowTotals;
  /** The dearest orders first. */
  readonly dearestOrders: readonly ShadowOrder[];
  readonly positions: readonly PositionLine[];
  readonly exposure: Readonly<Record<string, number>>;
  readonly grossExposure: number;
  readonly netExposure: number;
  readonly breakers: readonly EventLine[];
  readonly states: readonly EventLine[];
  readonly commands: readonly EventLine[];
  readonly anomalies: readonly EventLine[];
  readonly reconciliations: readonly EventLine[];
  /** Findings of market data by code. */
  readonly findings: Readonly<Record<string, number>>;
  readonly simulated: boolean;
}

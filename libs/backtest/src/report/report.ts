import type { BarInterval } from '@tradewind/market';
import type { Instrument } from '@tradewind/vocabulary';

import type { TradingCosts } from './buy-and-hold.js';

/** Figures of one equity curve. Fractions, not percent: 0.1 is ten percent. Null stands for "not defined", e.g. a ratio without spread. */
export interface PerformanceFigures {
  /** USD, nearest to the cent. */
  readonly equityStart: number;
  readonly equityEnd: number;
  readonly totalReturn: number;
  /** Compound annual growth over calendar time (days / 365.25). */
  readonly cagr: number | null;
  /** Annualised: sample standard deviation of daily returns times √252. */
  readonly volatility: number | null;
  /** Annualised mean daily return over its sample deviation; risk-free rate 0. */
  readonly sharpe: number | null;
  /** Annualised mean daily return over the downside deviation over all days; target 0. */
  readonly sortino: number | null;
  /** Annual growth over the worst drawdown. */
  readonly calmar: number | null;
  /** Depth of the worst fall from a peak: positive, 0.25 is a quarter lost. */
  readonly maxDrawdown: number;
  readonly maxDrawdownDates: { readonly peak: string; readonly trough: string; readonly recovery: string | null } | null;
  readonly bestDay: number | null;
  readonly worstDay: number | null;
  /** Of daily returns, population moments; kurtosis is excess. */
  readonly skewness: number | null;
  readonly kurtosis: number | null;
  /** Student's test that the mean daily return is 0, two-sided. */
  readonly meanReturnTest: { readonly t: number | null; readonly p: number | null };
}

export interface BreakerLine {
  /** `YYYY-MM-DD`. */
  readonly at: string;
  readonly rule: string;
  readonly action: string;
  readonly measured: number;
  readonly limit: number;
}

export interface StateLine {
  readonly at: string;
  readonly status: string;
  readonly actor: string;
  readonly reason: string;
}

export interface AuditLine {
  readonly records: number;
  readonly verified: boolean;
  readonly head: string;
}

/** Percentiles of a latency in milliseconds. */
export interface LatencyLine {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

/** What a run did and was worth. Written as `report.json`; the fields are stable. */
export interface Report extends PerformanceFigures {
  readonly kind: 'demo' | 'backtest' | 'replay';
  readonly run: string;
  /** Of the bars; absent where they are daily. */
  readonly interval?: BarInterval;
  readonly instruments: readonly {
    readonly symbol: string;
    readonly name: string;
    readonly bars: number;
    readonly from: string;
    readonly to: string;
  }[];
  /** All bars that went through the pipeline, those that only warmed features up included. */
  readonly barsReplayed: number;
  readonly warmUpBars: number;
  readonly steps: number;
  /** First and last day that could be traded. */
  readonly from: string;
  readonly to: string;
  readonly orders: number;
  readonly fills: number;
  /** Orders denied by risk, refused or expired, by stable code. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly signals: {
    readonly emitted: number;
    readonly validated: number;
    readonly rejected: number;
    readonly rejectedByCode: Readonly<Record<string, number>>;
  };
  /** Exact decimal text. */
  readonly equityEndExact: string;
  readonly feesExact: string;
  /** Commission paid, USD. */
  readonly fees: number;
  /** Cost of slippage against the reference price, USD; in the fill prices already. */
  readonly slippage: number;
  /** Share of days with a position, and mean gross value over equity. */
  readonly exposure: number | null;
  readonly averageGross: number | null;
  /** A year: the lesser of bought and sold over mean equity. */
  readonly turnover: number | null;
  readonly trades: number;
  readonly winRate: number | null;
  /** Gross profit over gross loss of closed trades after costs; null without a loss or a trade. */
  readonly profitFactor: number | null;
  /** Mean profit of a closed trade, USD. */
  readonly expectancy: number | null;
  readonly averageWin: number;
  readonly averageLoss: number;
  readonly openPositions: readonly { readonly symbol: string; readonly quantity: string; readonly marketValue: number }[];
  readonly buyAndHold: PerformanceFigures & { readonly method: string };
  readonly breakers: readonly BreakerLine[];
  readonly tradingStates: readonly StateLine[];
  readonly audit: AuditLine | null;
  /** SHA-256 over every event of every order, in order. Two runs that traded alike share it. */
  readonly ordersHash: string;
  readonly replaySeconds: number;
  /** Bar published to orders placed, of the same step. Null where there is no bus. */
  readonly latencyMs: { readonly barToOrder: LatencyLine } | null;
  readonly versions: Readonly<Record<string, string>>;
  /** What of this is not the real world. */
  readonly simulated: readonly string[];
}

/** A position from flat to flat. Prices are averages; profit is after commission. */
export interface RoundTrip {
  readonly symbol: string;
  readonly side: 'LONG' | 'SHORT';
  readonly entryDate: string;
  readonly exitDate: string;
  readonly quantity: number;
  readonly entryPrice: number;
  readonly exitPrice: number;
  readonly profit: number;
  readonly return: number;
  /** Purpose of the order that closed it, e.g. `signal`, `stop`, `breaker:drawdown-reduce`. */
  readonly exitPurpose: string;
}

export interface EquityPoint {
  readonly date: string;
  readonly equity: number;
  readonly buyAndHold: number;
  /** Gross position value over equity. */
  readonly gross: number;
}

/** The report and the curves behind it, for charts and files. */
export interface RunReport {
  readonly report: Report;
  readonly curve: readonly EquityPoint[];
  readonly roundTrips: readonly RoundTrip[];
}

/** What the facts don't tell. */
export interface ReportContext {
  readonly kind: Report['kind'];
  readonly run: string;
  /** Of the bars; daily without it. */
  readonly interval?: BarInterval;
  readonly instruments: readonly Instrument[];
  readonly costs: TradingCosts;
  readonly replaySeconds: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly audit: Report['audit'];
  readonly latencyMs: Report['latencyMs'];
  readonly simulated: readonly string[];
}

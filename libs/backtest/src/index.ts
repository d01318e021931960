export { Backtest } from './engine.js';
export type { BacktestFacts, BacktestSetting, FactListener, FeaturedStep } from './engine.js';
export { BUY_AND_HOLD_METHOD, buyAndHold } from './report/buy-and-hold.js';
export type { BenchmarkDay, PricePoint, TradingCosts } from './report/buy-and-hold.js';
export { ReportCollector, ReportError } from './report/collector.js';
export { performanceOf } from './report/performance.js';
export type {
  AuditLine,
  BreakerLine,
  EquityPoint,
  LatencyLine,
  PerformanceFigures,
  Report,
  ReportContext,
  RoundTrip,
  RunReport,
  StateLine,
} from './report/report.js';
export { renderReportPage } from './report/report-page.js';
export { renderReportText } from './report/report-text.js';
export type { TextOptions } from './report/report-text.js';
export { equityCsv, tradesCsv } from './report/tables.js';
export { reportEvents } from './report/tally.js';
export type { ReportEvent, ReportFacts } from './report/tally.js';

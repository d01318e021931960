export { Backtest } from './engine.js';
export type { BacktestFacts, BacktestSetting, FactListener, FeaturedStep } from './engine.js';
export { BUY_AND_HOLD_METHOD, buyAndHold } from './report/buy-and-hold.js';
export type { BenchmarkDay, PricePoint, TradingCosts } from './report/buy-and-hold.js';
export { ReportCollector, ReportError } from './report/collector.js';
export { loss, percent, ratio, signedPercent, usd, whole } from './report/figures-text.js';
export { scroll, section, table } from './report/page-parts.js';
export { PAGE_STYLE } from './report/page-style.js';
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
export { RoundTrips } from './report/round-trips.js';
export { escapeText, svgLineChart } from './report/svg-line-chart.js';
export { equityCsv, tradesCsv } from './report/tables.js';
export { reportEvents } from './report/tally.js';
export type { ReportEvent, ReportFacts } from './report/tally.js';
export { scriptedSteps } from './stress/scripted-market.js';
export type { MarketScript, ScriptedMove } from './stress/scripted-market.js';
export { crossedScenario, freezeScenario, gapScenario, recordedScenario, SHOCK_STEP, slideScenario } from './stress/scenarios.js';
export type { Investment } from './stress/scenarios.js';
export { stressReport } from './stress/stress-run.js';
export type { StressAction, StressOutcome, StressPosition, StressReport, StressScenario, StressSetting } from './stress/stress-run.js';

import { loss, percent, ratio, signedPercent, usd } from './figures-text.js';
import type { PerformanceFigures, Report } from './report.js';

export interface ComparisonRow {
  readonly label: string;
  readonly strategy: string;
  readonly buyAndHold: string;
}

const drawdownDates = (figures: PerformanceFigures): string =>
  figures.maxDrawdownDates === null ? '–' : `${figures.maxDrawdownDates.peak} to ${figures.maxDrawdownDates.trough}`;
const recovery = (figures: PerformanceFigures): string =>
  figures.maxDrawdownDates === null ? '–' : (figures.maxDrawdownDates.recovery ?? 'not by the end');

const rows: readonly (readonly [string, (figures: PerformanceFigures) => string])[] = [
  ['Start (USD)', (figures) => usd(figures.equityStart)],
  ['End (USD)', (figures) => usd(figures.equityEnd)],
  ['Total return', (figures) => signedPercent(figures.totalReturn)],
  ['CAGR', (figures) => signedPercent(figures.cagr, 2)],
  ['Volatility a year', (figures) => percent(figures.volatility)],
  ['Sharpe (risk-free 0)', (figures) => ratio(figures.sharpe)],
  ['Sortino (target 0)', (figures) => ratio(figures.sortino)],
  ['Calmar', (figures) => ratio(figures.calmar)],
  ['Maximum drawdown', (figures) => loss(figures.maxDrawdown)],
  ['  from peak to trough', drawdownDates],
  ['  recovered', recovery],
  ['Best day', (figures) => signedPercent(figures.bestDay, 2)],
  ['Worst day', (figures) => signedPercent(figures.worstDay, 2)],
  ['Skewness', (figures) => ratio(figures.skewness)],
  ['Excess kurtosis', (figures) => ratio(figures.kurtosis)],
  ['p-value of mean return', (figures) => ratio(figures.meanReturnTest.p, 3)],
];

/** The same figures of the strategy and of buy and hold, side by side. */
export const comparisonRows = (report: Report): ComparisonRow[] =>
  rows.map(([label, text]) => ({ label, strategy: text(report), buyAndHold: text(report.buyAndHold) }));

/** Figures that buy and hold does not have. */
export const tradingRows = (report: Report): readonly (readonly [string, string])[] => [
  ['Orders / fills', `${ratio(report.orders, 0)} / ${ratio(report.fills, 0)}`],
  ['Closed trades', ratio(report.trades, 0)],
  ['Win rate', percent(report.winRate)],
  ['Profit factor', ratio(report.profitFactor)],
  ['Expectancy (USD a trade)', usd(report.expectancy)],
  ['Average win / loss (USD)', `${usd(report.averageWin)} / ${usd(-report.averageLoss)}`],
  ['Days with a position', percent(report.exposure)],
  ['Mean gross exposure', percent(report.averageGross)],
  ['Turnover a year', ratio(report.turnover)],
  ['Commission paid (USD)', usd(report.fees)],
  ['Slippage, in the prices (USD)', usd(report.slippage)],
];

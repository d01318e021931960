import { describe, expect, it } from 'vitest';

import { equityCsv, performanceOf, ReportCollector, ReportError, renderReportPage, renderReportText, tradesCsv } from '../src/index.js';
import { brailleChart } from '../src/report/text-chart.js';
import { INSTRUMENTS } from '@tradewind/market';
import { marketSteps, runSteps } from './market-run.js';

const run = runSteps(marketSteps(900));
const { report, curve, roundTrips } = run;

describe('figures of an equity curve', () => {
  const figures = performanceOf([
    { date: '2000-01-03', value: 100 },
    { date: '2000-07-03', value: 120 },
    { date: '2001-01-03', value: 90 },
    { date: '2002-01-03', value: 121 },
  ]);

  it('annualise over calendar time', () => {
    expect(figures.cagr).toBeCloseTo(1.21 ** (365.25 / 731) - 1, 10);
    expect(figures.totalReturn).toBeCloseTo(0.21, 12);
  });

  it('name the days of the worst drawdown', () => {
    expect(figures.maxDrawdown).toBeCloseTo(0.25, 12);
    expect(figures.maxDrawdownDates).toEqual({ peak: '2000-07-03', trough: '2001-01-03', recovery: '2002-01-03' });
  });

  it('are null where they are not defined', () => {
    const flat = performanceOf([{ date: '2000-01-03', value: 1 }]);
    expect([flat.cagr, flat.sharpe, flat.maxDrawdownDates, flat.bestDay]).toEqual([null, null, null, null]);
  });
});

describe('the report of a run', () => {
  it('starts with the first day that could be traded and counts every bar', () => {
    expect([report.barsReplayed, report.warmUpBars, report.steps]).toEqual([1800, 520, 900]);
    expect(report.from).toBe(curve[0]!.date);
    expect(curve.length).toBe(640);
    expect(report.equityStart).toBe(100_000);
  });

  it('agrees with itself: profits, costs, open positions and equity explain each other', () => {
    const closed = roundTrips.reduce((sum, trip) => sum + trip.profit, 0);
    if (report.openPositions.length === 0) expect(report.equityEnd - report.equityStart).toBeCloseTo(closed, 2);
    expect(Number(report.equityEndExact)).toBeCloseTo(report.equityEnd, 2);
    expect(report.signals.emitted).toBe(report.signals.validated + report.signals.rejected);
    expect(report.trades).toBe(roundTrips.length);
    expect(curve.at(-1)!.equity).toBeCloseTo(report.equityEnd, 2);
  });

  it('tells the interval of the bars unless they are daily, so that the report of daily bars is as it always was', () => {
    const steps = marketSteps(300);
    expect(runSteps(steps, { interval: '1m' }).report.interval).toBe('1m');
    expect(runSteps(steps, { interval: '1d' }).report).not.toHaveProperty('interval');
  });

  it('is plain JSON without a number that JSON does not know', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('refuses a run without a bar to trade on', () => {
    const context = {
      kind: 'backtest' as const,
      run: 'x',
      instruments: INSTRUMENTS,
      costs: { commissionRatio: 0, slippageRatio: 0 },
      replaySeconds: 0,
      versions: {},
      audit: null,
      latencyMs: null,
      simulated: [],
    };
    expect(() => new ReportCollector().finish(context)).toThrow(ReportError);
  });
});

describe('the page for a terminal', () => {
  const page = renderReportText(run, { colour: false, width: 100 });

  it('shows period, figures, refusals, breakers, what is simulated and the proof', () => {
    for (const part of [
      report.from,
      report.to,
      'Sharpe',
      'Maximum drawdown',
      'Buy and hold',
      'Orders refused',
      'Circuit breakers',
      'What is simulated',
      report.ordersHash,
      'verified',
    ])
      expect(page).toContain(part);
  });

  it('names the kind of run and the interval of bars that are not daily', () => {
    const { interval, ...daily } = report;
    expect(interval).toBeUndefined();
    const replay = { ...run, report: { ...daily, kind: 'replay' as const, interval: '1m' as const } };
    const shown = renderReportText(replay, { colour: false, width: 100 });
    expect(shown).toContain(`Tradewind replay: ${report.from}`);
    expect(shown).toContain(' 1m bars to ');
    expect(shown).not.toContain('daily bars to');
    expect(renderReportText(run, { colour: false, width: 100 })).toContain(' daily bars to ');
  });

  it('fits into the width', () => {
    for (const line of page.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('says it when the audit does not verify', () => {
    const broken = { ...run, report: { ...report, audit: { records: 1, verified: false, head: 'x' } } };
    expect(renderReportText(broken, { colour: false, width: 100 })).toContain('NOT VERIFIED');
  });
});

describe('the page for a browser', () => {
  const page = renderReportPage(run);

  it('needs nothing from elsewhere: no script, no link, no address', () => {
    expect(page).not.toMatch(/<script|<link|https?:|@import|url\(/);
  });

  it('escapes what it is told', () => {
    expect(page).toContain('Everything &#60;here&#62; is made.');
  });

  it('draws every chart without a coordinate that is no number', () => {
    expect(page.match(/<svg/g)).toHaveLength(4);
    expect(page).not.toContain('NaN');
    expect(page).not.toContain('undefined');
  });

  it('follows light and dark and the width of a phone', () => {
    expect(page).toContain('prefers-color-scheme:dark');
    expect(page).toContain('width=device-width');
  });
});

describe('tables', () => {
  it('have a line for each day and each trade', () => {
    expect(equityCsv(run).trim().split('\n')).toHaveLength(curve.length + 1);
    expect(tradesCsv(run).trim().split('\n')).toHaveLength(roundTrips.length + 1);
  });
});

describe('the chart in braille', () => {
  it('puts a rise from low to high and a flat line into the middle', () => {
    const { cells } = brailleChart([[1, 10, 100]], { columns: 6, rows: 3 });
    expect(cells[0]!.at(-1)!.trimEnd()).not.toBe('');
    expect(cells[0]![0]!.trimStart()).not.toBe('');
    expect(cells[0]![2]!.startsWith(' ')).toBe(false);
    expect(brailleChart([[5, 5]], { columns: 2, rows: 2 }).low).toBe(5);
  });
});

import { periodReturns, underwater } from '@tradewind/statistics';

import { comparisonRows, tradingRows } from './comparison.js';
import { percent, ratio, signedPercent, usd, whole } from './figures-text.js';
import { scroll, section, table } from './page-parts.js';
import { PAGE_STYLE } from './page-style.js';
import type { Report, RoundTrip, RunReport } from './report.js';
import { monthTable, svgTrades, svgYearBars } from './svg-bars.js';
import { escapeText, svgLineChart } from './svg-line-chart.js';

const TRADES_SHOWN_MAX = 400;

const legend = '<p class="legend"><span class="own">Strategy</span><span class="held">Buy and hold</span></p>';

const tiles = (report: Report): string => {
  const shown: readonly (readonly [string, string, string])[] = [
    ['CAGR', signedPercent(report.cagr), `buy and hold ${signedPercent(report.buyAndHold.cagr)}`],
    ['Maximum drawdown', percent(-report.maxDrawdown), `buy and hold ${percent(-report.buyAndHold.maxDrawdown)}`],
    ['Sharpe', ratio(report.sharpe), `buy and hold ${ratio(report.buyAndHold.sharpe)}`],
    ['End equity', `${usd(report.equityEnd)} USD`, `from ${usd(report.equityStart)}`],
  ];
  return `<div class="tiles">${shown.map(([label, value, note]) => `<div><small>${label}</small><b>${escapeText(value)}</b><small>${escapeText(note)}</small></div>`).join('')}</div>`;
};

const tradesTable = (trips: readonly RoundTrip[]): string => {
  const rows = trips
    .slice(-TRADES_SHOWN_MAX)
    .reverse()
    .map((trip) => [
      trip.symbol,
      trip.side,
      trip.entryDate,
      trip.exitDate,
      ratio(trip.quantity, 0),
      usd(trip.entryPrice),
      usd(trip.exitPrice),
      usd(trip.profit),
      signedPercent(trip.return, 2),
      trip.exitPurpose,
    ]);
  const note =
    trips.length > TRADES_SHOWN_MAX
      ? `<p class="note">The last ${TRADES_SHOWN_MAX} of ${whole(trips.length)}; all are in trades.csv.</p>`
      : '';
  const head = ['Symbol', 'Side', 'In', 'Out', 'Quantity', 'In at', 'Out at', 'Profit', 'Return', 'Closed by'];
  return `<details><summary>${whole(trips.length)} closed trades</summary>${scroll(table(head, rows))}${note}</details>`;
};

const counts = (title: string, tally: Readonly<Record<string, number>>): string =>
  Object.keys(tally).length === 0
    ? '<p>None.</p>'
    : table(
        [title, 'Count'],
        Object.entries(tally).map(([code, count]) => [code, whole(count)]),
      );

const charts = ({ report, curve, roundTrips }: RunReport): string => {
  const dates = curve.map((point) => point.date);
  const own = curve.map((point) => point.equity);
  const held = curve.map((point) => point.buyAndHold);
  const dated = (values: readonly number[]) => values.map((value, index) => ({ date: dates[index]!, value }));
  const both = (ownValues: readonly number[], heldValues: readonly number[]) => [
    { values: ownValues, style: 'own', label: 'Strategy' },
    { values: heldValues, style: 'held', label: 'Buy and hold' },
  ];
  const depths = (values: readonly number[]): number[] => Array.from(underwater(values), (depth) => -depth);
  const years = periodReturns(dated(own), 4);
  return [
    section(
      'Equity, USD, logarithmic',
      legend +
        scroll(
          svgLineChart({
            title: 'Equity',
            dates,
            lines: both(own, held),
            logarithmic: true,
            filled: false,
            height: 320,
            tick: (value) => whole(value),
          }),
        ),
    ),
    section(
      'Drawdown from the last peak',
      legend +
        scroll(
          svgLineChart({
            title: 'Drawdown',
            dates,
            lines: both(depths(own), depths(held)),
            logarithmic: false,
            filled: true,
            height: 220,
            tick: (value) => percent(value, 0),
          }),
        ),
    ),
    section('Return of each year', legend + scroll(svgYearBars(years, periodReturns(dated(held), 4)))),
    section('Return of each month, percent (strategy)', scroll(monthTable(periodReturns(dated(own), 7), years))),
    section('Trades by the day they were closed', scroll(svgTrades(roundTrips, report.from, report.to)) + tradesTable(roundTrips)),
  ].join('');
};

const proof = (report: Report): string =>
  table(
    ['Proof', ''],
    [
      ['Orders hash', report.ordersHash],
      ...(report.audit === null
        ? []
        : [
            ['Audit', `${whole(report.audit.records)} records, ${report.audit.verified ? 'verified' : 'NOT VERIFIED'}`],
            ['Audit head', report.audit.head],
          ]),
      ...(report.latencyMs === null
        ? []
        : [['Bar to order', `p50 ${ratio(report.latencyMs.barToOrder.p50)} ms, p99 ${ratio(report.latencyMs.barToOrder.p99)} ms`]]),
      ...Object.entries(report.versions),
    ],
  );

/** A page that needs nothing else: no script, no font, no request. */
export const renderReportPage = (run: RunReport): string => {
  const { report } = run;
  const title = `Tradewind ${report.kind}, ${report.from} to ${report.to}`;
  const breakers =
    report.breakers.length === 0
      ? '<p>None fired.</p>'
      : table(
          ['Date', 'Rule', 'Action', 'Measured', 'Limit'],
          report.breakers.map((breaker) => [breaker.at, breaker.rule, breaker.action, percent(breaker.measured), percent(breaker.limit)]),
        );
  const states =
    report.tradingStates.length === 0
      ? ''
      : section(
          'Trading state',
          table(
            ['Date', 'State', 'Said by', 'Why'],
            report.tradingStates.map((state) => [state.at, state.status, state.actor, state.reason]),
          ),
        );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${escapeText(title)}</title><style>${PAGE_STYLE}</style></head><body><main>
<header><h1>${escapeText(title)}</h1><p>${report.instruments.map((instrument) => `${escapeText(instrument.name)} to ${instrument.to}`).join(' · ')} · ${whole(report.barsReplayed)} bars · ${report.replaySeconds.toFixed(1)} s</p></header>
${tiles(report)}
${section('What is simulated', `<ul>${report.simulated.map((line) => `<li>${escapeText(line)}</li>`).join('')}</ul>`)}
${charts(run)}
${section(
  'Figures',
  scroll(
    table(
      ['', 'Strategy', 'Buy and hold'],
      comparisonRows(report).map((row) => [row.label, row.strategy, row.buyAndHold]),
    ),
  ) + `<p class="note">Buy and hold: ${escapeText(report.buyAndHold.method)}</p>`,
)}
${section('Trading', table(['', ''], tradingRows(report)))}
${section('Signals', `<p>${whole(report.signals.emitted)} emitted, ${whole(report.signals.validated)} validated, ${whole(report.signals.rejected)} rejected.</p>${counts('Rejected by', report.signals.rejectedByCode)}`)}
${section('Orders refused', counts('Reason', report.refusals))}
${section('Circuit breakers', scroll(breakers))}
${states}
${section('Proof', scroll(proof(report)))}
</main></body></html>
`;
};

import {
  escapeText,
  PAGE_STYLE,
  percent,
  ratio,
  scroll,
  section,
  signedPercent,
  svgLineChart,
  table,
  usd,
  whole,
} from '@tradewind/backtest';

import type { EventLine, PeriodReport } from './period-report.js';
import type { ShadowOrder } from './shadow-trading.js';

const CHART_HEIGHT = 240;
const LINES_SHOWN = 200;

const tile = (label: string, value: string, note: string): string =>
  `<div><small>${escapeText(label)}</small><b>${escapeText(value)}</b><small>${escapeText(note)}</small></div>`;

const amounts = (head: string, values: Readonly<Record<string, number>>): string =>
  Object.keys(values).length === 0
    ? '<p>None.</p>'
    : scroll(
        table(
          [head, 'Profit'],
          Object.entries(values).map(([name, value]) => [name, usd(value)]),
        ),
      );

const counts = (head: string, values: Readonly<Record<string, number>>): string =>
  Object.keys(values).length === 0
    ? '<p>None.</p>'
    : table(
        [head, 'Count'],
        Object.entries(values).map(([name, value]) => [name, whole(value)]),
      );

const lines = (title: string, events: readonly EventLine[]): string => {
  if (events.length === 0) return '';
  const shown = events.slice(-LINES_SHOWN).map(({ at, text }) => `<li><small>${escapeText(at)}</small> ${escapeText(text)}</li>`);
  return section(`${title} (${events.length})`, `<ul>${shown.join('')}</ul>`);
};

const equityChart = ({ curve }: PeriodReport): string =>
  curve.length < 2
    ? ''
    : section(
        'Equity',
        scroll(
          svgLineChart({
            title: 'Equity',
            dates: curve.map(({ date }) => date),
            lines: [{ values: curve.map(({ equity }) => equity), style: 'own', label: 'Equity' }],
            logarithmic: false,
            filled: false,
            height: CHART_HEIGHT,
            tick: (value) => whole(value),
          }),
        ),
      );

const attributionTable = ({ attribution }: PeriodReport): string => {
  if (attribution === null) return '';
  const { effects, portfolioReturn, benchmarkReturn, trading, accountReturn } = attribution;
  const rows = effects.map(({ group, allocation, selection, interaction }) => [
    group,
    signedPercent(allocation, 2),
    signedPercent(selection, 2),
    signedPercent(interaction, 2),
    signedPercent(allocation + selection + interaction, 2),
  ]);
  const note =
    `<p class="note">Account ${signedPercent(accountReturn, 2)}: holdings ${signedPercent(portfolioReturn, 2)} and trading ${signedPercent(trading, 2)}; equal parts of ` +
    `everything with a price ${signedPercent(benchmarkReturn, 2)}. Brinson–Fachler, linked by day (Cariño).</p>`;
  return section(
    'Against equal parts of the market',
    scroll(table(['Group', 'Allocation', 'Selection', 'Interaction', 'Sum'], rows)) + note,
  );
};

const shadowRow = (order: ShadowOrder): readonly string[] => [
  `${order.date} ${order.side} ${order.symbol}`,
  order.purpose,
  `${ratio(order.filled, 2)} of ${ratio(order.quantity, 2)}`,
  usd(order.decisionPrice),
  usd(order.averagePrice),
  usd(order.execution),
  usd(order.opportunity),
  usd(order.fees),
  ratio(order.shortfallBps, 1),
];

const shadowSection = ({ shadow, dearestOrders }: PeriodReport): string => {
  const { theoreticalProfit, actualProfit, execution, opportunity, fees, shortfallBps, rangeShare, orders, filledShare } = shadow;
  const totals = table(
    ['Orders', whole(orders)],
    [
      ['Filled', percent(filledShare)],
      ['Profit on paper', usd(theoreticalProfit)],
      ['Profit as it came', usd(actualProfit)],
      ['Execution', usd(execution)],
      ['Opportunity', usd(opportunity)],
      ['Fees', usd(fees)],
      ['Shortfall, bps', ratio(shortfallBps, 1)],
      ['Place in the bar (1 best, 0 worst)', ratio(rangeShare, 2)],
    ],
  );
  const head = ['Order', 'For', 'Filled', 'Decided at', 'Filled at', 'Execution', 'Opportunity', 'Fees', 'bps'];
  return section(
    'Shadow trading',
    `${totals}<details><summary>Dearest orders</summary>${scroll(table(head, dearestOrders.map(shadowRow)))}</details>`,
  );
};

const positionsSection = ({ positions, grossExposure, netExposure }: PeriodReport): string => {
  const rows = positions.map((held) => [
    held.symbol,
    held.sector,
    ratio(held.quantity, 2),
    usd(held.averagePrice),
    usd(held.markPrice),
    usd(held.marketValue),
    usd(held.unrealised),
    percent(held.weight),
  ]);
  const head = ['Symbol', 'Sector', 'Quantity', 'Cost', 'Mark', 'Value', 'Unrealised', 'Weight'];
  const note = `<p class="note">Gross ${percent(grossExposure)}, net ${percent(netExposure)} of equity.</p>`;
  return section('Positions at the end', (positions.length === 0 ? '<p>None.</p>' : scroll(table(head, rows))) + note);
};

/** One self-contained page. */
export const renderPeriodPage = (report: PeriodReport): string => {
  const { accountId, currency, from, to, kind, simulated } = report;
  const title = `${kind === 'daily' ? 'Day' : kind === 'weekly' ? 'Week' : 'Period'} of ${accountId}, ${from === to ? to : `${from} to ${to}`}`;
  const closed = Object.entries(report.closedTrades).map(([purpose, { trades, won, profit }]) => [
    purpose,
    whole(trades),
    percent(won / trades),
    usd(profit),
  ]);
  const body = [
    `<header><h1>${escapeText(title)}</h1><p>${escapeText(currency)}${simulated ? ' · simulated market data' : ''}</p></header>`,
    '<div class="tiles">',
    tile('Profit', usd(report.profit), signedPercent(report.return, 2)),
    tile('Equity', usd(report.equityEnd), `from ${usd(report.equityStart)}`),
    tile('Drawdown', percent(-report.drawdown, 2), 'within the period'),
    tile('Fees', usd(report.fees), `${whole(report.fills)} fills, ${usd(report.traded)} traded`),
    '</div>',
    report.unexplained === 0
      ? ''
      : section(
          'Not explained',
          `<p>The recorded facts leave ${escapeText(usd(report.unexplained))} unexplained: the trail has a hole.</p>`,
        ),
    report.currencies === 0 ? '' : section('Other currencies', `<p>${escapeText(usd(report.currencies))} of the profit.</p>`),
    equityChart(report),
    section('Profit by symbol', amounts('Symbol', report.bySymbol)),
    section('Profit by sector', amounts('Sector', report.bySector)),
    section('Profit by reason to enter', amounts('Reason', report.byReason)),
    attributionTable(report),
    section('Closed trades', closed.length === 0 ? '<p>None.</p>' : scroll(table(['Closed by', 'Trades', 'Won', 'Profit'], closed))),
    shadowSection(report),
    positionsSection(report),
    section('Refused by risk', counts('Code', report.denials)),
    section('Order events', counts('Event', report.orders)),
    section('Findings of market data', counts('Code', report.findings)),
    lines('Breakers', report.breakers),
    lines('Trading states', report.states),
    lines('Commands', report.commands),
    lines('Anomalies', report.anomalies),
    lines('Reconciliations', report.reconciliations),
  ];
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<title>${escapeText(title)}</title><style>${PAGE_STYLE}</style></head><body><main>${body.join('')}</main></body></html>\n`
  );
};

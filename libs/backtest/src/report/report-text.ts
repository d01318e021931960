import { comparisonRows, tradingRows } from './comparison.js';
import { percent, ratio, usd, whole } from './figures-text.js';
import type { EquityPoint, Report, RunReport } from './report.js';
import { brailleChart } from './text-chart.js';

export interface TextOptions {
  /** ANSI colours. */
  readonly colour: boolean;
  /** Columns of the terminal; at least 60 are used. */
  readonly width: number;
}

type Paint = (text: string) => string;
interface Paints {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly line: Paint;
  readonly good: Paint;
  readonly bad: Paint;
}

const escape =
  (code: string): Paint =>
  (text) =>
    `\u001b[${code}m${text}\u001b[0m`;
const plain: Paint = (text) => text;
const paintsOf = (colour: boolean): Paints =>
  colour
    ? { bold: escape('1'), dim: escape('2'), line: escape('36'), good: escape('32'), bad: escape('31') }
    : { bold: plain, dim: plain, line: plain, good: plain, bad: plain };

const LABEL_WIDTH = 26;
const FIGURE_WIDTH = 26;
const CHART_ROWS = 9;
const BREAKERS_SHOWN_MAX = 40;

const section = (title: string, lines: readonly string[], paints: Paints): string[] =>
  lines.length === 0 ? [] : ['', paints.bold(title), ...lines];

const TITLES: Record<Report['kind'], string> = { demo: 'demo', backtest: 'backtest', replay: 'replay' };

const heading = (report: Report, paints: Paints): string[] => [
  paints.bold(`Tradewind ${TITLES[report.kind]}: ${report.from} to ${report.to}`),
  ...report.instruments.map(
    (instrument) =>
      `  ${instrument.symbol.padEnd(6)} ${instrument.name}, ${whole(instrument.bars)} ${report.interval ?? 'daily'} bars to ${instrument.to}`,
  ),
  paints.dim(
    `  ${whole(report.barsReplayed)} bars in ${whole(report.steps)} steps (${whole(report.warmUpBars)} only warmed features up), ${report.replaySeconds.toFixed(1)} s`,
  ),
];

const comparison = (report: Report, paints: Paints): string[] => [
  '',
  paints.bold(''.padEnd(LABEL_WIDTH) + 'Strategy'.padStart(FIGURE_WIDTH) + 'Buy and hold'.padStart(FIGURE_WIDTH)),
  ...comparisonRows(report).map(
    (row) => row.label.padEnd(LABEL_WIDTH) + row.strategy.padStart(FIGURE_WIDTH) + paints.dim(row.buyAndHold.padStart(FIGURE_WIDTH)),
  ),
];

const chart = (curve: readonly EquityPoint[], width: number, paints: Paints): string[] => {
  const columns = Math.min(100, width) - 14;
  const {
    cells: [own, held],
    low,
    high,
  } = brailleChart([curve.map((point) => point.equity), curve.map((point) => point.buyAndHold)], { columns, rows: CHART_ROWS });
  const lines = own!.map((line, row) => {
    const scale = row === 0 ? whole(high) : row === CHART_ROWS - 1 ? whole(low) : '';
    const merged = Array.from(line, (cell, column) =>
      cell === ' ' ? paints.dim(held?.[row]?.[column] === ' ' ? ' ' : '·') : paints.line(cell),
    ).join('');
    return `${scale.padStart(12)} ${merged}`;
  });
  const from = curve[0]!.date;
  return [
    ...lines,
    `${' '.repeat(13)}${from}${curve.at(-1)!.date.padStart(columns - from.length)}`,
    paints.dim(`${' '.repeat(13)}line: strategy, dots: buy and hold; USD, logarithmic`),
  ];
};

const tally = (counts: Readonly<Record<string, number>>): string[] =>
  Object.entries(counts).map(([code, count]) => `  ${code.padEnd(40)} ${whole(count).padStart(8)}`);

const breakerLines = (report: Report): string[] => {
  const shown = report.breakers
    .slice(0, BREAKERS_SHOWN_MAX)
    .map(
      (breaker) =>
        `  ${breaker.at}  ${breaker.rule.padEnd(20)} ${breaker.action.padEnd(14)} ${percent(breaker.measured)} against ${percent(breaker.limit)}`,
    );
  const left = report.breakers.length - shown.length;
  return left > 0 ? [...shown, `  and ${left} more in report.json`] : shown;
};

const proofLines = (report: Report, paints: Paints): string[] => [
  ...(report.audit === null
    ? []
    : [
        `Audit     ${whole(report.audit.records)} records, ${report.audit.verified ? paints.good('verified') : paints.bad('NOT VERIFIED')}`,
        `          head ${report.audit.head}`,
      ]),
  `Orders    hash ${report.ordersHash}`,
  ...(report.latencyMs === null
    ? []
    : [
        `Latency   bar to order p50 ${ratio(report.latencyMs.barToOrder.p50)} ms, p99 ${ratio(report.latencyMs.barToOrder.p99)} ms over ${whole(report.latencyMs.barToOrder.count)} steps`,
      ]),
  paints.dim(
    `Versions  ${Object.entries(report.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  ),
];

const wrapped = (text: string, width: number, indent: string): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
};

/** The report as a page of text for a terminal. */
export const renderReportText = ({ report, curve }: RunReport, options: TextOptions): string => {
  const paints = paintsOf(options.colour);
  const width = Math.max(60, options.width);
  const { signals } = report;
  const signalLines = [
    `  ${whole(signals.emitted)} emitted, ${whole(signals.validated)} validated, ${whole(signals.rejected)} rejected`,
    ...tally(signals.rejectedByCode),
  ];
  return [
    ...heading(report, paints),
    ...comparison(report, paints),
    ...section(
      'Trading',
      tradingRows(report).map(([label, value]) => `  ${label.padEnd(30)} ${value.padStart(24)}`),
      paints,
    ),
    ...section('Equity', chart(curve, width, paints), paints),
    ...section('Signals', signalLines, paints),
    ...section('Orders refused, by reason', Object.keys(report.refusals).length === 0 ? ['  none'] : tally(report.refusals), paints),
    ...section('Circuit breakers', report.breakers.length === 0 ? ['  none fired'] : breakerLines(report), paints),
    ...section(
      'Trading state',
      report.tradingStates.map((state) => `  ${state.at}  ${state.status.padEnd(9)} ${state.actor}: ${state.reason}`),
      paints,
    ),
    ...section(
      'Open at the end',
      report.openPositions.map((open) => `  ${open.symbol.padEnd(8)} ${open.quantity.padStart(14)}  worth ${usd(open.marketValue)}`),
      paints,
    ),
    ...section(
      'What is simulated',
      report.simulated.flatMap((line) =>
        wrapped(line, width, '    ').map((part, index) => (index === 0 ? `  - ${part.trimStart()}` : part)),
      ),
      paints,
    ),
    ...section('Buy and hold', wrapped(report.buyAndHold.method, width, '  '), paints),
    ...section(
      'Proof',
      proofLines(report, paints).map((line) => `  ${line}`),
      paints,
    ),
    '',
  ].join('\n');
};

import { nanosFromMillis, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import type { Bar } from './bar.js';
import type { Session, TradingCalendar } from './calendar/trading-calendar.js';
import { parseDailyCsv } from './daily-csv.js';
import type { DailyRow, RowFault } from './daily-row.js';
import type { QualityFault } from './fault.js';
import { findInstrument } from './instrument-table.js';
import { checkRow, NOTHING_SEEN, qualityScore, rememberLostRow, rememberRow } from './quality/check.js';
import type { Finding, SeenRows } from './quality/policy.js';

/** A daily file as text, and what it is a file of. */
export interface DailySource {
  readonly symbol: Symbol;
  /** E.g. `vega-datasets@3.2.1/sp500-2000.csv`. */
  readonly source: string;
  readonly text: string;
}

/** Score after a session whose faults changed it. */
export interface ScoreChange {
  readonly at: UnixNanos;
  readonly score: number;
}

/** A file turned into bars. Good rows are bars in order of time; everything else is a fault. */
export interface DailySeries {
  readonly symbol: Symbol;
  readonly bars: readonly Bar[];
  readonly faults: readonly QualityFault[];
  /** One entry for each instant that has faults. */
  readonly scores: readonly ScoreChange[];
  /** Quality after the last row. */
  readonly score: number;
}

const BEFORE_EVERYTHING = nanosFromMillis(0);

const barOf = (row: DailyRow, session: Session, { symbol, source }: DailySource): Bar => ({
  id: `bar/${symbol}/1d/${row.date}`,
  symbol,
  interval: '1d',
  openTime: session.openTime,
  closeTime: session.closeTime,
  open: row.open,
  high: row.high,
  low: row.low,
  close: row.close,
  volume: row.volume,
  source,
  warmUp: false,
});

const faultOf = (
  daily: DailySource,
  line: number,
  at: UnixNanos,
  finding: Pick<Finding, 'code' | 'field' | 'rule' | 'dropped'>,
): QualityFault => ({
  id: `qf/${daily.source}:${line}/${finding.code}`,
  symbol: daily.symbol,
  at,
  code: finding.code,
  field: finding.field,
  rule: finding.rule,
  source: `${daily.source}:${line}`,
  dropped: finding.dropped,
});

/** The lines of a file in their order, rows and lines that are none. */
const linesOf = (rows: readonly DailyRow[], faults: readonly RowFault[]): readonly (DailyRow | RowFault)[] =>
  [...rows, ...faults].sort((left, right) => left.line - right.line);

const unknownSymbol = (daily: DailySource): DailySeries => {
  const finding = { code: 'SYMBOL_UNKNOWN', field: 'symbol', rule: `${daily.symbol} must be in the instrument table`, dropped: true };
  return {
    symbol: daily.symbol,
    bars: [],
    score: 0,
    faults: [faultOf(daily, 1, BEFORE_EVERYTHING, finding)],
    scores: [{ at: BEFORE_EVERYTHING, score: 0 }],
  };
};

/**
 * Turns a daily file into bars: parses it, checks every row, gives each bar its session's open and close. A fault is dated at the close of
 * the last good bar before it, or its own. Throws DailyFileError when the file is no daily file at all.
 */
export const readDailySeries = (daily: DailySource, calendar: TradingCalendar): DailySeries => {
  if (findInstrument(daily.symbol) === undefined) return unknownSymbol(daily);
  const parsed = parseDailyCsv(daily.text);
  const bars: Bar[] = [];
  const faults: QualityFault[] = [];
  const scores = new Map<UnixNanos, number>();
  let seen: SeenRows = NOTHING_SEEN;
  let at: UnixNanos = BEFORE_EVERYTHING;
  for (const entry of linesOf(parsed.rows, parsed.faults)) {
    if ('code' in entry) {
      seen = rememberLostRow(seen);
      faults.push(faultOf(daily, entry.line, at, { ...entry, dropped: true }));
      scores.set(at, qualityScore(seen));
      continue;
    }
    const findings = checkRow(entry, seen, calendar);
    seen = rememberRow(seen, entry, findings);
    const session = findings.some((finding) => finding.dropped) ? undefined : calendar.sessionOf(entry.date);
    if (session !== undefined) {
      at = session.closeTime;
      bars.push(barOf(entry, session, daily));
    }
    for (const finding of findings) faults.push(faultOf(daily, entry.line, at, finding));
    if (findings.length > 0) scores.set(at, qualityScore(seen));
  }
  return {
    symbol: daily.symbol,
    bars,
    faults,
    scores: [...scores].map(([when, score]) => ({ at: when, score })),
    score: qualityScore(seen),
  };
};

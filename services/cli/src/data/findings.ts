import {
  type Bar,
  checkRow,
  civilDate,
  DAILY_POLICIES,
  DepthBook,
  type Finding,
  NOTHING_SEEN,
  nyseCalendar,
  QUALITY_SCORE_MIN,
  qualityScore,
  rememberLostRow,
  rememberRow,
  type RepairProposal,
  type SeenRows,
  type Tick,
  type TradingCalendar,
} from '@tradewind/market';
import { formatDecimal, isoFromNanos, toNumber, type UnixNanos } from '@tradewind/vocabulary';

import { levelBreaks, type Prices } from './level-breaks.js';

/** Something wrong, or odd, in a file or the catalogue. */
export interface DataFinding {
  readonly severity: 'error' | 'warning';
  /** Stable, e.g. `BAR_SPIKE`, `QUOTE_CROSSED`, `ROW_OUT_OF_RANGE`. */
  readonly code: string;
  readonly file: string;
  /** 0 where the data has no lines. */
  readonly line: number;
  readonly symbol: string;
  /** Event time as ISO text; empty for a line that could not be read. */
  readonly at: string;
  readonly field: string;
  readonly rule: string;
  /** What would mend it; empty when only a person can say. */
  readonly proposal: string;
}

export interface DataReport {
  readonly bars: number;
  readonly ticks: number;
  readonly errors: number;
  readonly warnings: number;
  readonly byCode: Readonly<Record<string, number>>;
  /** Share of good rows among the last 250 bars, by symbol and interval. */
  readonly scores: readonly { readonly series: string; readonly score: number; readonly tradable: boolean }[];
  /** The first ones; `byCode` counts all. */
  readonly findings: readonly DataFinding[];
}

const FINDINGS_KEPT_MAX = 1_000;
/** Rules about days and their sessions mean nothing for shorter bars, and a minute in which nothing moves is no fault. */
const OF_ANY_BAR = new Set(['positive-values', 'price-range', 'price-jump']);
const INTRADAY_POLICIES = DAILY_POLICIES.filter(({ name }) => OF_ANY_BAR.has(name));

const proposalOf = ({ code }: Finding): string => {
  if (code === 'BAR_HIGH_BELOW_LOW') return 'exchange high and low';
  return code === 'BAR_PRICE_JUMP' || code === 'BAR_LEVEL_CHANGED' ? 'compare with a second source' : '';
};

interface SeriesBars {
  readonly symbol: string;
  readonly prices: Prices[];
  readonly places: { readonly file: string; readonly line: number; readonly at: UnixNanos }[];
}

/** Judges bars and ticks as they come, series by series, and keeps what it found. */
export class DataInspector {
  readonly #series = new Map<string, SeenRows>();
  readonly #books = new Map<string, DepthBook>();
  readonly #latest = new Map<string, bigint>();
  readonly #bars = new Map<string, SeriesBars>();
  readonly #byCode = new Map<string, number>();
  readonly #findings: DataFinding[] = [];
  #barCount = 0;
  #ticks = 0;
  #errors = 0;
  #warnings = 0;

  /** Without a calendar a day is judged like any other bar. */
  constructor(private readonly calendar: TradingCalendar | undefined) {}

  /** A row that could not even be read. */
  lostRow(
    row: { readonly file: string; readonly line: number; readonly code: string; readonly field: string; readonly rule: string },
    series: string,
  ): void {
    this.#series.set(series, rememberLostRow(this.#series.get(series) ?? NOTHING_SEEN));
    this.#tell({ severity: 'error', ...row, symbol: '', at: '', proposal: '' });
  }

  bar(bar: Bar, file: string, line: number): void {
    this.#barCount += 1;
    const series = `${bar.symbol}/${bar.interval}`;
    const seen = this.#series.get(series) ?? NOTHING_SEEN;
    const daily = bar.interval === '1d' && this.calendar !== undefined;
    const calendar = this.calendar ?? nyseCalendar;
    const { open, high, low, close, volume } = bar;
    const row = { line, date: daily ? civilDate(bar.id.slice(-10)) : calendar.dateAt(bar.closeTime), open, high, low, close, volume };
    const found = checkRow(row, seen, calendar, daily ? DAILY_POLICIES : INTRADAY_POLICIES);
    this.#series.set(series, rememberRow(seen, row, found));
    this.#remember(series, bar, file, line);
    for (const finding of found) {
      const { code, field, rule, dropped } = finding;
      const severity = dropped ? 'error' : 'warning';
      this.#tell({
        severity,
        code,
        file,
        line,
        symbol: bar.symbol,
        at: isoFromNanos(bar.closeTime),
        field,
        rule,
        proposal: proposalOf(finding),
      });
    }
  }

  tick(tick: Tick, file: string, line: number): void {
    this.#ticks += 1;
    const lane = `${tick.symbol}/${tick.kind === 'trade' ? 'trades' : tick.kind === 'quote' ? 'quotes' : 'book'}`;
    const tell = (severity: DataFinding['severity'], code: string, field: string, rule: string, proposal = ''): void =>
      this.#tell({ severity, code, file, line, symbol: tick.symbol, at: isoFromNanos(tick.at), field, rule, proposal });
    const latest = this.#latest.get(lane);
    if (latest !== undefined && tick.at < latest)
      tell('warning', 'TICK_OUT_OF_ORDER', 'at', `must not be before ${isoFromNanos(latest as never)}`, 'sort by event time');
    else this.#latest.set(lane, tick.at);
    if (tick.kind === 'trade' && (tick.price <= 0n || tick.quantity <= 0n))
      tell('error', 'TRADE_NOT_POSITIVE', 'price', 'price and quantity must be above 0');
    else if (tick.kind === 'quote' && tick.bidQuantity > 0n && tick.askQuantity > 0n && tick.bidPrice > tick.askPrice)
      tell(
        'warning',
        'QUOTE_CROSSED',
        'bidPrice',
        `${formatDecimal(tick.bidPrice)} must be at most the ask, ${formatDecimal(tick.askPrice)}`,
      );
    else if (tick.kind === 'book-snapshot' || tick.kind === 'book-delta') this.#book(tick, tell);
  }

  /** A value that a vendor has wrong; without another one, only that it may be. */
  repair({ at, field, kind, now, proposed, confidence, reason }: RepairProposal, file: string, line: number): void {
    const severity = proposed === undefined ? 'warning' : 'error';
    const proposal = proposed === undefined ? 'compare with a second source' : `${now} should be ${proposed}, confidence ${confidence}`;
    this.#tell({ severity, code: kind, file, line, symbol: '', at: isoFromNanos(at), field, rule: reason, proposal });
  }

  /** Splits that are known: a new level at one of these instants is none without notice. */
  finish(splits: ReadonlySet<string> = new Set()): DataReport {
    for (const [series, { symbol, prices, places }] of this.#bars) {
      for (const { index, code, field, rule, proposal } of levelBreaks(prices)) {
        const { file, line, at } = places[index]!;
        if (code === 'SPLIT_WITHOUT_NOTICE' && splits.has(`${symbol}/${isoFromNanos(at).slice(0, 10)}`)) continue;
        this.#series.set(series, rememberLostRow(this.#series.get(series)!));
        this.#tell({ severity: 'error', code, file, line, symbol, at: isoFromNanos(at), field, rule, proposal });
      }
    }
    const scores = [...this.#series].map(([series, seen]) => ({ series, score: qualityScore(seen) }));
    return {
      bars: this.#barCount,
      ticks: this.#ticks,
      errors: this.#errors,
      warnings: this.#warnings,
      byCode: Object.fromEntries([...this.#byCode].sort(([, left], [, right]) => right - left)),
      scores: scores.map((one) => ({ ...one, tradable: one.score >= QUALITY_SCORE_MIN })),
      findings: this.#findings,
    };
  }

  #remember(series: string, bar: Bar, file: string, line: number): void {
    const known = this.#bars.get(series) ?? { symbol: bar.symbol, prices: [], places: [] };
    this.#bars.set(series, known);
    known.prices.push([toNumber(bar.open), toNumber(bar.high), toNumber(bar.low), toNumber(bar.close)]);
    known.places.push({ file, line, at: bar.closeTime });
  }

  #book(
    tick: Tick & { readonly kind: 'book-snapshot' | 'book-delta' },
    tell: (severity: DataFinding['severity'], code: string, field: string, rule: string, proposal?: string) => void,
  ): void {
    const book = this.#books.get(tick.symbol) ?? new DepthBook();
    this.#books.set(tick.symbol, book);
    const refusal = tick.kind === 'book-snapshot' ? book.applySnapshot(tick) : book.applyDelta(tick);
    // After a gap everything is refused until the next snapshot: the gap is told, what follows from it is not.
    if (refusal !== undefined && refusal !== 'SNAPSHOT_MISSING')
      tell('error', `BOOK_${refusal}`, 'sequence', 'must follow the change before', refusal === 'SEQUENCE_GAP' ? 'fetch a snapshot' : '');
  }

  #tell(finding: DataFinding): void {
    if (finding.severity === 'error') this.#errors += 1;
    else this.#warnings += 1;
    this.#byCode.set(finding.code, (this.#byCode.get(finding.code) ?? 0) + 1);
    if (this.#findings.length < FINDINGS_KEPT_MAX) this.#findings.push(finding);
  }
}

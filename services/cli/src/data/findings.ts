import {
  type Bar,
  checkRow,
  civilDate,
  DAILY_POLICIES,
  DepthBook,
  type Finding,
  NOTHING_SEEN,
  QUALITY_SCORE_MIN,
  qualityScore,
  rememberLostRow,
  rememberRow,
  type SeenRows,
  type Tick,
  type TradingCalendar,
} from '@tradewind/market';
import { formatDecimal, isoFromNanos, toNumber } from '@tradewind/vocabulary';

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

const SPLIT_RATIOS = [2, 3, 4, 5, 7, 8, 10, 15, 20, 25, 30, 50, 100].flatMap((shares) => [shares, 1 / shares]).concat(3 / 2, 2 / 3);
const RATIO_TOLERANCE = 0.04;

/** A jump that is nearly a usual ratio is likelier a split or a wrong unit than a price. */
const proposalOf = (finding: Finding, bar: Bar, before: number | undefined): string => {
  if (finding.code === 'BAR_HIGH_BELOW_LOW') return 'exchange high and low';
  if (before === undefined || !/JUMP|LEVEL_CHANGED/.test(finding.code)) return '';
  const ratio = before / toNumber(bar.close);
  const near = SPLIT_RATIOS.find((one) => Math.abs(ratio / one - 1) < RATIO_TOLERANCE);
  if (near === undefined) return 'compare with a second source';
  if (near === 100 || near === 1 / 100) return 'a unit of a hundredth: multiply or divide the row by 100';
  return near > 1
    ? `a split ${Number(near.toPrecision(3))} for 1 without notice: add it to the actions`
    : `a split 1 for ${Number((1 / near).toPrecision(3))} without notice: add it to the actions`;
};

/** Judges bars and ticks as they come, series by series, and keeps what it found. */
export class DataInspector {
  readonly #series = new Map<string, SeenRows>();
  readonly #books = new Map<string, DepthBook>();
  readonly #latest = new Map<string, bigint>();
  readonly #byCode = new Map<string, number>();
  readonly #findings: DataFinding[] = [];
  #bars = 0;
  #ticks = 0;
  #errors = 0;
  #warnings = 0;

  constructor(private readonly calendar: TradingCalendar) {}

  /** A row that could not even be read. */
  lostRow(
    row: { readonly file: string; readonly line: number; readonly code: string; readonly field: string; readonly rule: string },
    series: string,
  ): void {
    this.#series.set(series, rememberLostRow(this.#series.get(series) ?? NOTHING_SEEN));
    this.#tell({ severity: 'error', ...row, symbol: '', at: '', proposal: '' });
  }

  bar(bar: Bar, file: string, line: number): void {
    this.#bars += 1;
    const series = `${bar.symbol}/${bar.interval}`;
    const seen = this.#series.get(series) ?? NOTHING_SEEN;
    const daily = bar.interval === '1d';
    const { open, high, low, close, volume } = bar;
    const row = { line, date: daily ? civilDate(bar.id.slice(-10)) : this.calendar.dateAt(bar.closeTime), open, high, low, close, volume };
    const found = checkRow(row, seen, this.calendar, daily ? DAILY_POLICIES : INTRADAY_POLICIES);
    this.#series.set(series, rememberRow(seen, row, found));
    const before = seen.last === undefined ? undefined : toNumber(seen.last.close);
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
        proposal: proposalOf(finding, bar, before),
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

  report(): DataReport {
    const scores = [...this.#series].map(([series, seen]) => ({ series, score: qualityScore(seen) }));
    return {
      bars: this.#bars,
      ticks: this.#ticks,
      errors: this.#errors,
      warnings: this.#warnings,
      byCode: Object.fromEntries([...this.#byCode].sort(([, left], [, right]) => right - left)),
      scores: scores.map((one) => ({ ...one, tradable: one.score >= QUALITY_SCORE_MIN })),
      findings: this.#findings,
    };
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

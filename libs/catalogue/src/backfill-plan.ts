import { type BarInterval, parseBarInterval, type TradingCalendar } from '@tradewind/market';
import { isoFromNanos, nanosFromMillis, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { sessionDates } from './coverage.js';

export type BackfillKind = 'bars' | 'trades' | 'quotes' | 'book' | 'records';

/** One request to a source, and what is written of its answer at once. */
export interface BackfillChunk {
  /** E.g. `bars/SPY/1m/2013-10-01`, `ticks/AIG/trades+quotes/2013-10-07`, `records/SPY/action/split/2013-01-01`. */
  readonly id: string;
  readonly symbol: Symbol | undefined;
  readonly from: UnixNanos;
  readonly until: UnixNanos;
  readonly what:
    | { readonly kind: 'bars'; readonly interval: BarInterval }
    | { readonly kind: 'ticks'; readonly kinds: readonly ('trades' | 'quotes' | 'book')[] }
    | { readonly kind: 'records'; readonly series: string };
}

export interface BackfillRequest {
  readonly symbols: readonly Symbol[];
  readonly kinds: readonly BackfillKind[];
  readonly interval: BarInterval;
  /** Series of records, whole or as prefixes that end in `/`. */
  readonly series: readonly string[];
  /** Midnights in UTC. */
  readonly from: UnixNanos;
  readonly until: UnixNanos;
}

export interface BackfillState {
  readonly now: UnixNanos;
  /** Ids of chunks that were fetched whole and stored. */
  readonly done: ReadonlySet<string>;
  /** True when the catalogue has every session of the chunk already. */
  readonly isCovered: (chunk: BackfillChunk) => boolean;
}

export interface BackfillPlan {
  readonly todo: readonly BackfillChunk[];
  readonly skipped: { readonly done: number; readonly covered: number; readonly closed: number; readonly future: number };
}

type Period = 'year' | 'month' | 'day';

const DAY_NANOS = 86_400_000_000_000n;

/** So much at once that a chunk is some pages long and a year's file is not written too often. */
const periodOf = (interval: BarInterval): Period => {
  const rule = parseBarInterval(interval);
  if (!rule.ok || rule.value.kind !== 'time') return 'day';
  const { unit } = rule.value;
  return unit === 's' ? 'day' : unit === 'm' ? 'month' : 'year';
};

const nextStart = (at: UnixNanos, period: Period): UnixNanos => {
  const [year, month, day] = isoFromNanos(at).slice(0, 10).split('-').map(Number) as [number, number, number];
  if (period === 'year') return nanosFromMillis(Date.UTC(year + 1, 0, 1));
  return nanosFromMillis(period === 'month' ? Date.UTC(year, month, 1) : Date.UTC(year, month - 1, day + 1));
};

/** [from, until) cut at the starts of years, months or days. */
const spansOf = (from: UnixNanos, until: UnixNanos, period: Period): readonly { readonly from: UnixNanos; readonly until: UnixNanos }[] => {
  const spans: { from: UnixNanos; until: UnixNanos }[] = [];
  for (let start = from; start < until;) {
    const next = nextStart(start, period);
    const end = next < until ? next : until;
    spans.push({ from: start, until: end });
    start = end;
  }
  return spans;
};

const spanText = (from: UnixNanos, until: UnixNanos): string => `${isoFromNanos(from).slice(0, 10)}..${isoFromNanos(until).slice(0, 10)}`;

/** Everything that was asked for, period by period, so that what is stored grows evenly over the symbols. */
export const backfillChunks = ({ symbols, kinds, interval, series, from, until }: BackfillRequest): readonly BackfillChunk[] => {
  const chunks: BackfillChunk[] = [];
  const ticks = (['trades', 'quotes', 'book'] as const).filter((kind) => kinds.includes(kind));
  if (kinds.includes('bars'))
    for (const span of spansOf(from, until, periodOf(interval)))
      for (const symbol of symbols)
        chunks.push({
          id: `bars/${symbol}/${interval}/${spanText(span.from, span.until)}`,
          symbol,
          ...span,
          what: { kind: 'bars', interval },
        });
  if (ticks.length > 0)
    for (const span of spansOf(from, until, 'day'))
      for (const symbol of symbols)
        chunks.push({
          id: `ticks/${symbol}/${ticks.join('+')}/${spanText(span.from, span.until)}`,
          symbol,
          ...span,
          what: { kind: 'ticks', kinds: ticks },
        });
  if (kinds.includes('records'))
    for (const span of spansOf(from, until, 'year'))
      for (const one of series)
        for (const symbol of symbols.length === 0 ? [undefined] : symbols)
          chunks.push({
            id: `records/${symbol ?? '*'}/${one}/${spanText(span.from, span.until)}`,
            symbol,
            ...span,
            what: { kind: 'records', series: one },
          });
  return chunks;
};

/**
 * What is still missing: chunks that were not stored whole before, lie in the past, and have a session of the calendar that the catalogue lacks. A chunk
 * that reaches into the future is fetched up to now and never counts as done.
 */
export const planBackfill = (
  request: BackfillRequest,
  /** Undefined for what never closes. */
  calendar: TradingCalendar | undefined,
  { now, done, isCovered }: BackfillState,
): BackfillPlan => {
  const skipped = { done: 0, covered: 0, closed: 0, future: 0 };
  const todo = backfillChunks(request).filter((chunk) => {
    if (chunk.from >= now) skipped.future += 1;
    else if (done.has(chunk.id)) skipped.done += 1;
    // Trading after a session reaches into UTC's next day.
    else if (
      calendar !== undefined &&
      chunk.what.kind !== 'records' &&
      sessionDates(calendar, (chunk.from - DAY_NANOS / 4n) as UnixNanos, chunk.until).length === 0
    )
      skipped.closed += 1;
    else if (isCovered(chunk)) skipped.covered += 1;
    else return true;
    return false;
  });
  return { todo, skipped };
};

/** Whether a stored chunk may be noted as done: nothing of it can still come. */
export const isFinal = (chunk: BackfillChunk, now: UnixNanos): boolean => chunk.until <= now;

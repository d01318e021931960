import { type BarInterval, type CivilDate, civilDate, parseBarInterval, type TradingCalendar } from '@tradewind/market';
import { isoFromNanos, type UnixNanos } from '@tradewind/vocabulary';

/** Sessions of a calendar and what there is of each. */
export interface Coverage {
  readonly sessions: number;
  readonly covered: number;
  /** Sessions without anything, in runs of neighbours. */
  readonly missing: readonly { readonly first: CivilDate; readonly last: CivilDate; readonly sessions: number }[];
  /** Sessions with fewer bars than the interval and the hours allow; normal for what trades seldom. */
  readonly thin: readonly { readonly date: CivilDate; readonly bars: number; readonly expected: number }[];
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };
const NANOS = 1_000_000_000n;

/** Bars of an interval that a session has room for; undefined for days and longer, and for what time does not end. */
export const barsExpected = (interval: BarInterval, openTime: UnixNanos, closeTime: UnixNanos): number | undefined => {
  const rule = parseBarInterval(interval);
  if (!rule.ok || rule.value.kind !== 'time') return undefined;
  const seconds = SECONDS[rule.value.unit];
  if (seconds === undefined) return undefined;
  return Math.ceil(Number((closeTime - openTime) / NANOS) / (seconds * rule.value.count));
};

/** Dates of sessions in [from, until), by their close. */
export const sessionDates = (calendar: TradingCalendar, from: UnixNanos, until: UnixNanos): readonly CivilDate[] => {
  if (from >= until) return [];
  const day = 86_400n * NANOS;
  const before = civilDate(isoFromNanos((from - day) as UnixNanos).slice(0, 10));
  const after = civilDate(isoFromNanos((until + day) as UnixNanos).slice(0, 10));
  return calendar.sessionsBetween(before, after).filter((date) => {
    const close = calendar.sessionOf(date)!.closeTime;
    return close >= from && close < until;
  });
};

/** Compares what there is, counted by date, with the sessions that should be there. */
export const coverageOf = (
  calendar: TradingCalendar,
  from: UnixNanos,
  until: UnixNanos,
  counts: ReadonlyMap<string, number>,
  interval: BarInterval | undefined,
): Coverage => {
  const missing: { first: CivilDate; last: CivilDate; sessions: number }[] = [];
  const thin: { date: CivilDate; bars: number; expected: number }[] = [];
  const dates = sessionDates(calendar, from, until);
  let covered = 0;
  let running = false;
  for (const date of dates) {
    const bars = counts.get(date) ?? 0;
    if (bars === 0) {
      const last = missing.at(-1);
      if (running && last !== undefined) {
        last.last = date;
        last.sessions += 1;
      } else missing.push({ first: date, last: date, sessions: 1 });
      running = true;
      continue;
    }
    running = false;
    covered += 1;
    const { openTime, closeTime } = calendar.sessionOf(date)!;
    const expected = interval === undefined ? undefined : barsExpected(interval, openTime, closeTime);
    if (expected !== undefined && bars < expected) thin.push({ date, bars, expected });
  }
  return { sessions: dates.length, covered, missing, thin };
};

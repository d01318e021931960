import type { BarInterval, TradingCalendar } from '@tradewind/market';
import type { UnixNanos } from '@tradewind/vocabulary';

/** How bars of an interval are asked for. */
export interface BarShape {
  readonly setting: string;
  readonly seconds: number;
  /** What one request covers: within what IB answers for bars of the size. */
  readonly duration: string;
  readonly windowSeconds: number;
  /** Bars of up to 30 seconds fall under the pacing rules. */
  readonly paced: boolean;
}

const DAY = 86_400;
const shape = (setting: string, seconds: number, duration: string, windowSeconds: number): BarShape => ({
  setting,
  seconds,
  duration,
  windowSeconds,
  paced: seconds <= 30,
});

/** Windows after TWS API, "Valid duration and bar size settings". A year is asked for in steps of 364 days, so that leap years lose none. */
export const BAR_SHAPES: ReadonlyMap<BarInterval, BarShape> = new Map<BarInterval, BarShape>([
  ['1s', shape('1 secs', 1, '1800 S', 1800)],
  ['5s', shape('5 secs', 5, '3600 S', 3600)],
  ['10s', shape('10 secs', 10, '14400 S', 14_400)],
  ['15s', shape('15 secs', 15, '14400 S', 14_400)],
  ['30s', shape('30 secs', 30, '28800 S', 28_800)],
  ['1m', shape('1 min', 60, '1 D', DAY)],
  ['2m', shape('2 mins', 120, '1 D', DAY)],
  ['3m', shape('3 mins', 180, '1 W', 7 * DAY)],
  ['5m', shape('5 mins', 300, '1 W', 7 * DAY)],
  ['10m', shape('10 mins', 600, '1 W', 7 * DAY)],
  ['15m', shape('15 mins', 900, '1 W', 7 * DAY)],
  ['20m', shape('20 mins', 1200, '1 W', 7 * DAY)],
  ['30m', shape('30 mins', 1800, '1 M', 28 * DAY)],
  ['1h', shape('1 hour', 3600, '1 M', 28 * DAY)],
  ['1d', shape('1 day', DAY, '1 Y', 364 * DAY)],
]);

export interface Window {
  /** Bars that close after `from` and by `until`. */
  readonly from: UnixNanos;
  readonly until: UnixNanos;
}

const SECOND = 1_000_000_000n;
/** 08:00 UTC: New York and Toronto are shut then, before and after trading too, in summer and winter. */
const SHUT = 8n * 3600n * SECOND;

/** The windows that cover bars closing in [from, until), in order; their borders stay the same whatever is asked for. */
export const windowsOf = (from: UnixNanos, until: UnixNanos, { windowSeconds }: BarShape): readonly Window[] => {
  const size = BigInt(windowSeconds) * SECOND;
  const windows: Window[] = [];
  // The last instant before `from`: a bar that closes at a border belongs to the window before it.
  for (let start = ((from - 1n - SHUT) / size) * size + SHUT; start < until - 1n; start += size) {
    windows.push({ from: start as UnixNanos, until: (start + size) as UnixNanos });
  }
  return windows;
};

/** True when regular trading goes on at some time of the window; a window that the calendar doesn't know counts as one. */
export const tradesWithin = (window: Window, calendar: TradingCalendar): boolean => {
  const first = Number(window.from / SECOND) - DAY;
  for (let at = first; at <= Number(window.until / SECOND) + DAY; at += DAY) {
    try {
      const session = calendar.sessionOf(new Date(at * 1000).toISOString().slice(0, 10) as Parameters<TradingCalendar['sessionOf']>[0]);
      if (session !== undefined && session.openTime < window.until && session.closeTime > window.from) return true;
    } catch {
      return true;
    }
  }
  return false;
};

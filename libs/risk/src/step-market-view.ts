import { calendarOf, parseBarInterval } from '@tradewind/market';
import type { Bar, TradingCalendar } from '@tradewind/market';
import type { UnixNanos } from '@tradewind/vocabulary';

import type { ReturnHistory } from './history.js';

const SESSIONS_PER_YEAR = 252;
const WEEKS_PER_YEAR = 52;
/** Regular hours of the exchanges in the instrument table: 09:30 to 16:00. */
const SECONDS_PER_SESSION = 23_400;
const SECONDS_OF = { s: 1, m: 60, h: 3_600 } as const;

const barsPerYearOf = (interval: string): number => {
  const parsed = parseBarInterval(interval);
  // Bars of trades, volume or money come as often as the market makes them: a day each is the best guess that needs no clock.
  if (!parsed.ok || parsed.value.kind !== 'time') return SESSIONS_PER_YEAR;
  const { count, unit } = parsed.value;
  if (unit === 'd') return SESSIONS_PER_YEAR / count;
  if (unit === 'w') return WEEKS_PER_YEAR / count;
  return (SESSIONS_PER_YEAR * SECONDS_PER_SESSION) / (count * SECONDS_OF[unit]);
};

const calendarFor = (exchange: string): TradingCalendar | undefined => {
  try {
    return calendarOf(exchange);
  } catch {
    return undefined;
  }
};

const isOpenAt = (exchange: string, hours: 'regular' | 'extended', at: UnixNanos): boolean => {
  const calendar = calendarFor(exchange);
  if (calendar === undefined) return false;
  const date = calendar.dateAt(at);
  const session = hours === 'regular' ? calendar.sessionOf(date) : calendar.extendedSessionOf(date);
  return session !== undefined && at >= session.openTime && at <= session.closeTime;
};

/** What the step's bars and its instant say, asked for by symbol and exchange; each answer is found once a step. */
export class StepMarketView {
  #barsPerYear: number | undefined;
  readonly #open = new Map<string, boolean>();
  #traded: ReadonlySet<string> | undefined;

  constructor(
    private readonly at: UnixNanos,
    private readonly bars: readonly Bar[],
    readonly history: ReturnHistory,
  ) {}

  /** Bars in a trading year, of the shortest interval of the step; 252 for a step without bars. */
  get barsPerYear(): number {
    if (this.#barsPerYear === undefined) {
      const intervals = new Set(this.bars.map(({ interval }) => interval));
      this.#barsPerYear = intervals.size === 0 ? SESSIONS_PER_YEAR : Math.max(...[...intervals].map(barsPerYearOf));
    }
    return this.#barsPerYear;
  }

  /** The exchange is open at the instant of the step, its close included; false for an exchange without a calendar. */
  isOpen(exchange: string, hours: 'regular' | 'extended'): boolean {
    const key = `${hours} ${exchange}`;
    let open = this.#open.get(key);
    if (open === undefined) {
      open = isOpenAt(exchange, hours, this.at);
      this.#open.set(key, open);
    }
    return open;
  }

  /** The instrument had a bar in the step. */
  traded(symbol: string): boolean {
    this.#traded ??= new Set(this.bars.map((bar) => bar.symbol));
    return this.#traded.has(symbol);
  }
}

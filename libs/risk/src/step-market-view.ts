import { parseBarInterval } from '@tradewind/market';
import type { Bar } from '@tradewind/market';

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

/** What the step's bars say, asked for by symbol. */
export class StepMarketView {
  /** Bars of the step's interval in a trading year. */
  readonly barsPerYear: number;
  #traded: ReadonlySet<string> | undefined;

  constructor(
    private readonly bars: readonly Bar[],
    readonly history: ReturnHistory,
  ) {
    this.barsPerYear = bars.length === 0 ? SESSIONS_PER_YEAR : barsPerYearOf(bars[0]!.interval);
  }

  /** The instrument had a bar in the step. */
  traded(symbol: string): boolean {
    this.#traded ??= new Set(this.bars.map((bar) => bar.symbol));
    return this.#traded.has(symbol);
  }
}

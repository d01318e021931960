import type { Symbol } from '@tradewind/vocabulary';

import type { BarInterval } from '../bar-interval.js';
import type { TradingHours } from '../calendar/trading-hours.js';
import type { SaleRules } from './sale-conditions.js';

/** What to build. */
export interface BarPlan {
  readonly symbol: Symbol;
  readonly interval: BarInterval;
  readonly hours: TradingHours;
  readonly sales: SaleRules;
  /** How long after its time an event may come and still be in its bar; bars close that much later. */
  readonly graceMs: number;
  /** How long after a session's end its closing prints may come: the bars that end with it close that much later still. None without it. */
  readonly closingMs?: number;
  /** Numbered events by which repeated ones are known, at least. */
  readonly eventsRemembered: number;
  /** Told in each bar. */
  readonly source: string;
}

/**
 * What became of an event.
 * `TAKEN`: it is in a bar. `DUPLICATE`: it came before. `LATE`: its bar is closed; the bar stands, for it has been traded on, and what is to
 * be done about it is the caller's (a fault now, the right bar in history). `OUTSIDE_HOURS`: nothing trades then, by the plan.
 * `UNUSABLE`: no price can be had of it: not above 0, a side of the quote is missing, or it is crossed.
 */
export type BarOutcome = 'TAKEN' | 'DUPLICATE' | 'LATE' | 'OUTSIDE_HOURS' | 'UNUSABLE';

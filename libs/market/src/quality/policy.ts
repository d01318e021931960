import type { TradingCalendar } from '../calendar/trading-calendar.js';
import type { DailyRow } from '../daily-row.js';

/** What one policy says of one row. */
export interface Finding {
  /** Stable code, `BAR_…`. */
  readonly code: string;
  readonly field: string;
  readonly rule: string;
  /** True: the row is not fit to become a bar. False: a warning, the row goes on. */
  readonly dropped: boolean;
  /** Rows' worth of quality lost; 1 for a row that is gone, less for a quirk. */
  readonly penalty: number;
}

/** What the policies remember of a symbol's rows; plain data. */
export interface SeenRows {
  /** Last row that went on. */
  readonly last: DailyRow | undefined;
  /** Log returns of the last rows that went on, newest last, at most `RETURNS_KEPT`. */
  readonly returns: readonly number[];
  /** Close of a row dropped for its jump just before this one; 0 when there is none. */
  readonly suspectClose: number;
  /** Rows in succession whose open repeats the close before. */
  readonly copiedOpens: number;
  /** Penalties of the last rows, newest last, at most `SCORED_ROWS`. */
  readonly penalties: readonly number[];
}

export const RETURNS_KEPT = 60;
export const SCORED_ROWS = 250;

/** One rule about rows; a policy sees only rows that the policies before it let through. */
export interface QualityPolicy {
  readonly name: string;
  check(row: DailyRow, seen: SeenRows, calendar: TradingCalendar): Finding | undefined;
}

const DROPPED_PENALTY = 1;
const WARNING_PENALTY = 0.1;

export const drop = (code: string, field: string, rule: string): Finding => ({
  code,
  field,
  rule,
  dropped: true,
  penalty: DROPPED_PENALTY,
});
export const warn = (code: string, field: string, rule: string, penalty = WARNING_PENALTY): Finding => ({
  code,
  field,
  rule,
  dropped: false,
  penalty,
});

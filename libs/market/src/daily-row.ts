import type { Price, Quantity } from '@tradewind/vocabulary';

import type { CivilDate } from './calendar/civil-date.js';

/** One well-formed line of a daily file: every field has its type, no value has been judged yet. */
export interface DailyRow {
  /** 1 is the header. */
  readonly line: number;
  readonly date: CivilDate;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Quantity;
}

/** A line that is not a row. */
export interface RowFault {
  readonly line: number;
  /** Stable code, `ROW_…`. */
  readonly code: string;
  readonly field: string;
  readonly rule: string;
}

export interface ParsedRows {
  readonly rows: readonly DailyRow[];
  readonly faults: readonly RowFault[];
}

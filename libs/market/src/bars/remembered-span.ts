import type { UnixNanos } from '@tradewind/vocabulary';

import type { Session } from '../calendar/trading-calendar.js';
import type { TradingHours } from '../calendar/trading-hours.js';

/** Looks spans of trading up and remembers the last: events of one come one after another. */
export class RememberedSpan {
  readonly #hours: TradingHours;
  #span: Session | undefined;

  constructor(hours: TradingHours) {
    this.#hours = hours;
  }

  /** The span that holds the instant, else the next. */
  endingAfter(at: UnixNanos): Session {
    const known = this.#span;
    if (known !== undefined && at >= known.openTime && at < known.closeTime) return known;
    this.#span = this.#hours.spanEndingAfter(at);
    return this.#span;
  }
}

import { NANOS_PER_MILLI, type UnixNanos } from '@tradewind/vocabulary';

import type { TradingHours } from '../calendar/trading-hours.js';
import type { Trade } from '../tick.js';
import type { SaleRules } from './sale-conditions.js';

/**
 * The closing auction is printed seconds, at times minutes, after the close that it makes. A closing print that comes within the closing time
 * counts as the session's last trade, and bars that end with the session wait for it.
 */
export class SessionEnd {
  readonly #hours: TradingHours;
  readonly #closing: bigint;

  constructor(hours: TradingHours, closingMs: number) {
    this.#hours = hours;
    this.#closing = BigInt(closingMs) * NANOS_PER_MILLI;
  }

  /** The time at which a trade counts. */
  timeOf(trade: Trade, sales: SaleRules): UnixNanos {
    if (this.#closing === 0n || !sales.isClosingPrint(trade)) return trade.at;
    const span = this.#hours.spanEndingAfter((trade.at - this.#closing) as UnixNanos);
    return span.closeTime <= trade.at ? ((span.closeTime - 1n) as UnixNanos) : trade.at;
  }

  /** When all that belongs to a bar has come, if nothing is late: its close, or the end of the closing time. */
  dueOf(closeTime: UnixNanos): UnixNanos {
    return this.#endsAt(closeTime) ? ((closeTime + this.#closing) as UnixNanos) : closeTime;
  }

  /** How far the events of a time are complete: while the closing time runs, up to the last of the session. */
  completeUntil(time: UnixNanos): UnixNanos {
    if (this.#closing === 0n) return time;
    const span = this.#hours.spanEndingAfter((time - this.#closing) as UnixNanos);
    return span.closeTime <= time ? ((span.closeTime - 1n) as UnixNanos) : time;
  }

  #endsAt(closeTime: UnixNanos): boolean {
    return this.#closing !== 0n && this.#hours.spanEndingAfter((closeTime - 1n) as UnixNanos).closeTime === closeTime;
  }
}

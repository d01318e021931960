import { nyseCalendar } from '@tradewind/market';
import type { Bus } from '@tradewind/messaging';
import { haltDesk } from '@tradewind/orders';
import type { RiskCommand } from '@tradewind/risk';
import { isoFromNanos, NANOS_PER_MILLI } from '@tradewind/vocabulary';
import type { Clock, UnixNanos } from '@tradewind/vocabulary';
import type { Kit } from '@tradewind/service-kit';

import { encodeRiskStatusRequest, RISK_STATUS_REQUEST, riskCommandMessage } from '../wire.js';
import type { DeskBooks } from './books.js';

export interface DeadManOptions {
  readonly books: DeskBooks;
  readonly bus: Pick<Bus, 'envelope' | 'request'>;
  readonly clock: Clock;
  readonly log: Kit['log'];
  /** 0 for never. */
  readonly riskSilenceMs: number;
  /** 0 for never. */
  readonly dataSilenceIntervals: number;
}

const ASK_EVERY_MS = 1_000;
const ANSWER_MAX_MS = 1_000;
const ACTOR = 'dead-man';
const MINUTE_MS = 60_000;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: MINUTE_MS, h: 60 * MINUTE_MS };

/** Length of a bar's interval in milliseconds; undefined for a day and more, whose silence says nothing. */
export const intervalMs = (interval: string): number | undefined => {
  const [, count, unit] = /^(\d+)([smh])$/.exec(interval) ?? [];
  return count === undefined || unit === undefined ? undefined : Number(count) * UNITS[unit]!;
};

/** The exchange has been open for at least so long. */
export const isOpenFor = (now: UnixNanos, ms: number): boolean => {
  const session = nyseCalendar.sessionOf(nyseCalendar.dateAt(now));
  return session !== undefined && now >= session.openTime + BigInt(ms) * NANOS_PER_MILLI && now < session.closeTime;
};

/**
 * Halts when risk or the data have gone silent. The halt takes effect here at once, and goes to risk as a command, so that it is risk's state too, and on record,
 * as soon as risk is back.
 */
export class DeadMan {
  #timer: NodeJS.Timeout | undefined;
  #riskHeardAt = performance.now();
  #barsHeardAt = performance.now();
  #interval: string | undefined;

  constructor(private readonly options: DeadManOptions) {}

  begin(): void {
    this.#riskHeardAt = performance.now();
    this.#barsHeardAt = performance.now();
    this.#timer = setInterval(() => void this.#watch(), ASK_EVERY_MS);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  barsCame(interval: string): void {
    this.#barsHeardAt = performance.now();
    this.#interval = interval;
  }

  async #watch(): Promise<void> {
    const { riskSilenceMs, log } = this.options;
    try {
      if (riskSilenceMs > 0) await this.#askRisk();
      const silent = this.#silence();
      if (silent !== undefined) await this.#halt(silent);
    } catch (err) {
      log.error({ err }, 'the dead-man’s switch could not do its work; trying again');
    }
  }

  async #askRisk(): Promise<void> {
    const { books, bus } = this.options;
    try {
      await bus.request(RISK_STATUS_REQUEST, encodeRiskStatusRequest(books.state.account.accountId), ANSWER_MAX_MS);
      this.#riskHeardAt = performance.now();
    } catch {
      // Silence: how long it lasts is what counts.
    }
  }

  #silence(): string | undefined {
    const { riskSilenceMs, dataSilenceIntervals, clock } = this.options;
    const now = performance.now();
    if (riskSilenceMs > 0 && now - this.#riskHeardAt > riskSilenceMs) return `risk has not answered for ${riskSilenceMs / 1_000} s`;
    const barMs = this.#interval === undefined ? undefined : intervalMs(this.#interval);
    if (dataSilenceIntervals === 0 || barMs === undefined) return undefined;
    const mostMs = barMs * dataSilenceIntervals;
    return now - this.#barsHeardAt > mostMs && isOpenFor(clock.now(), mostMs)
      ? `no bars for ${dataSilenceIntervals} intervals of ${this.#interval}`
      : undefined;
  }

  async #halt(reason: string): Promise<void> {
    const { books, bus, clock, log } = this.options;
    const at = clock.now();
    const done = await books.commit([], (state) => {
      const { accountId } = state.account;
      const command: RiskCommand = { type: 'Halt', id: `rc/${accountId}/${ACTOR}/${at}`, accountId, actor: ACTOR, reason, at };
      const halted = haltDesk(state, command);
      return halted === undefined ? undefined : { ...halted, outbox: [riskCommandMessage(bus, command)] };
    });
    if (done) log.error({ reason, at: isoFromNanos(at) }, 'the dead-man’s switch has halted trading');
  }
}

import { toNumber, type UnixNanos } from '@tradewind/vocabulary';

import type { Quote, Tick, Trade } from '../../tick.js';
import { crossedQuote } from './crossed-quote.js';
import { lockedQuote } from './locked-quote.js';
import { minuteMove } from './minute-move.js';
import { quoteSign } from './quote-sign.js';
import { staleQuote } from './stale-quote.js';
import type { SeenTicks, TickFinding, TickPolicy } from './tick-policy.js';
import { tradeJump } from './trade-jump.js';
import { tradeOutsideQuote } from './trade-outside-quote.js';
import { rememberMove, tradeSpike } from './trade-spike.js';

/** What makes a tick meaningless first, alerts last. */
const TICK_POLICIES: readonly TickPolicy[] = [
  quoteSign,
  crossedQuote,
  lockedQuote,
  tradeJump,
  tradeOutsideQuote,
  staleQuote,
  tradeSpike,
  minuteMove,
];

/** The score forgets: a trade this many trades ago counts 1/e of one now. */
const SCORED_TICKS = 1_000;

export interface TickQualityState {
  readonly seen: SeenTicks;
  /** Of trades. */
  readonly lost: number;
  /** Of quotes and books. */
  readonly lostQuotes: number;
}

/** Judges the ticks of one symbol as they come, and keeps the score. */
export class TickQuality {
  readonly #seen: SeenTicks;
  /** Exponentially weighted means of the penalties. A trade has dozens of quotes, which must not hide that all trades are wrong. */
  #lost: number;
  #lostQuotes: number;

  constructor(state?: TickQualityState) {
    this.#seen = copyOf(state?.seen ?? NOTHING_SEEN);
    this.#lost = state?.lost ?? 0;
    this.#lostQuotes = state?.lostQuotes ?? 0;
  }

  /** Share of good ticks lately, in [0, 1]: of trades or of quotes, whichever is less. */
  get score(): number {
    return 1 - Math.max(this.#lost, this.#lostQuotes);
  }

  /** Counts a tick that was found good or bad elsewhere. */
  count(kind: Tick['kind'], penalty: number): void {
    if (kind === 'trade') this.#lost += (penalty - this.#lost) / SCORED_TICKS;
    else this.#lostQuotes += (penalty - this.#lostQuotes) / SCORED_TICKS;
  }

  /** What is wrong with a trade that makes a price, the finding that drops it last. */
  checkTrade(trade: Trade): readonly TickFinding[] {
    const price = toNumber(trade.price);
    const findings = this.#ask((policy) => policy.checkTrade?.(trade, price, this.#seen));
    if (findings.at(-1)?.dropped !== true) {
      rememberMove(this.#seen, price);
      this.#seen.lastPrice = price;
      this.#seen.lastAt = trade.at;
    }
    return findings;
  }

  checkQuote(quote: Quote): readonly TickFinding[] {
    const findings = this.#ask((policy) => policy.checkQuote?.(quote, this.#seen));
    if (quote.bidPrice > 0n && quote.askPrice >= quote.bidPrice) {
      this.#seen.bid = toNumber(quote.bidPrice);
      this.#seen.ask = toNumber(quote.askPrice);
      this.#seen.quotedAt = quote.at;
    }
    return findings;
  }

  save(): TickQualityState {
    return { seen: copyOf(this.#seen), lost: this.#lost, lostQuotes: this.#lostQuotes };
  }

  #ask(check: (policy: TickPolicy) => TickFinding | undefined): readonly TickFinding[] {
    let findings: TickFinding[] | undefined;
    for (const policy of TICK_POLICIES) {
      const finding = check(policy);
      if (finding === undefined) continue;
      findings ??= [];
      findings.push(finding);
      if (finding.dropped) break;
    }
    return findings ?? NONE;
  }
}

const BEFORE_EVERYTHING = 0n as UnixNanos;
const NOTHING_SEEN: SeenTicks = {
  lastPrice: 0,
  suspectPrice: 0,
  suspectAt: BEFORE_EVERYTHING,
  suspectSequence: 0,
  tens: [],
  lows: [],
  highs: [],
  alertedAt: BEFORE_EVERYTHING,
  lastAt: BEFORE_EVERYTHING,
  sizes: [],
  moves: 0,
  bid: 0,
  ask: 0,
  quotedAt: BEFORE_EVERYTHING,
  lockedSince: BEFORE_EVERYTHING,
};
const copyOf = (seen: SeenTicks): SeenTicks => ({
  ...seen,
  tens: [...seen.tens],
  lows: [...seen.lows],
  highs: [...seen.highs],
  sizes: [...seen.sizes],
});
const NONE: readonly TickFinding[] = [];

import { toNumber, type UnixNanos } from '@tradewind/vocabulary';

import type { Quote, Trade } from '../../tick.js';
import { crossedQuote } from './crossed-quote.js';
import { minuteMove } from './minute-move.js';
import { quoteSign } from './quote-sign.js';
import type { SeenTicks, TickFinding, TickPolicy } from './tick-policy.js';
import { tradeJump } from './trade-jump.js';

/** What makes a tick meaningless first, alerts last. */
const TICK_POLICIES: readonly TickPolicy[] = [quoteSign, crossedQuote, tradeJump, minuteMove];

/** The score forgets: a tick this many ticks ago counts 1/e of one now. */
const SCORED_TICKS = 1_000;

export interface TickQualityState {
  readonly seen: SeenTicks;
  readonly lost: number;
}

/** Judges the ticks of one symbol as they come, and keeps the score. */
export class TickQuality {
  readonly #seen: SeenTicks;
  /** Exponentially weighted mean of the penalties. */
  #lost: number;

  constructor(state?: TickQualityState) {
    const seen = state?.seen ?? NOTHING_SEEN;
    this.#seen = { ...seen, tens: [...seen.tens], lows: [...seen.lows], highs: [...seen.highs] };
    this.#lost = state?.lost ?? 0;
  }

  /** Share of good ticks lately, in [0, 1]. */
  get score(): number {
    return 1 - this.#lost;
  }

  /** Counts a tick that was found good or bad elsewhere. */
  count(penalty: number): void {
    this.#lost += (penalty - this.#lost) / SCORED_TICKS;
  }

  /** What is wrong with a trade that makes a price, the finding that drops it last. */
  checkTrade(trade: Trade): readonly TickFinding[] {
    const price = toNumber(trade.price);
    const findings = this.#ask((policy) => policy.checkTrade?.(trade, price, this.#seen));
    if (findings.at(-1)?.dropped !== true) this.#seen.lastPrice = price;
    return findings;
  }

  checkQuote(quote: Quote): readonly TickFinding[] {
    return this.#ask((policy) => policy.checkQuote?.(quote));
  }

  save(): TickQualityState {
    const { tens, lows, highs } = this.#seen;
    return { seen: { ...this.#seen, tens: [...tens], lows: [...lows], highs: [...highs] }, lost: this.#lost };
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
};
const NONE: readonly TickFinding[] = [];

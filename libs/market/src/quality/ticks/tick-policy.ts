import type { UnixNanos } from '@tradewind/vocabulary';

import type { Quote, Trade } from '../../tick.js';

/** What one policy says of one tick. */
export interface TickFinding {
  /** Stable code. */
  readonly code: string;
  readonly field: string;
  readonly rule: string;
  /** True: the tick goes no further. */
  readonly dropped: boolean;
  /** Ticks' worth of quality lost: 0 for what is worth telling and no one's fault. */
  readonly penalty: number;
}

/** What the policies remember of a symbol's ticks; plain data, changed in place. Prices are doubles, 0 when there is none yet. */
export interface SeenTicks {
  /** Last price that a trade made. */
  lastPrice: number;
  /** Price of a trade dropped for its jump just before. */
  suspectPrice: number;
  suspectAt: UnixNanos;
  suspectSequence: number;
  /** Prices of the last minute by ten seconds, oldest overwritten: the number of the ten seconds, their lowest and their highest. */
  readonly tens: number[];
  readonly lows: number[];
  readonly highs: number[];
  /** When the last alert was given. */
  alertedAt: UnixNanos;
  /** When the last trade that made a price was; what came before the night says little of the morning. */
  lastAt: UnixNanos;
  /** Sizes of the last moves from trade to trade, as ratios; the oldest is overwritten at `moves` modulo their number. */
  readonly sizes: number[];
  /** Moves seen so far. */
  moves: number;
  /** The last quote with both sides that was not crossed. */
  bid: number;
  ask: number;
  quotedAt: UnixNanos;
  /** Since when bid and ask have been equal; 0 when they are not. */
  lockedSince: UnixNanos;
}

/** One rule about ticks; asked in the order of their list until one drops the tick. */
export interface TickPolicy {
  readonly name: string;
  /** A trade that makes a price by its sale conditions, `price` as a double. May change what it remembers, as may `checkQuote`. */
  checkTrade?(trade: Trade, price: number, seen: SeenTicks): TickFinding | undefined;
  checkQuote?(quote: Quote, seen: SeenTicks): TickFinding | undefined;
}

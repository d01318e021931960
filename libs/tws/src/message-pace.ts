import { type Clock, nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

type Pause = (ms: number, signal?: AbortSignal) => Promise<void>;

const MILLI = 1_000_000n;

/**
 * At most so many messages in any window of time, however they come: a message goes at once unless as many went within the window before it. Callers
 * are served in the order in which they ask, one at a time.
 */
export class MessagePace {
  /** When the last messages went, the oldest first; at most `messagesMax`. */
  readonly #sent: UnixNanos[] = [];
  readonly #window: bigint;

  constructor(
    private readonly limit: { readonly messagesMax: number; readonly windowMs: number },
    private readonly clock: Clock,
    private readonly pause: Pause,
  ) {
    if (!(limit.messagesMax >= 1 && limit.windowMs > 0)) throw new RangeError('a pace needs positive figures');
    this.#window = nanosFromMillis(limit.windowMs);
  }

  /** Resolves when one message may go, which must go then. Rejects as `pause` does when the signal is aborted. */
  async take(signal?: AbortSignal): Promise<void> {
    for (;;) {
      const now = this.clock.now();
      const oldest = this.#sent[0];
      const waitNanos = oldest === undefined || this.#sent.length < this.limit.messagesMax ? 0n : oldest + this.#window - now;
      if (waitNanos <= 0n) break;
      await this.pause(Number((waitNanos + MILLI - 1n) / MILLI), signal);
    }
    if (this.#sent.length >= this.limit.messagesMax) this.#sent.shift();
    this.#sent.push(this.clock.now());
  }
}

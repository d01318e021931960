import { type Clock, nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

type Pause = (ms: number, signal?: AbortSignal) => Promise<void>;

export interface PaceLimit {
  readonly messagesMax: number;
  readonly windowMs: number;
  /** How many of them are kept for what is urgent. */
  readonly reserved: number;
}

const MILLI = 1_000_000n;

/**
 * At most so many messages in any window of time, however they come: a message goes at once unless as many went within the window before it. What is urgent
 * has a share of its own, and finds it free however much else is waiting.
 */
export class MessagePace {
  /** When the last messages went, the oldest first; at most `messagesMax`. */
  readonly #sent: UnixNanos[] = [];
  readonly #window: bigint;

  constructor(
    private readonly limit: PaceLimit,
    private readonly clock: Clock,
    private readonly pause: Pause,
  ) {
    const { messagesMax, windowMs, reserved } = limit;
    if (!(reserved >= 0 && messagesMax > reserved && windowMs > 0)) throw new RangeError('a pace needs room beyond what is reserved');
    this.#window = nanosFromMillis(windowMs);
  }

  /** Resolves when one message may go, which must go then. Rejects as `pause` does when the signal is aborted. */
  async take(urgent: boolean, signal?: AbortSignal): Promise<void> {
    const { messagesMax, reserved } = this.limit;
    const allowed = urgent ? messagesMax : messagesMax - reserved;
    for (;;) {
      const blocking = this.#sent.at(-allowed);
      const waitNanos = blocking === undefined ? 0n : blocking + this.#window - this.clock.now();
      if (waitNanos <= 0n) break;
      await this.pause(Number((waitNanos + MILLI - 1n) / MILLI), signal);
    }
    if (this.#sent.length >= messagesMax) this.#sent.shift();
    this.#sent.push(this.clock.now());
  }
}

import { type Clock, NANOS_PER_MILLI } from '@tradewind/vocabulary';

export interface RateLimitOptions {
  readonly requestsMax: number;
  readonly periodMs: number;
  /** Requests that may go at once after a rest; at most `requestsMax`. */
  readonly burst: number;
}

type Pause = (ms: number, signal?: AbortSignal) => Promise<void>;

/**
 * A token bucket without a timer: it keeps the instant at which the bucket will be full (the generic cell rate algorithm of ATM, ITU-T I.371). Callers
 * are served in the order in which they ask.
 */
export class RateLimit {
  private fullAt: bigint;
  private readonly intervalNanos: bigint;
  private readonly burstNanos: bigint;

  constructor(
    options: RateLimitOptions,
    private readonly clock: Clock,
    private readonly pause: Pause,
  ) {
    if (!(options.requestsMax > 0 && options.periodMs > 0 && options.burst >= 1))
      throw new RangeError('a rate limit needs positive figures');
    this.intervalNanos = BigInt(Math.ceil((options.periodMs * 1e6) / options.requestsMax));
    this.burstNanos = this.intervalNanos * BigInt(Math.floor(options.burst));
    this.fullAt = clock.now();
  }

  /** Resolves when one request may go. Rejects as `pause` does when the signal is aborted. */
  async take(signal?: AbortSignal): Promise<void> {
    const now = this.clock.now();
    const start = this.fullAt > now ? this.fullAt : now;
    const fullAt = start + this.intervalNanos;
    const waitNanos = fullAt - this.burstNanos - now;
    this.fullAt = fullAt;
    if (waitNanos > 0n) await this.pause(Number((waitNanos + NANOS_PER_MILLI - 1n) / NANOS_PER_MILLI), signal);
  }
}

import { pause } from '@tradewind/sources';
import type { Clock, UnixNanos } from '@tradewind/vocabulary';

/** A market whose time runs `speed` times as fast as the machine's: clocks and waits of the feed and its sources are told in it. */
export class MarketTime implements Clock {
  private readonly origin = performance.now();

  constructor(
    readonly start: UnixNanos,
    readonly speed: number,
  ) {}

  now(): UnixNanos {
    return (this.start + BigInt(Math.round((performance.now() - this.origin) * 1e6 * this.speed))) as UnixNanos;
  }

  pause(ms: number, signal?: AbortSignal): Promise<void> {
    return pause(ms / this.speed, signal);
  }

  /** Resolves once the market's time is there. */
  async until(at: UnixNanos): Promise<void> {
    while (this.now() < at) await this.pause(Number((at - this.now()) / 1_000_000n) + 1);
  }
}

import type { Clock, Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { LiveSink, LiveStatus } from '../source.js';

/** Tells what a live session missed: once it is up again after a loss, one GAP for each symbol, from the last word before the loss until now. */
export class LossLedger {
  private heardAt: UnixNanos;
  private lostAt: UnixNanos | undefined;

  constructor(
    private readonly symbols: readonly Symbol[],
    private readonly clock: Clock,
    private readonly sink: LiveSink,
  ) {
    this.heardAt = clock.now();
  }

  /** Any message of the venue. */
  hear(): void {
    this.heardAt = this.clock.now();
  }

  /** Passes the status on, and the gaps behind an UP. */
  tell(status: Extract<LiveStatus, { kind: 'UP' | 'DOWN' }>): void {
    if (status.kind === 'DOWN') {
      this.lostAt ??= this.heardAt;
      this.sink.status(status);
      return;
    }
    this.hear();
    this.sink.status(status);
    const from = this.lostAt;
    this.lostAt = undefined;
    if (from === undefined) return;
    for (const symbol of this.symbols) this.sink.status({ kind: 'GAP', symbol, from, until: this.heardAt });
  }
}

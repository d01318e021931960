import type { Clock, UnixNanos } from '@tradewind/vocabulary';

import type { SourceEnvironment } from '../../src/source.js';

/** A clock for server and source together, which stands but for the source's waits: those move it and take no time. */
export class SteppedClock implements Clock {
  readonly waits: number[] = [];
  #now: UnixNanos;

  constructor(instant: string) {
    this.#now = (BigInt(Date.parse(instant)) * 1_000_000n) as UnixNanos;
  }

  now(): UnixNanos {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now = (this.#now + BigInt(Math.ceil(ms)) * 1_000_000n) as UnixNanos;
  }

  /** The environment with this clock and with waits that only move it. */
  around(environment: SourceEnvironment): SourceEnvironment {
    return {
      ...environment,
      clock: this,
      pause: (ms) => {
        this.waits.push(ms);
        this.advance(ms);
        return Promise.resolve();
      },
    };
  }
}

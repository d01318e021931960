import { millisFromNanos, type Clock } from '@tradewind/vocabulary';

import type { LanguageModelFailure } from './failure.js';

const MINUTE_MS = 60_000;
const FAILURES_IN_A_ROW_MAX = 3;
const COOL_DOWN_MS = 30_000;

/**
 * Calls a minute, and a rest for a provider that fails: after three failures in a row, or when it asks for one, nothing is sent for a while, so that
 * a dead provider costs the pipeline a few timeouts and not one per symbol and step.
 */
export class CallBudget {
  #calls: number[] = [];
  #failuresInARow = 0;
  #restUntilMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly callsPerMinuteMax: number,
  ) {}

  /** Takes one call, or says why there is none. */
  take(): LanguageModelFailure | undefined {
    const nowMs = millisFromNanos(this.clock.now());
    if (nowMs < this.#restUntilMs) return { code: 'COOLING_DOWN', detail: `for another ${this.#restUntilMs - nowMs} ms` };
    this.#calls = this.#calls.filter((calledAtMs) => calledAtMs > nowMs - MINUTE_MS);
    if (this.#calls.length >= this.callsPerMinuteMax) return { code: 'BUDGET_SPENT', detail: `${this.callsPerMinuteMax} calls a minute` };
    this.#calls.push(nowMs);
    return undefined;
  }

  succeeded(): void {
    this.#failuresInARow = 0;
  }

  failed(failure: LanguageModelFailure): void {
    this.#failuresInARow += 1;
    const restMs = failure.retryAfterMs ?? (this.#failuresInARow >= FAILURES_IN_A_ROW_MAX ? COOL_DOWN_MS : 0);
    if (restMs > 0) this.#restUntilMs = millisFromNanos(this.clock.now()) + restMs;
  }
}

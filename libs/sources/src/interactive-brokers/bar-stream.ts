import type { Bar, BarInterval } from '@tradewind/market';
import { cancelFiveSecondBars, fiveSecondBars, type RoutedContract, type TwsClient } from '@tradewind/tws';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import { type BarRequest, SourceError } from '../source.js';
import { BarAssembly } from './bar-assembly.js';
import { BARS_DEACTIVATED } from './errors.js';
import { type LiveStream, type StreamOutput, StreamRequests } from './live-stream.js';

export interface BarStreamNeeds {
  readonly interval: BarInterval;
  readonly seconds: number;
  readonly regularHours: boolean;
  history(request: BarRequest, signal: AbortSignal): AsyncIterable<readonly Bar[]>;
  pause(ms: number, signal?: AbortSignal): Promise<void>;
  /** Bars closing in [from, until) that even history could not bring. */
  gap(symbol: Symbol, from: UnixNanos, until: UnixNanos): void;
}

/** IB's history has a bar some seconds after it is over. */
const HISTORY_LAG_MS = 3000;

/** Bars of one instrument, added up from bars of five seconds. Those that were not seen whole come from history, before any later one. */
export class BarStream implements LiveStream {
  readonly refreshable = false;
  readonly #requests: StreamRequests;
  readonly #assembly: BarAssembly;
  readonly #ended = new AbortController();
  /** Ends when every bar so far has been handed on; undefined when they all have. */
  #pending: Promise<void> | undefined;

  constructor(
    readonly symbol: Symbol,
    private readonly needs: BarStreamNeeds,
    private readonly output: StreamOutput,
  ) {
    this.#requests = new StreamRequests(symbol, output);
    this.#assembly = new BarAssembly(symbol, needs.interval, needs.seconds);
  }

  begin(client: TwsClient, contract: RoutedContract): void {
    this.#requests.start(
      'bars',
      client,
      (requestId) => fiveSecondBars(requestId, contract, this.needs.regularHours),
      cancelFiveSecondBars,
      (message) => {
        if (message.kind !== 'five-seconds') return;
        const { bar, missed } = this.#assembly.add(message.at, message.bar);
        if (missed !== undefined) this.#after(() => this.#fetch(missed.from, missed.until));
        if (bar !== undefined) this.#after(() => this.output.bar(bar));
      },
      (code) => {
        if (code !== BARS_DEACTIVATED) return false;
        this.begin(client, contract);
        return true;
      },
    );
  }

  settled(): void {
    // Bars are handed on as they come.
  }

  stop(): void {
    this.#requests.stop();
  }

  cancel(): void {
    this.stop();
    this.#ended.abort();
  }

  /** At once when nothing is being fetched, else in its turn. */
  #after(deliver: () => void | Promise<void>): void {
    if (this.#pending === undefined) {
      const fetching = deliver();
      if (fetching === undefined) return;
      this.#follow(fetching);
    } else this.#follow(this.#pending.then(() => (this.#ended.signal.aborted ? undefined : deliver())));
  }

  #follow(step: Promise<void>): void {
    const pending = step.finally(() => {
      if (this.#pending === pending) this.#pending = undefined;
    });
    this.#pending = pending;
  }

  async #fetch(from: UnixNanos, until: UnixNanos): Promise<void> {
    const { signal } = this.#ended;
    try {
      await this.needs.pause(HISTORY_LAG_MS, signal);
      const request = { symbol: this.symbol, interval: this.needs.interval, from, until: (until + 1n) as UnixNanos };
      for await (const page of this.needs.history(request, signal)) for (const bar of page) this.output.bar(bar);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (!signal.aborted) this.needs.gap(this.symbol, from, (until + 1n) as UnixNanos);
    }
  }
}

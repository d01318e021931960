import type { Bar } from '@tradewind/market';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { FailoverFeedOptions } from './feed-options.js';
import { type LiveSession, type LiveSink, type MarketSource, SourceError, type SourceEnvironment } from '../source.js';

/** A source as the feed uses it: connected while it is wanted, and trying to be. */
export interface FeedMember {
  readonly wanted: boolean;
  want(): void;
  release(): Promise<void>;
}

export interface MemberSink extends LiveSink {
  connected(): void;
  lost(error: SourceError): void;
}

const asSourceError = (source: string, error: unknown): SourceError =>
  error instanceof SourceError ? error : new SourceError('UNAVAILABLE', source, `failed unexpectedly: ${String(error)}`, { cause: error });

/** A source with live data. Its first connection is tried again until it holds; after that the session reconnects by itself. */
export class LiveMember implements FeedMember {
  private stop: AbortController | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly source: MarketSource,
    private readonly options: FailoverFeedOptions,
    private readonly environment: SourceEnvironment,
    private readonly sink: MemberSink,
  ) {}

  get wanted(): boolean {
    return this.stop !== undefined;
  }

  want(): void {
    if (this.stop !== undefined) return;
    this.stop = new AbortController();
    this.running = this.run(this.stop.signal);
  }

  async release(): Promise<void> {
    this.stop?.abort();
    await this.running;
    this.stop = undefined;
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const session = await this.connect(signal);
      if (session !== undefined) {
        await aborted(signal);
        await session.close();
        return;
      }
      await this.environment.pause(this.options.reconnectMs, signal).catch(() => undefined);
    }
  }

  private async connect(signal: AbortSignal): Promise<LiveSession | undefined> {
    try {
      return await this.source.live(this.options.request, this.guarded(signal));
    } catch (error) {
      this.sink.lost(asSourceError(this.source.name, error));
      return undefined;
    }
  }

  /** What a session says after it was let go is nobody's business. */
  private guarded(signal: AbortSignal): LiveSink {
    const { sink } = this;
    return {
      tick: (tick) => void (signal.aborted || sink.tick(tick)),
      bar: (bar) => void (signal.aborted || sink.bar(bar)),
      status: (status) => void (signal.aborted || sink.status(status)),
      fault: (error, raw) => void (signal.aborted || sink.fault(error, raw)),
    };
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

export interface PollTarget {
  /** Close of the last bar that the reader has. */
  from(symbol: Symbol): UnixNanos;
  polled(symbol: Symbol, bars: readonly Bar[]): void;
}

/** Failed polls in a row after which a polled source is lost. */
const FAILURES_MAX = 3;

/** A source without live data: its symbols are asked in rotation for the bars since the last. */
export class PolledMember implements FeedMember {
  private stop: AbortController | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly source: MarketSource,
    private readonly options: FailoverFeedOptions,
    private readonly environment: SourceEnvironment,
    private readonly sink: MemberSink,
    private readonly target: PollTarget,
  ) {}

  get wanted(): boolean {
    return this.stop !== undefined;
  }

  want(): void {
    if (this.stop !== undefined) return;
    this.stop = new AbortController();
    this.running = this.run(this.stop.signal);
  }

  async release(): Promise<void> {
    this.stop?.abort();
    await this.running;
    this.stop = undefined;
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { symbols } = this.options.request;
    const restMs = 60_000 / this.options.pollsPerMinute;
    let failures = 0;
    for (let turn = 0; !signal.aborted; turn += 1) {
      const error = await this.poll(symbols[turn % symbols.length]!, signal);
      if (signal.aborted) return;
      if (error === undefined) {
        failures = 0;
        this.sink.connected();
      } else {
        failures += 1;
        if (failures === 1 || failures === FAILURES_MAX) this.environment.log.warn({ source: this.source.name, failures }, error.message);
        if (failures >= FAILURES_MAX) this.sink.lost(error);
      }
      await this.environment
        .pause(error === undefined ? restMs : Math.max(restMs, error.details.retryAfterMs ?? 0), signal)
        .catch(() => undefined);
    }
  }

  private async poll(symbol: Symbol, signal: AbortSignal): Promise<SourceError | undefined> {
    const from = (this.target.from(symbol) + 1n) as UnixNanos;
    const until = (this.environment.clock.now() + 1n) as UnixNanos;
    if (from >= until) return undefined;
    try {
      const bars: Bar[] = [];
      for await (const page of this.source.bars({ symbol, interval: this.options.request.interval, from, until }, signal))
        bars.push(...page);
      if (!signal.aborted) this.target.polled(symbol, bars);
      return undefined;
    } catch (error) {
      return asSourceError(this.source.name, error);
    }
  }
}

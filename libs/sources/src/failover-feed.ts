import {
  type Bar,
  decideFailover,
  evolveFailover,
  type FailoverEvent,
  type FailoverState,
  initialFailover,
  type Observation,
  type Tick,
  wantedSources,
} from '@tradewind/market';
import { NANOS_PER_MILLI } from '@tradewind/vocabulary';

import { FeedBooks } from './failover/feed-books.js';
import { FeedGaps, type GapEvent } from './failover/feed-gaps.js';
import type { FailoverFeedOptions } from './failover/feed-options.js';
import { type FeedMember, LiveMember, PolledMember } from './failover/feed-member.js';
import { type LiveSession, type LiveSink, type MarketSource, SourceError, type SourceEnvironment } from './source.js';

const MESSAGES_MEASURED = 50;

/** Data of whichever source is active, each bar once and in order, and what happens to the sources. */
export interface FeedSink extends LiveSink {
  event(event: FailoverEvent | GapEvent): void;
}

/**
 * Several sources as one live feed. It keeps the best sound source active (error, staleness and bad quality end that), fills what was missed from whichever
 * source has history, drops what comes twice, and goes back to a better source when that has been sound for a while. All judgements are the pure core's.
 */
export class FailoverFeed implements LiveSession {
  private state: FailoverState;
  private readonly members: ReadonlyMap<string, FeedMember>;
  private readonly gaps: FeedGaps;
  private readonly books: FeedBooks;
  private readonly stopped = new AbortController();
  private watching: Promise<void> = Promise.resolve();
  private readonly heard = new Map<string, bigint>();
  private readonly leaving = new Set<string>();
  private readonly readable = new Map<string, { messages: number; faults: number }>();

  constructor(
    private readonly options: FailoverFeedOptions,
    private readonly environment: SourceEnvironment,
    private readonly sink: FeedSink,
  ) {
    const { sources } = options;
    this.state = initialFailover(sources.map(({ name }) => name));
    this.members = new Map(sources.map((source) => [source.name, this.memberOf(source)]));
    this.books = new FeedBooks(options, (tick) => sink.tick(tick));
    this.gaps = new FeedGaps(options, environment, sink, this.stopped.signal, () => this.sourcesForHistory());
  }

  /** Begins to connect. Returns at once: statuses tell the rest. */
  start(): void {
    if (this.stopped.signal.aborted) throw new Error('a feed that was closed can not be started again');
    this.gaps.openAll();
    this.watching = this.watch();
  }

  /** The source whose data is passed on; undefined before the first is connected. */
  get active(): string | undefined {
    return this.state.active;
  }

  get failover(): FailoverState {
    return this.state;
  }

  /** Tells the score (0 to 1) that the reader's quality checks give a source's data. */
  measureQuality(source: string, score: number): void {
    this.observe({ kind: 'MEASURED', source, at: this.environment.clock.now(), score });
  }

  async close(): Promise<void> {
    this.stopped.abort();
    await Promise.all([...this.members.values()].map((member) => member.release()));
    await this.watching;
    await this.gaps.settled();
  }

  private memberOf(source: MarketSource): FeedMember {
    const sink: LiveSink & { connected(): void; lost(error: SourceError): void } = {
      tick: (tick) => this.passTick(source.name, tick),
      bar: (bar) => this.passBar(source.name, bar),
      status: (status) => {
        if (status.kind === 'UP') sink.connected();
        else if (status.kind === 'DOWN') sink.lost(status.error);
        else if (source.name === this.state.active) this.gaps.open(status.symbol);
      },
      fault: (error, raw) => {
        this.sink.fault(error, raw);
        this.countMessage(source.name, true);
      },
      connected: () => this.observe({ kind: 'CONNECTED', source: source.name, at: this.environment.clock.now() }),
      lost: (error) => this.observe({ kind: 'LOST', source: source.name, at: this.environment.clock.now(), detail: error.message }),
    };
    const live = this.options.request.kinds.every((kind) => source.capabilities.live.includes(kind));
    return live
      ? new LiveMember(source, this.options, this.environment, sink)
      : new PolledMember(source, this.options, this.environment, sink, {
          from: (symbol) => this.gaps.untilOf(symbol),
          polled: (symbol, bars) => this.passPolled(source.name, symbol, bars),
        });
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      const at = this.environment.clock.now();
      this.observe({ kind: 'CLOCK', at, dataExpected: this.options.dataExpected(at) });
      this.connectWanted();
      await this.environment.pause(this.options.watchMs, signal).catch(() => undefined);
    }
  }

  /** Connects what the core wants, and lets the rest go in the background: a session that is still being made can take its time. */
  private connectWanted(): void {
    const wanted = new Set(wantedSources(this.state));
    for (const [name, member] of this.members) {
      if (wanted.has(name)) {
        if (!this.leaving.has(name)) member.want();
      } else if (member.wanted && !this.leaving.has(name)) {
        this.leaving.add(name);
        void member.release().then(() => {
          this.leaving.delete(name);
          this.observe({ kind: 'RELEASED', source: name, at: this.environment.clock.now() });
        });
      }
    }
  }

  private observe(observation: Observation): void {
    if (this.stopped.signal.aborted) return;
    for (const event of decideFailover(this.state, observation, this.options.policy)) {
      this.state = evolveFailover(this.state, event);
      if (event.kind === 'SOURCE_HEARD') continue;
      this.sink.event(event);
      this.follow(event);
    }
  }

  private follow(event: FailoverEvent): void {
    if (event.kind === 'SOURCE_RELEASED' || (event.kind === 'SOURCE_FAILED' && !event.connected)) this.books.forget(event.source);
    if (event.kind === 'SWITCHED') {
      this.gaps.openAll();
      this.books.switchTo(event.to);
      this.sink.status({ kind: 'UP' });
      return;
    }
    if (!('source' in event) || event.source !== this.state.active) return;
    if (event.kind === 'SOURCE_SOUND') {
      this.gaps.openAll();
      this.sink.status({ kind: 'UP' });
    }
    if (event.kind !== 'SOURCE_FAILED') return;
    this.environment.log.warn({ source: event.source, reason: event.reason }, event.detail);
    this.sink.status({ kind: 'DOWN', error: new SourceError('UNAVAILABLE', event.source, event.detail) });
  }

  /** The share of readable messages is a source's own quality, measured every so many messages. */
  private countMessage(source: string, fault: boolean): void {
    const counts = this.readable.get(source) ?? { messages: 0, faults: 0 };
    this.readable.set(source, counts);
    counts.messages += 1;
    if (fault) counts.faults += 1;
    if (counts.messages < MESSAGES_MEASURED) return;
    this.readable.delete(source);
    this.measureQuality(source, 1 - counts.faults / counts.messages);
  }

  /** At most one word in ten milliseconds reaches the core: it asks only whether a source is alive. */
  private hear(source: string): void {
    this.countMessage(source, false);
    const at = this.environment.clock.now();
    if (at - (this.heard.get(source) ?? 0n) < 10n * NANOS_PER_MILLI) return;
    this.heard.set(source, at);
    this.observe({ kind: 'HEARD', source, at });
  }

  private passBar(source: string, bar: Bar): void {
    this.hear(source);
    if (source === this.state.active) this.gaps.offerBar(bar);
  }

  private passTick(source: string, tick: Tick): void {
    this.hear(source);
    const active = source === this.state.active;
    if (tick.kind === 'book-snapshot' || tick.kind === 'book-delta') this.books.offer(source, tick, active);
    else if (active) this.gaps.offerTick(tick);
  }

  private passPolled(source: string, symbol: Bar['symbol'], bars: readonly Bar[]): void {
    this.hear(source);
    if (source === this.state.active) this.gaps.takePolled(symbol, bars);
  }

  /** The active source first, for its data goes on from there; then by priority. Those that can't be reached are asked last. */
  private sourcesForHistory(): readonly MarketSource[] {
    const rank = ({ name }: MarketSource): number => {
      const health = this.state.sources.find((source) => source.name === name)!.health;
      return name === this.state.active ? 0 : health.status === 'FAILED' && !health.connected ? 2 : 1;
    };
    return this.options.sources.toSorted((left, right) => rank(left) - rank(right));
  }
}

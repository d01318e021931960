import { type BookSnapshot, type StepAssembler, stepAssembler, type StepAssemblyPlan, type Tick } from '@tradewind/market';
import type { Logger } from '@tradewind/service-kit';
import { type FailoverFeed, type FeedSink, SourceError } from '@tradewind/sources';
import type { Clock, UnixNanos } from '@tradewind/vocabulary';

import { BookSampling } from './book-sampling.js';
import { LiveGate } from './live-gate.js';
import type { LiveHistory } from './live-history.js';
import type { LiveMetrics } from './live-metrics.js';
import type { LiveOutlet } from './live-outlet.js';

const TURN_MS = 20;
/** What a source said that could not be read is logged so long at most. */
const RAW_LOGGED_MAX = 200;

export interface LiveFeedParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly plan: StepAssemblyPlan;
  readonly outlet: LiveOutlet;
  readonly history: LiveHistory;
  readonly metrics: LiveMetrics;
  readonly bookSampleMs: number;
  /** Makes the feed that speaks to the given sink. Called again when a book has lost its thread, for a snapshot comes with a new subscription. */
  readonly open: (sink: FeedSink) => FailoverFeed;
}

/** A book that loses its thread again and again must not make us knock at the vendor's door without end. */
const REOPEN_PAUSE_NANOS = 30_000_000_000n;

/** Turns what live sources say into steps on the bus: ticks go out in chunks as they come, bars when their time is over. */
export class LiveFeed {
  readonly #assembler: StepAssembler;
  readonly #gate: LiveGate;
  readonly #books: BookSampling;
  #feed: FailoverFeed | undefined;
  #arrived: Tick[] = [];
  #timer: NodeJS.Timeout | undefined;
  #reopenedAt: bigint;
  #reopening: Promise<void> = Promise.resolve();

  constructor(private readonly parts: LiveFeedParts) {
    const { clock, plan, bookSampleMs, history } = parts;
    const now = clock.now();
    this.#reopenedAt = now;
    this.#assembler = stepAssembler(plan);
    this.#gate = new LiveGate(
      plan.symbols.map(({ symbol }) => symbol),
      plan.source,
      now,
    );
    this.#books = new BookSampling(
      bookSampleMs,
      (sample: BookSnapshot) => history.addSample(sample),
      (event) => this.#onBook(event),
    );
  }

  /** The source whose data is passed on. */
  get active(): string | undefined {
    return this.#feed?.active;
  }

  start(): void {
    const { clock, history } = this.parts;
    this.#assembler.advanceTo(clock.now());
    this.#connect();
    history.start();
    this.#timer = setInterval(() => this.#turn(), TURN_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#reopening;
    await this.#feed?.close();
    this.#turn();
    await this.parts.outlet.settled();
    await this.parts.history.stop();
  }

  /** Takes in what has come and says what time it is. */
  #turn(): void {
    const { clock, outlet, metrics } = this.parts;
    const now = clock.now();
    const ticks = this.#arrived;
    this.#arrived = [];
    const told = [...this.#assembler.accept(ticks), ...this.#assembler.advanceTo(now)];
    metrics.ticks.inc(ticks.length);
    for (const part of told) outlet.offer(part.kind === 'step' ? this.#gate.judge(part) : part);
  }

  #connect(): void {
    const { metrics } = this.parts;
    const feed = this.parts.open({
      tick: (tick) => {
        this.#books.take(tick);
        this.#arrived.push(tick);
      },
      // Bars are made of the ticks; a source's own would be a second truth.
      bar: () => metrics.ignoredBars.inc(),
      status: (status) => {
        const now = this.parts.clock.now();
        if (status.kind === 'UP') this.#gate.up(now);
        else if (status.kind === 'DOWN') this.#down(status.error, now);
        else this.#gate.gap(status.symbol, status.from, status.until);
      },
      fault: (error, raw) => {
        metrics.unreadable.inc();
        this.parts.log.warn({ err: error, raw: raw.slice(0, RAW_LOGGED_MAX) }, 'a message of the source could not be read');
      },
      event: (event) => {
        this.parts.log.info({ ...event }, 'feed');
        metrics.observe(event);
        if (event.kind === 'GAP_LOST') this.#gate.gap(event.symbol, event.from, event.until);
      },
    });
    this.#feed = feed;
    feed.start();
  }

  #down(error: SourceError, at: UnixNanos): void {
    this.parts.log.warn({ err: error }, 'the feed is down');
    this.#gate.down(at);
  }

  #onBook(event: Parameters<ConstructorParameters<typeof BookSampling>[2]>[0]): void {
    const { clock, log, metrics } = this.parts;
    metrics.bookEvents.inc({ kind: event.kind });
    if (event.kind === 'found') this.#gate.bookFound(event.symbol);
    if (event.kind !== 'lost') return;
    this.#gate.bookLost(event.symbol);
    log.warn({ symbol: event.symbol, refusal: event.refusal }, 'the book lost its thread and waits for a snapshot');
    const now = clock.now();
    if (now - this.#reopenedAt < REOPEN_PAUSE_NANOS) return;
    this.#reopenedAt = now;
    this.#reopening = this.#reopening.then(async () => {
      await this.#feed?.close();
      this.#connect();
    });
  }
}

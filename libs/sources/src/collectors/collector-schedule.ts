import type { PointInTimeRecord } from '@tradewind/market';
import { NANOS_PER_MILLI, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { type MarketSource, SourceError, type SourceEnvironment } from '../source.js';
import { CollectorRunner } from './collector-run.js';
import { type Collector, nextRunAfter } from './collector.js';

/** The longest rest: the clock may be set, and days end. */
const REST_MS_MAX = 15 * 60_000;
const WAIT_MS_MIN = 1_000;

interface Post {
  readonly collector: Collector;
  readonly source: MarketSource;
  readonly runner: CollectorRunner;
  dueAt: UnixNanos;
}

const offers = (source: MarketSource, { series }: Collector): boolean =>
  series.some((wanted) => source.capabilities.records.some((prefix) => wanted.startsWith(prefix) || prefix.startsWith(wanted)));

const plus = (at: UnixNanos, ms: number): UnixNanos => (at + BigInt(ms) * NANOS_PER_MILLI) as UnixNanos;

/** Runs collectors on every source that offers their series, each at its times, until it is told to stop. */
export class CollectorSchedule {
  private posts: readonly Post[];

  constructor(
    collectors: readonly Collector[],
    sources: readonly MarketSource[],
    private readonly environment: Pick<SourceEnvironment, 'clock' | 'log' | 'directory' | 'pause'>,
  ) {
    const dueAt = environment.clock.now();
    this.posts = collectors.flatMap((collector) =>
      sources
        .filter((source) => offers(source, collector))
        .map((source) => ({ collector, source, runner: new CollectorRunner(collector, source, environment), dueAt })),
    );
  }

  /** Resolves when the signal is aborted. Rejects when records can not be delivered or written down. */
  async run(
    symbols: readonly Symbol[],
    deliver: (records: readonly PointInTimeRecord[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted && this.posts.length > 0) {
      for (const post of this.posts) {
        if (post.dueAt <= this.environment.clock.now() && !signal.aborted) await this.runPost(post, symbols, deliver, signal);
      }
      const now = this.environment.clock.now();
      const next = this.posts.reduce((soonest, { dueAt }) => (dueAt < soonest ? dueAt : soonest), plus(now, REST_MS_MAX));
      try {
        await this.environment.pause(Math.max(WAIT_MS_MIN, Number((next - now) / NANOS_PER_MILLI)), signal);
      } catch (error) {
        if (!(error instanceof SourceError) || error.code !== 'ABORTED') throw error;
      }
    }
  }

  private async runPost(
    post: Post,
    symbols: readonly Symbol[],
    deliver: (records: readonly PointInTimeRecord[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const { collector, source, runner } = post;
    const run = await runner.runIfDue(symbols, deliver, signal);
    const now = this.environment.clock.now();
    post.dueAt = nextRunAfter(collector, now);
    if (run === undefined) return;
    const { failures, delivered } = run;
    this.environment.log.info({ collector: collector.name, source: source.name, delivered, failures: failures.length }, 'collected');
    // A prefix that a source offers need not hold the series that is wanted.
    if (failures.length > 0 && failures.every(({ error }) => error.code === 'UNSUPPORTED'))
      this.posts = this.posts.filter((other) => other !== post);
  }
}

import type { Bar, FailoverEvent } from '@tradewind/market';
import {
  discoverSources,
  FailoverFeed,
  type FeedSink,
  type GapEvent,
  type MarketSource,
  type SourceEnvironment,
  SourceError,
} from '@tradewind/sources';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { MarketTime } from './market-time.js';
import type { Venue } from './venue.js';

const SECOND = 1_000_000_000n;

export interface Said {
  readonly at: UnixNanos;
  readonly event: FailoverEvent | GapEvent;
}

/** Keeps what the feed gives. */
export class Protocol implements FeedSink {
  readonly bars = new Map<Symbol, Bar[]>();
  readonly said: Said[] = [];
  readonly faults: string[] = [];
  constructor(private readonly time: MarketTime) {}

  bar(bar: Bar): void {
    const bars = this.bars.get(bar.symbol) ?? [];
    this.bars.set(bar.symbol, bars);
    bars.push(bar);
  }
  event(event: FailoverEvent | GapEvent): void {
    this.said.push({ at: this.time.now(), event });
  }
  fault(error: SourceError): void {
    this.faults.push(error.message);
  }
  tick(): void {
    this.faults.push('a tick came that nobody asked for');
  }
  status(): void {
    // The events say more.
  }
}

/** The same kind of source twice needs two names. */
const named = (name: string, source: MarketSource): MarketSource => ({
  name,
  capabilities: source.capabilities,
  bars: (request, signal) => source.bars(request, signal),
  ticks: (request, signal) => source.ticks(request, signal),
  records: (request, signal) => source.records(request, signal),
  live: (request, sink) => source.live(request, sink),
  close: () => source.close(),
});

const environmentOf = (time: MarketTime): SourceEnvironment => ({
  clock: time,
  log: { info: () => undefined, warn: () => undefined },
  pause: (ms, signal) => time.pause(ms, signal),
  directory: '',
});

/** The sources in order of priority: two of the live kind, and one that is polled. */
export const openSources = async (first: Venue, second: Venue, polled: Venue, time: MarketTime): Promise<readonly MarketSource[]> => {
  const registry = await discoverSources();
  const open = (kind: string, settings: object): MarketSource => {
    const definition = registry.get(kind)!;
    return definition.open(definition.settings.parse(settings), environmentOf(time));
  };
  const alpaca = ({ url }: Venue): MarketSource =>
    open('alpaca', {
      keyId: 'local-key-id',
      secret: 'local-secret',
      restUrl: url,
      streamUrl: url.replace('http', 'ws'),
      requestsPerMinute: 100_000,
      retriesMax: 0,
      requestTimeoutMs: 1000,
      backoffBaseMs: 5000,
      backoffMaxMs: 30_000,
      pingMs: 250,
      silenceMs: 1000,
    });
  return [named(first.name, alpaca(first)), named(second.name, alpaca(second)), open('yahoo', { url: polled.url, requestsPerMinute: 600 })];
};

/** The feed over the sources. All its times are the market's. */
export const openFeed = (
  sources: readonly MarketSource[],
  symbols: readonly Symbol[],
  time: MarketTime,
  protocol: Protocol,
): FailoverFeed =>
  new FailoverFeed(
    {
      sources,
      request: { symbols, kinds: ['bars'], interval: '1m' },
      policy: {
        toleranceNanos: 5n * SECOND,
        staleNanos: 180n * SECOND,
        qualityMin: 0.95,
        restNanos: 600n * SECOND,
        returnNanos: 150n * SECOND,
      },
      from: time.start,
      dataExpected: () => true,
      pollsPerMinute: symbols.length * 2,
      watchMs: 1000,
      reconnectMs: 10_000,
      fillRetryMs: 10_000,
      fillTriesMax: 3,
      fillPatienceMs: 120_000,
      heldMax: 1000,
    },
    environmentOf(time),
    protocol,
  );

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Bar, FailoverEvent } from '@tradewind/market';
import { type Quantity, type UnixNanos } from '@tradewind/vocabulary';
import { AlpacaServer, type TwsServer } from '@tradewind/venue-servers';

import { definition as alpaca } from '../src/alpaca/index.js';
import type { GapEvent } from '../src/failover/feed-gaps.js';
import { FailoverFeed, type FeedSink } from '../src/failover-feed.js';
import type { MarketSource, SourceEnvironment } from '../src/source.js';
import { instantOf } from '@tradewind/connectors';
import { minuteBars } from './acceptance/samples.js';
import { RecordingSink, surroundings, type Surroundings, until } from './acceptance/surroundings.js';
import { AAPL, loadBars, openAgainst, publish, SPY, startServer } from './interactive-brokers/tws-venue.js';

const OPEN = instantOf('2024-03-04T14:30:00Z')!;
const BARS = 40;
const SECOND = 1_000_000_000n;

class FeedRecorder extends RecordingSink implements FeedSink {
  readonly events: (FailoverEvent | GapEvent)[] = [];
  event(event: FailoverEvent | GapEvent): void {
    this.events.push(event);
  }
}

/** The twelve bars of five seconds that add up to a bar of a minute: everything happens in the first. */
const partsOf = (bar: Bar): readonly Bar[] =>
  Array.from({ length: 12 }, (_, index) => {
    const openTime = (bar.openTime + BigInt(index) * 5n * SECOND) as UnixNanos;
    const { close } = bar;
    return index === 0 ? { ...bar, openTime } : { ...bar, openTime, open: close, high: close, low: close, volume: 0n as Quantity };
  });
/** The sources label their bars; what the market did is the same. */
const unlabelled = (bars: readonly Bar[]): readonly Bar[] => bars.map((bar) => ({ ...bar, source: '' }));

describe('failover from Interactive Brokers to Alpaca', () => {
  let around: Surroundings;
  let tws: TwsServer;
  let backup: AlpacaServer;
  let sources: MarketSource[];
  let sink: FeedRecorder;
  let feed: FailoverFeed;
  let now = { at: OPEN as bigint, since: 0 };
  const tape = new Map([AAPL, SPY].map((symbol) => [symbol, minuteBars(symbol, OPEN, BARS, '')]));
  /** The time of the market: a minute at a time, and the machine's in between. */
  const clock = { now: () => (now.at + BigInt(Math.round((performance.now() - now.since) * 1e6))) as UnixNanos };

  const minute = async (index: number): Promise<void> => {
    for (const bars of tape.values()) {
      const bar = bars[index]!;
      now = { at: bar.closeTime, since: performance.now() };
      for (const part of partsOf(bar)) publish(tws, part);
      loadBars(tws, 60, [bar]);
      backup.publish(bar);
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  };
  const minutes = async (from: number, to: number): Promise<void> => {
    for (let index = from; index < to; index += 1) await minute(index);
  };

  beforeEach(async () => {
    around = await surroundings();
    now = { at: OPEN, since: performance.now() };
    const environment: SourceEnvironment = { ...around.environment, clock };
    tws = await startServer({ clock });
    backup = await AlpacaServer.start({ requestsPerMinuteMax: 1e6 });
    const settings = { keyId: 'local-key-id', secret: 'local-secret', restUrl: backup.restUrl, streamUrl: backup.streamUrl };
    sources = [openAgainst(tws, environment), alpaca.open(alpaca.settings.parse({ ...settings, requestsPerMinute: 60_000 }), environment)];
    sink = new FeedRecorder();
    feed = new FailoverFeed(
      {
        sources,
        request: { symbols: [AAPL, SPY], kinds: ['bars'], interval: '1m' },
        policy: { toleranceNanos: 0n, staleNanos: 600n * SECOND, qualityMin: 0.95, restNanos: 600n * SECOND, returnNanos: 180n * SECOND },
        from: OPEN,
        dataExpected: () => true,
        pollsPerMinute: 60,
        watchMs: 100,
        reconnectMs: 400,
        fillRetryMs: 1000,
        fillTriesMax: 5,
        fillPatienceMs: 60_000,
        heldMax: 1000,
      },
      environment,
      sink,
    );
    feed.start();
  });
  afterEach(async () => {
    await feed.close();
    for (const source of sources) await source.close();
    await backup.down();
    await tws.close();
    await around.end();
  });

  it('loses no bar and doubles none while the gateway is away, and returns to it', async () => {
    await until('Interactive Brokers is active', () => feed.active === 'interactive-brokers');
    await minutes(0, 10);
    tws.refuseConnections(1_000_000);
    tws.dropConnections();
    await minutes(10, 15);
    await until('Alpaca is active', () => feed.active === 'alpaca');
    await minutes(15, 25);
    tws.refuseConnections(0);
    await until('the gateway is connected again', () => tws.subscriptions.length > 0);
    await minutes(25, 35);
    await until('Interactive Brokers is active again', () => feed.active === 'interactive-brokers');
    await minutes(35, BARS);
    for (const [symbol, bars] of tape) {
      const received = (): readonly Bar[] => sink.bars.filter((bar) => bar.symbol === symbol);
      await until(`all bars of ${symbol} are there`, () => received().length >= BARS);
      expect(unlabelled(received())).toEqual(bars);
    }
    const switches = sink.events.flatMap((event) => (event.kind === 'SWITCHED' ? [`${event.to} ${event.reason}`] : []));
    expect(switches).toEqual(['interactive-brokers FIRST', 'alpaca ERROR', 'interactive-brokers RETURN']);
  });
});

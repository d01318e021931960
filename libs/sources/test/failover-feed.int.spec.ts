import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Bar, FailoverEvent } from '@tradewind/market';
import { symbolOf } from '@tradewind/vocabulary';
import { AlpacaServer } from '@tradewind/venue-servers';

import { definition } from '../src/alpaca/index.js';
import type { GapEvent } from '../src/failover/feed-gaps.js';
import type { FailoverFeedOptions } from '../src/failover/feed-options.js';
import { FailoverFeed, type FeedSink } from '../src/failover-feed.js';
import type { LiveKind, MarketSource } from '../src/source.js';
import { instantOf } from '@tradewind/connectors';
import { minuteBars, trades } from './acceptance/samples.js';
import { RecordingSink, surroundings, type Surroundings, until } from './acceptance/surroundings.js';

const AAPL = symbolOf('AAPL');
const SPY = symbolOf('SPY');
const OPEN = instantOf('2024-03-04T14:30:00Z')!;
const BARS = 40;
const MILLI = 1_000_000n;

class FeedRecorder extends RecordingSink implements FeedSink {
  readonly events: (FailoverEvent | GapEvent)[] = [];
  event(event: FailoverEvent | GapEvent): void {
    this.events.push(event);
  }
  switches(): readonly string[] {
    return this.events.filter((event) => event.kind === 'SWITCHED').map(({ to, reason }) => `${to} ${reason}`);
  }
}

/** The same source under a name of its own, and without some of its capabilities. */
const renamed = (source: MarketSource, name: string, without: Partial<MarketSource['capabilities']> = {}): MarketSource => ({
  name,
  capabilities: { ...source.capabilities, ...without },
  bars: (request, signal) => source.bars(request, signal),
  ticks: (request, signal) => source.ticks(request, signal),
  records: (request, signal) => source.records(request, signal),
  live: (request, sink) => source.live(request, sink),
  close: () => source.close(),
});

describe('the failover feed', () => {
  let around: Surroundings;
  let first: AlpacaServer;
  let second: AlpacaServer;
  let sources: MarketSource[];
  let sink: FeedRecorder;
  let feed: FailoverFeed;
  const tape = new Map([AAPL, SPY].map((symbol) => [symbol, minuteBars(symbol, OPEN, BARS, 'alpaca/iex')]));

  const open = (server: AlpacaServer): MarketSource =>
    definition.open(
      definition.settings.parse({
        keyId: 'local-key-id',
        secret: 'local-secret',
        restUrl: server.restUrl,
        streamUrl: server.streamUrl,
        requestsPerMinute: 60_000,
        requestTimeoutMs: 200,
        retriesMax: 0,
        backoffBaseMs: 100,
        backoffMaxMs: 400,
        handshakeMs: 500,
        pingMs: 50,
        silenceMs: 150,
      }),
      around.environment,
    );
  const start = (kinds: readonly LiveKind[] = ['bars'], changes: Partial<FailoverFeedOptions> = {}): void => {
    sink = new FeedRecorder();
    feed = new FailoverFeed(
      {
        sources,
        request: { symbols: [AAPL, SPY], kinds, interval: '1m' },
        policy: {
          toleranceNanos: 20n * MILLI,
          staleNanos: 400n * MILLI,
          qualityMin: 0.95,
          restNanos: 200n * MILLI,
          returnNanos: 60n * MILLI,
        },
        from: OPEN,
        dataExpected: () => true,
        pollsPerMinute: 60_000,
        watchMs: 200,
        reconnectMs: 400,
        fillRetryMs: 400,
        fillTriesMax: 3,
        fillPatienceMs: 20_000,
        heldMax: 1000,
        ...changes,
      },
      around.environment,
      sink,
    );
    feed.start();
  };
  /** One minute of the market: every server that is alive sees it. */
  const minute = async (index: number, servers: readonly AlpacaServer[] = [first, second]): Promise<void> => {
    for (const bars of tape.values()) for (const server of servers) server.publish(bars[index]!);
    await new Promise((resolve) => setTimeout(resolve, 12));
  };
  const minutes = async (from: number, to: number): Promise<void> => {
    for (let index = from; index < to; index += 1) await minute(index);
  };
  /** The first source repeats its first bar: a double, but a sign of life. */
  const speak = (): boolean => {
    first.publish(tape.get(AAPL)![0]!);
    return true;
  };
  const received = (symbol: typeof AAPL): readonly Bar[] => sink.bars.filter((bar) => bar.symbol === symbol);
  const everything = async (count = BARS): Promise<void> => {
    await until(`all ${count} bars are there`, () => received(AAPL).length >= count && received(SPY).length >= count);
    for (const [symbol, bars] of tape) expect(received(symbol)).toEqual(bars.slice(0, count));
  };

  beforeEach(async () => {
    around = await surroundings();
    [first, second] = [await AlpacaServer.start({ requestsPerMinuteMax: 1e6 }), await AlpacaServer.start({ requestsPerMinuteMax: 1e6 })];
    sources = [renamed(open(first), 'first'), renamed(open(second), 'second')];
  });
  afterEach(async () => {
    await feed.close();
    for (const source of sources) await source.close();
    await first.down();
    await second.down();
    await around.end();
  });

  it('loses no bar and doubles none when the first source dies in the middle of a session, and returns to it', async () => {
    start();
    await until('the first source is active', () => feed.active === 'first');
    await minutes(0, 10);
    await first.down();
    await minutes(10, 20);
    await until('the second source is active', () => feed.active === 'second');
    await minutes(20, 25);
    await first.up();
    await minutes(25, 35);
    await until('the first source is active again', () => speak() && feed.active === 'first');
    await minutes(35, BARS);
    await everything();
    expect(sink.switches()).toEqual(['first FIRST', 'second ERROR', 'first RETURN']);
    await until('the second source is let go', () => second.connections === 0);
  });

  it('fills what was before the start from history', async () => {
    for (const bars of tape.values()) first.load(...bars.slice(0, 15));
    start();
    await until('the first source is active', () => feed.active === 'first');
    await minutes(15, BARS);
    await everything();
  });

  it('switches on silence while data is expected', async () => {
    start();
    await until('the first source is active', () => feed.active === 'first');
    await minutes(0, 5);
    for (let index = 5; index < BARS; index += 1) await minute(index, [second]);
    await until('the second source is active', () => feed.active === 'second');
    await everything();
    expect(sink.events.find((event) => event.kind === 'SOURCE_FAILED')).toMatchObject({ source: 'first', reason: 'STALE' });
  });

  it('switches on bad quality and lets the source rest', async () => {
    start();
    await until('the first source is active', () => feed.active === 'first');
    await minutes(0, 5);
    feed.measureQuality('first', 0.9);
    await until('the second source is active', () => feed.active === 'second');
    await minutes(5, BARS);
    await until('the first source is active again', () => speak() && feed.active === 'first');
    await everything();
    expect(sink.switches()).toEqual(['first FIRST', 'second BAD_QUALITY', 'first RETURN']);
  });

  it('takes many unreadable messages for bad quality', async () => {
    start();
    await until('the first source is active', () => feed.active === 'first');
    for (let count = 0; count < 60; count += 1) first.sendUnreadable();
    await until('the second source is active', () => feed.active === 'second');
    expect(sink.faults.length).toBeGreaterThanOrEqual(50);
  });

  it('asks another source for history when the active one has none, or fails', async () => {
    sources = [renamed(open(first), 'first', { bars: [] }), renamed(open(second), 'second')];
    start();
    await until('the first source is active', () => feed.active === 'first');
    await minutes(0, 5);
    first.dropStreams();
    await minutes(5, 20);
    await until('the first source is back', () => first.connections === 1);
    await minutes(20, BARS);
    await everything();
    expect(sink.events).toContainEqual(expect.objectContaining({ kind: 'GAP_FILLED', by: 'second' }));
  });

  it('tells the gap and goes on when no source has what is missing', async () => {
    sources = [renamed(open(first), 'first', { bars: [] })];
    start();
    await until('the first source is active', () => feed.active === 'first');
    await minutes(0, 5);
    first.dropStreams();
    await minutes(5, 10);
    await until('the first source is back', () => first.connections === 1);
    await minutes(20, 25);
    await until('later bars arrive', () => received(AAPL).length >= 10);
    expect(
      sink.events
        .filter((event) => event.kind === 'GAP_LOST')
        .map(({ symbol }) => symbol)
        .toSorted(),
    ).toEqual([AAPL, SPY]);
    const ids = received(AAPL).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('lets live bars wait for history no longer than its patience', async () => {
    sources = [renamed(open(first), 'first')];
    start(['bars'], { fillTriesMax: 1000, fillPatienceMs: 8000 });
    await until('the first source is active', () => feed.active === 'first');
    await minutes(0, 5);
    await until('five are there', () => received(SPY).length === 5);
    first.dropStreams();
    await minutes(5, 10);
    await until('the gap is filled', () => received(AAPL).length === 10 && received(SPY).length === 10);
    first.dropStreams();
    first.failRequests({ kind: 'hanging' }, 1000);
    await until('the first source is back', () => sink.count('UP') > 2);
    await minutes(20, 25);
    await until('later bars arrive', () => received(AAPL).length >= 15 && received(SPY).length >= 15);
    expect(sink.count('GAP')).toBe(2);
    first.forgetFaults();
  });

  it('polls a source without live data, in rotation, and loses nothing on the way back', async () => {
    sources = [renamed(open(first), 'first'), renamed(open(second), 'polled', { live: [] })];
    start();
    await until('the first source is active', () => feed.active === 'first');
    await minutes(0, 10);
    await first.down();
    await minutes(10, 30);
    await until('the polled source is active', () => feed.active === 'polled');
    await until('polled bars arrive', () => received(SPY).length >= 30);
    await first.up();
    await minutes(30, BARS);
    await until('the first source is active again', () => speak() && feed.active === 'first');
    await everything();
  });

  it('fills trades from history without a double, two equal trades of one instant kept', async () => {
    const all = trades(AAPL, OPEN, 30).flatMap((trade, index) => (index === 12 ? [trade, trade] : [trade]));
    const send = (from: number, to: number): void => {
      for (const trade of all.slice(from, to)) for (const server of [first, second]) server.publish(trade);
    };
    start(['trades']);
    await until('the first source is active', () => feed.active === 'first');
    send(0, 10);
    await until('ten are there', () => sink.ticks.length === 10);
    await first.down();
    send(10, 20);
    await until('the second source is active', () => feed.active === 'second');
    await until('it is subscribed', () => second.subscriptions.length > 0);
    send(20, all.length);
    await until('all are there', () => sink.ticks.length >= all.length);
    expect(sink.ticks).toEqual(all);
  });

  it('connects the next source when the first can not be reached at all', async () => {
    await first.down();
    start();
    await until('the second source is active', () => feed.active === 'second');
    await minutes(0, BARS);
    await everything();
    expect(sink.switches()).toEqual(['second FIRST']);
  });

  it('keeps the sources that are not needed unconnected', async () => {
    start();
    await until('the first source is active', () => feed.active === 'first');
    await minutes(0, 5);
    expect(second.connections).toBe(0);
  });

  it('says nothing any more once it is closed', async () => {
    start();
    await until('the first source is active', () => feed.active === 'first');
    await feed.close();
    const said = sink.events.length;
    await minutes(0, 2);
    expect([sink.bars.length, sink.events.length, first.connections]).toEqual([0, said, 0]);
  });
});

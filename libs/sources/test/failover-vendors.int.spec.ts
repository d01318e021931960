import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Bar, FailoverEvent } from '@tradewind/market';
import { symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { AlphaVantageServer, FinnhubServer, YahooServer } from '@tradewind/venue-servers';

import { definition as alphaVantage } from '../src/alpha-vantage/index.js';
import type { GapEvent } from '../src/failover/feed-gaps.js';
import { FailoverFeed, type FeedSink } from '../src/failover-feed.js';
import { definition as finnhub } from '../src/finnhub/index.js';
import type { MarketSource, SourceEnvironment } from '../src/source.js';
import { instantOf } from '@tradewind/connectors';
import { pause } from '../src/transport/pause.js';
import { definition as yahoo } from '../src/yahoo/index.js';
import { RecordingSink, surroundings, type Surroundings } from './acceptance/surroundings.js';
import { barFrom } from './wire-values/vendor-bars.js';

const SYMBOLS = ['AAPL', 'MSFT', 'NVDA', 'AMZN', 'GOOG', 'META', 'TSLA', 'JPM', 'XOM', 'IBM', 'KO', 'PEP'];
const OPEN = instantOf('2024-06-11T14:30:00Z')!;
const BARS = 30;
const SECOND = 1_000_000_000n;
const TOKEN = 'finnhub-77x';
/** A second of the machine is five minutes of the market. */
const SPEED = 300;

class FeedRecorder extends RecordingSink implements FeedSink {
  readonly events: (FailoverEvent | GapEvent)[] = [];
  event(event: FailoverEvent | GapEvent): void {
    this.events.push(event);
  }
}

const barsOf = (symbol: string): readonly Bar[] =>
  Array.from({ length: BARS + 30 }, (_, index) =>
    barFrom(symbol, '1m', new Date(Number(OPEN / 1_000_000n) + index * 60_000).toISOString(), 1, '', 20_000 + index),
  );

describe('failover among vendors that are polled', () => {
  let around: Surroundings;
  let servers: { readonly first: AlphaVantageServer; readonly second: YahooServer; readonly third: FinnhubServer };
  let sources: readonly MarketSource[];
  let sink: FeedRecorder;
  let feed: FailoverFeed;
  let startedAt: number;
  const clock = { now: () => (OPEN + BigInt(Math.round((performance.now() - startedAt) * SPEED * 1e6))) as UnixNanos };
  const minutesGone = (): number => Number((clock.now() - OPEN) / SECOND) / 60;
  const reach = async (what: string, holds: () => boolean): Promise<void> => {
    const end = performance.now() + 15_000;
    while (!holds()) {
      if (performance.now() > end) throw new Error(`waited in vain until ${what}; ${minutesGone().toFixed(1)} minutes are gone`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };

  beforeEach(async () => {
    startedAt = performance.now();
    around = await surroundings();
    const environment = (name: string): SourceEnvironment => ({
      ...around.environment,
      clock,
      pause: (ms, signal) => pause(ms / SPEED, signal),
      directory: `${around.environment.directory}/${name}`,
    });
    servers = {
      first: await AlphaVantageServer.start({ clock, keys: { PREMIUMKEY1: { perMinute: 75 } } }),
      second: await YahooServer.start(),
      third: await FinnhubServer.start(TOKEN),
    };
    for (const symbol of SYMBOLS) {
      servers.first.load(barsOf(symbol));
      servers.second.load(symbol, { bars: [...barsOf(symbol)] });
      servers.third.load(barsOf(symbol));
    }
    const { first, second, third } = servers;
    sources = [
      alphaVantage.open(alphaVantage.settings.parse({ premiumKeys: 'PREMIUMKEY1', url: first.url }), environment('first')),
      yahoo.open(yahoo.settings.parse({ url: second.url, requestsPerMinute: '60' }), environment('second')),
      finnhub.open(finnhub.settings.parse({ token: TOKEN, restUrl: third.url, requestsPerMinute: '60' }), environment('third')),
    ];
    sink = new FeedRecorder();
    feed = new FailoverFeed(
      {
        sources,
        request: { symbols: SYMBOLS.map((symbol) => symbolOf(symbol)), kinds: ['bars'], interval: '1m' },
        policy: { toleranceNanos: 0n, staleNanos: 1200n * SECOND, qualityMin: 0.95, restNanos: 60n * SECOND, returnNanos: 120n * SECOND },
        from: OPEN,
        dataExpected: () => true,
        pollsPerMinute: 45,
        watchMs: 2_000,
        reconnectMs: 5_000,
        fillRetryMs: 5_000,
        fillTriesMax: 20,
        fillPatienceMs: 600_000,
        heldMax: 1_000,
      },
      environment('feed'),
      sink,
    );
    feed.start();
  });
  afterEach(async () => {
    await feed.close();
    for (const source of sources) await source.close();
    for (const server of Object.values(servers)) await server.stop();
    await around.end();
  });

  it('loses no bar of twelve symbols and doubles none while Alpha Vantage and then Yahoo are away, and goes back in order', async () => {
    await reach('Alpha Vantage is active', () => feed.active === 'alpha-vantage' && minutesGone() > 6);
    servers.first.fail({ kind: 'unavailable' }, 1_000_000);
    await reach('Yahoo is active', () => feed.active === 'yahoo');
    servers.second.fail({ kind: 'internal-error' }, 1_000_000);
    await reach('Finnhub is active', () => feed.active === 'finnhub');
    servers.first.fail({ kind: 'unavailable' }, 0);
    servers.second.fail({ kind: 'internal-error' }, 0);
    await reach('Alpha Vantage is active again', () => feed.active === 'alpha-vantage');
    const received = (symbol: string): readonly string[] => sink.bars.filter((bar) => bar.symbol === symbol).map(({ id }) => id);
    await reach('all bars are there', () => SYMBOLS.every((symbol) => received(symbol).length >= BARS));
    for (const symbol of SYMBOLS) {
      const expected = barsOf(symbol).map(({ id }) => id);
      const ids = received(symbol);
      expect(ids).toEqual(expected.slice(0, ids.length));
    }
    const first = sink.events.flatMap((event) => (event.kind === 'SWITCHED' ? [event.to] : []));
    expect(first.slice(0, 3)).toEqual(['alpha-vantage', 'yahoo', 'finnhub']);
    expect(first.at(-1)).toBe('alpha-vantage');
  });
});

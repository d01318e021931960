import { resolve } from 'node:path';

import type { FeaturesComputed } from '@tradewind/features';
import { Platform, resetState } from '@tradewind/local';
import { type Bar, type BarsClosed, civilDate, nyseCalendar } from '@tradewind/market';
import { type Bus, connectBus } from '@tradewind/messaging';
import { AlpacaServer } from '@tradewind/venue-servers';
import { priceFromNumber, quantityFromNumber, symbolOf } from '@tradewind/vocabulary';
import { wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const STATE = `test-market-data-history-${process.pid}`;
const SYMBOLS = ['AAPL', 'SPY'].map(symbolOf);
const WARM_UP = 230;
const SESSIONS = 250;
const KEYS = { keyId: 'local-key-id', secret: 'local-secret' };
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const closing: (() => Promise<void>)[] = [];
let platform: Platform;
let bus: Bus;
let server: AlpacaServer;

/** The last sessions that are over by now. */
const sessions = (count: number) => {
  const dayMs = 86_400_000;
  const found = [];
  for (let ms = Date.now() - dayMs; found.length < count; ms -= dayMs) {
    const session = nyseCalendar.sessionOf(civilDate(new Date(ms).toISOString().slice(0, 10)));
    if (session !== undefined) found.unshift(session);
  }
  return found;
};

const barsOf = (symbol: Bar['symbol']): readonly Bar[] =>
  sessions(SESSIONS).map(({ date, openTime, closeTime }, index) => {
    const mid = 100 + 10 * Math.sin(index / 9);
    const price = (value: number) => priceFromNumber(value, 2);
    return {
      id: `bar/${symbol}/1d/${date}`,
      symbol,
      interval: '1d',
      openTime,
      closeTime,
      open: price(mid),
      high: price(mid + 1),
      low: price(mid - 1),
      close: price(mid + 0.5),
      volume: quantityFromNumber(1_000 + index, 0),
      source: 'alpaca/iex',
      warmUp: false,
    };
  });

const told = async <T>(event: 'market.bars' | 'features.vectors'): Promise<readonly T[]> => {
  const facts: T[] = [];
  for await (const received of bus.readStream({ event, partition: 0 })) facts.push(received.decode() as T);
  return facts;
};

beforeAll(async () => {
  server = await AlpacaServer.start(KEYS);
  server.load(...SYMBOLS.flatMap(barsOf));
  platform = await Platform.start({
    root: ROOT,
    name: STATE,
    mode: 'realtime',
    services: ['market-data', 'features'],
    settings: {
      TW_LOG_LEVEL: 'warn',
      TW_MARKET_DATA_FEED: 'alpaca',
      TW_MARKET_DATA_SYMBOLS: SYMBOLS.join(','),
      TW_MARKET_DATA_INTERVAL: '1d',
      TW_MARKET_DATA_WARM_UP_SESSIONS: String(WARM_UP),
      TW_SOURCE_ALPACA_KEY_ID: KEYS.keyId,
      TW_SOURCE_ALPACA_SECRET: KEYS.secret,
      TW_SOURCE_ALPACA_REST_URL: server.restUrl,
      TW_SOURCE_ALPACA_STREAM_URL: server.streamUrl,
    },
  });
  closing.push(() => platform.stop());
  bus = await connectBus({ servers: platform.natsUrl, name: 'test', codec: wireCodec, registry: new Registry(), log: silent });
  closing.push(() => bus.close());
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
  await server.down();
  resetState(ROOT, STATE);
});

describe('a live run with a source that has history', () => {
  it('begins with the last bars of history, as the source has them, so that the features are warm when the feed begins', async () => {
    await expect.poll(async () => (await told<FeaturesComputed>('features.vectors')).length, { timeout: 30_000 }).toBe(WARM_UP);
    const bars = await told<BarsClosed>('market.bars');
    const expected = sessions(SESSIONS).slice(-WARM_UP);
    expect(bars.map(({ header }) => header.at)).toEqual(expected.map(({ closeTime }) => closeTime));
    const [aapl] = SYMBOLS;
    expect(bars.flatMap((closed) => closed.bars).filter(({ symbol }) => symbol === aapl)).toEqual(
      barsOf(aapl!)
        .slice(-WARM_UP)
        .map((bar) => expect.objectContaining({ close: bar.close, volume: bar.volume, warmUp: true })),
    );
    const last = (await told<FeaturesComputed>('features.vectors')).at(-1)!;
    expect(last.vectors.map(({ warm }) => warm)).toEqual([true, true]);
  });

  it('tells nothing of it again after a kill', async () => {
    await platform.kill('market-data');
    await new Promise((settle) => setTimeout(settle, 4_000));
    expect(await told<BarsClosed>('market.bars')).toHaveLength(WARM_UP);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { Platform, resetState } from '@tradewind/local';
import type { BarsClosed, RecordsKnown, Tick, TicksArrived } from '@tradewind/market';
import { type Bus, connectBus, DeadLetters } from '@tradewind/messaging';
import { AlphaVantageServer, FinnhubServer } from '@tradewind/venue-servers';
import { isoFromNanos, nanosFromMillis, partitionOf, type UnixNanos } from '@tradewind/vocabulary';
import { systemClock } from '@tradewind/service-kit';
import { wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openCatalogueReplay } from '../src/catalogue-replay.js';
import { replaySelection } from '../src/replay-selection.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const STATE = `test-market-data-beside-${process.pid}`;
const PARTITIONS = 2;
const SYMBOLS = ['AAPL', 'QQQ'];
const KEY = 'PREMIUMKEY1';
const TOKEN = 'token-of-a-test';
const RATES = 30;
/** More than one message holds. */
const STORIES = 2_500;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const closing: (() => Promise<void>)[] = [];
let platform: Platform;
let bus: Bus;
let folder: string;
let catalogue: string;

const told = async <T>(event: 'market.ticks' | 'market.bars' | 'market.records', partition: number): Promise<readonly T[]> => {
  const facts: T[] = [];
  for await (const received of bus.readStream({ event, partition })) facts.push(received.decode() as T);
  return facts;
};
const recordsTold = async (partition: number): Promise<readonly string[]> =>
  (await told<RecordsKnown>('market.records', partition)).flatMap(({ records }) => records.map(({ id }) => id));
const stepsTold = async (): Promise<number> => (await told<BarsClosed>('market.bars', 0)).length;

const rates = () =>
  Array.from({ length: RATES }, (_value, index) => ({
    date: new Date(Date.UTC(2020, index, 1)).toISOString().slice(0, 10),
    value: (4 + index / 100).toFixed(2),
  }));
const stories = (nowMs: number) =>
  Array.from({ length: STORIES }, (_value, index) => ({
    category: 'company',
    datetime: Math.floor(nowMs / 1_000) - STORIES + index - 60,
    headline: `Story ${index}`,
    id: index + 1,
    related: 'AAPL',
    source: 'Wire',
    summary: '',
    url: `https://example.com/${index}`,
  }));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tradewind-beside-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  catalogue = join(folder, 'catalogue');
  const macro = await AlphaVantageServer.start({ clock: systemClock, keys: { [KEY]: { perMinute: 75 } } });
  macro.publish('UNEMPLOYMENT', '', { data: rates() });
  closing.push(() => macro.stop());
  const news = await FinnhubServer.start(TOKEN);
  news.publishDocument('company-news', 'AAPL', stories(Date.now()));
  news.publishDocument('company-news', 'QQQ', []);
  closing.push(() => news.stop());
  const settings = {
    TW_LOG_LEVEL: 'warn',
    TW_MARKET_DATA_FEED: 'simulated',
    TW_MARKET_DATA_SYMBOLS: SYMBOLS.join(','),
    TW_MARKET_DATA_INTERVAL: '2s',
    TW_MARKET_DATA_GRACE_MS: '200',
    TW_MARKET_DATA_RECORDS: 'macro/UNRATE,news/story',
    TW_MARKET_DATA_RECORD_SOURCES: 'alpha-vantage,finnhub',
    TW_MARKET_DATA_RECORD_TO: catalogue,
    TW_MARKET_DATA_SOURCE_DIRECTORY: join(folder, 'sources'),
    TW_SOURCE_SIMULATED_ACTIVITY: '30',
    TW_SOURCE_ALPHA_VANTAGE_URL: `${macro.url}/query`,
    TW_SOURCE_ALPHA_VANTAGE_PREMIUM_KEYS: KEY,
    TW_SOURCE_FINNHUB_TOKEN: TOKEN,
    TW_SOURCE_FINNHUB_REST_URL: news.url,
    TW_SOURCE_FINNHUB_STREAM_URL: news.streamUrl,
    TW_FEATURES_SET: 'full@1',
  };
  const services = ['market-data', 'features'] as const;
  platform = await Platform.start({ root: ROOT, name: STATE, mode: 'realtime', services, partitions: PARTITIONS, settings });
  closing.push(() => platform.stop());
  bus = await connectBus({ servers: platform.natsUrl, name: 'test', codec: wireCodec, registry: new Registry(), log: silent });
  closing.push(() => bus.close());
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
  resetState(ROOT, STATE);
});

describe('what becomes known beside a live feed', () => {
  it('is told once to each partition that it concerns, over kills, never at a step that ends before it was known', async () => {
    const concerned = SYMBOLS.map((symbol) => partitionOf(symbol, PARTITIONS));
    expect(new Set(concerned).size).toBe(PARTITIONS);
    const [ofApple, ofOther] = concerned as [number, number];
    await expect.poll(async () => (await recordsTold(ofApple)).length, { timeout: 30_000, interval: 50 }).toBeGreaterThan(0);
    await platform.kill('market-data');
    await expect.poll(async () => (await recordsTold(ofApple)).length, { timeout: 40_000 }).toBe(RATES + STORIES);
    const steps = await stepsTold();
    await platform.kill('market-data');
    await expect.poll(stepsTold, { timeout: 30_000 }).toBeGreaterThanOrEqual(steps + 3);
    for (const [partition, count] of [[ofApple, RATES + STORIES] as const, [ofOther, RATES] as const]) {
      const messages = await told<RecordsKnown>('market.records', partition);
      const ids = messages.flatMap(({ records }) => records.map(({ id }) => id));
      expect([ids.length, new Set(ids).size]).toEqual([count, count]);
      expect(new Set(messages.map(({ header }) => header.step)).size).toBe(messages.length);
      expect(Math.max(...messages.map(({ records }) => records.length))).toBeLessThanOrEqual(2_000);
      for (const { header, records } of messages) {
        expect(records.every(({ knownAt }) => knownAt <= header.at)).toBe(true);
        expect(records.map(({ knownAt }) => knownAt)).toEqual(records.map(({ knownAt }) => knownAt).toSorted((a, b) => Number(a - b)));
      }
    }
  }, 120_000);

  it('comes before the bars of its step, and features take all of it', async () => {
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      let closed = -1;
      for await (const event of bus.readStream({ event: ['market.records', 'market.bars'], partition })) {
        const { header } = event.decode() as RecordsKnown | BarsClosed;
        if (event.event === 'market.bars') closed = header.step;
        else expect(header.step).toBe(closed + 1);
      }
    }
    expect(await new DeadLetters(bus).list({})).toEqual([]);
  });
});

describe('the recording of a live feed', () => {
  it('replays with the bars and ticks that were told, step by step', async () => {
    const before = await stepsTold();
    await expect.poll(stepsTold, { timeout: 30_000 }).toBeGreaterThanOrEqual(before + 5);
    const live = (
      await Promise.all(
        Array.from({ length: PARTITIONS }, async (_value, partition) => ({
          bars: await told<BarsClosed>('market.bars', partition),
          chunks: await told<TicksArrived>('market.ticks', partition),
        })),
      )
    ).flat();
    const steps = Math.min(...live.map(({ bars }) => bars.length));
    await platform.stop();
    const now = nanosFromMillis(Date.now());
    const selection = replaySelection.parse({
      symbols: SYMBOLS,
      interval: '2s',
      from: isoFromNanos((now - 3_600_000_000_000n) as UnixNanos),
      until: isoFromNanos((now + 3_600_000_000_000n) as UnixNanos),
      ticks: ['trades', 'quotes', 'book'],
    });
    const { dataset, content } = await openCatalogueReplay(catalogue, selection);
    expect({ source: content.source, simulated: content.simulated }).toEqual({ source: 'simulated', simulated: true });
    const stepAt = new Map(live[0]!.bars.map(({ header }) => [header.at, header.step]));
    const known = dataset.steps.filter(({ at }) => stepAt.get(at) !== undefined && stepAt.get(at)! < steps);
    expect(known.length).toBeGreaterThanOrEqual(6);
    // What was not written when the process was killed is lost; from there on no step is missing.
    expect(known.map(({ at }) => stepAt.get(at))).toEqual(known.map((_step, index) => steps - known.length + index));
    let compared = 0;
    for (const [index, { at, step, bars }] of known.entries()) {
      const liveStep = stepAt.get(at)!;
      const liveBars = live.flatMap((partition) => partition.bars[liveStep]!.bars).toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1));
      expect(bars).toEqual(liveBars);
      // The feed began in the middle of the first: its chunks of before the kill were not written, and the trades of the bars that were dropped are left out.
      if (index === 0) continue;
      const liveTicks = live.flatMap(({ chunks }) => chunks.filter(({ header }) => header.step === liveStep).flatMap(({ ticks }) => ticks));
      const replayed = await content.ticks(step);
      for (const symbol of SYMBOLS) {
        for (const kinds of [['trade'], ['quote'], ['book-snapshot', 'book-delta']]) {
          const of = (ticks: readonly Tick[]) => ticks.filter((tick) => tick.symbol === symbol && kinds.includes(tick.kind));
          expect(of(replayed)).toEqual(of(liveTicks));
          compared += of(liveTicks).length;
        }
      }
    }
    expect(compared).toBeGreaterThan(100);
  }, 90_000);
});

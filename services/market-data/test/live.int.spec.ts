import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { FeaturesComputed } from '@tradewind/features';
import { Platform, resetState } from '@tradewind/local';
import type { BarsClosed, QualityFaultsFound, TicksArrived } from '@tradewind/market';
import { type Bus, connectBus, DeadLetters } from '@tradewind/messaging';
import { nanosFromMillis, partitionOf } from '@tradewind/vocabulary';
import { wireCodec } from '@tradewind/wire';
import pg from 'pg';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const STATE = `test-market-data-live-${process.pid}`;
const PARTITIONS = 2;
const SYMBOLS = ['AAPL', 'SPY', 'QQQ'];
const INTERVAL_MS = 2_000;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const closing: (() => Promise<void>)[] = [];
let platform: Platform;
let bus: Bus;

const told = async <T>(
  event: 'market.ticks' | 'market.bars' | 'market.faults' | 'features.vectors',
  partition: number,
): Promise<readonly T[]> => {
  const facts: T[] = [];
  for await (const received of bus.readStream({ event, partition })) facts.push(received.decode() as T);
  return facts;
};
const stepsTold = async (): Promise<number> => (await told<BarsClosed>('market.bars', 0)).length;

beforeAll(async () => {
  const settings = {
    TW_LOG_LEVEL: 'warn',
    TW_MARKET_DATA_FEED: 'simulated',
    TW_MARKET_DATA_SYMBOLS: SYMBOLS.join(','),
    TW_MARKET_DATA_INTERVAL: `${INTERVAL_MS / 1_000}s`,
    TW_MARKET_DATA_GRACE_MS: '200',
    TW_MARKET_DATA_BOOK_SAMPLE_MS: '250',
    TW_SOURCE_SIMULATED_ACTIVITY: '30',
    TW_FEATURES_SET: 'level2@1',
  };
  platform = await Platform.start({
    root: ROOT,
    name: STATE,
    mode: 'realtime',
    services: ['market-data', 'features'],
    partitions: PARTITIONS,
    settings,
  });
  closing.push(() => platform.stop());
  bus = await connectBus({ servers: platform.natsUrl, name: 'test', codec: wireCodec, registry: new Registry(), log: silent });
  closing.push(() => bus.close());
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
  resetState(ROOT, STATE);
});

describe('a live feed', () => {
  it('numbers steps and chunks on over a kill in mid-interval, without a hole or a double', async () => {
    await expect.poll(stepsTold, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
    await sleep(INTERVAL_MS / 3);
    await platform.kill('market-data');
    const before = await stepsTold();
    await expect.poll(stepsTold, { timeout: 30_000 }).toBeGreaterThanOrEqual(before + 3);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const bars = await told<BarsClosed>('market.bars', partition);
      expect(bars.map(({ header }) => header.step)).toEqual(bars.map((_closed, step) => step));
      expect(bars.every(({ header }, step) => step === 0 || header.at > bars[step - 1]!.header.at)).toBe(true);
      const chunks = (await told<TicksArrived>('market.ticks', partition)).filter(({ header }) => header.step < bars.length);
      expect(bars.flatMap(({ header }) => header.causes)).toEqual(chunks.map(({ header }) => header.id));
      const own = SYMBOLS.filter((symbol) => partitionOf(symbol, PARTITIONS) === partition);
      expect(new Set(chunks.flatMap(({ ticks }) => ticks.map(({ symbol }) => symbol)))).toEqual(new Set(own));
      for (const { simulated, source } of chunks) expect({ simulated, source }).toEqual({ simulated: true, source: 'simulated' });
    }
  }, 90_000);

  it('tells no bar of an interval that it did not see from its beginning, says so, and trusts nothing of it', async () => {
    const faults = (await told<QualityFaultsFound>('market.faults', 0)).flatMap((found) => found.faults);
    const incomplete = faults.filter(({ code }) => code === 'BAR_INCOMPLETE');
    // Once at the first start and once after the kill, as far as a symbol traded in both.
    expect(new Set(incomplete.map(({ at }) => at)).size).toBe(2);
    const bars = (await Promise.all([0, 1].map((partition) => told<BarsClosed>('market.bars', partition)))).flat();
    for (const fault of incomplete) {
      const step = bars.find(
        ({ header, lowQuality }) => header.at === fault.at && lowQuality.some(({ symbol }) => symbol === fault.symbol),
      );
      expect(step?.lowQuality).toContainEqual({ symbol: fault.symbol, score: 0 });
      expect(step?.bars.map(({ symbol }) => symbol)).not.toContain(fault.symbol);
    }
    const whole = bars.flatMap((closed) => closed.bars);
    expect(whole.length).toBeGreaterThan(4);
    for (const bar of whole) expect(bar).toMatchObject({ interval: '2s', source: 'simulated', warmUp: false });
  });

  it('gives features of the book with every bar, and nothing ends in the dead letters', async () => {
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const steps = (await told<BarsClosed>('market.bars', partition)).length;
      await expect
        .poll(async () => (await told<FeaturesComputed>('features.vectors', partition)).length, { timeout: 10_000 })
        .toBeGreaterThanOrEqual(steps);
    }
    expect(await new DeadLetters(bus).list({})).toEqual([]);
  });

  it('stores samples of the books at even instants', async () => {
    const client = new pg.Client({ connectionString: platform.databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ symbol: string; at: string; bids: [string, string][]; asks: [string, string][]; source: string }>(
      'SELECT symbol, at::text, bids, asks, source FROM market_data.book_sample ORDER BY symbol, at',
    );
    await client.end();
    expect(new Set(rows.map(({ symbol }) => symbol))).toEqual(new Set(SYMBOLS));
    for (const { at, bids, asks, source } of rows) {
      expect(BigInt(at) % nanosFromMillis(250)).toBe(0n);
      expect(source).toBe('simulated');
      expect(Number(bids[0]![0])).toBeLessThan(Number(asks[0]![0]));
    }
  });
});

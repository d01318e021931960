import { resolve } from 'node:path';

import { createFeatureEngine, type FeaturesComputed } from '@tradewind/features';
import { readFeatureSets } from '@tradewind/feature-sets';
import { Platform, resetState } from '@tradewind/local';
import type { BarsClosed, RecordsKnown, Tick, TicksArrived } from '@tradewind/market';
import { type Bus, connectBus } from '@tradewind/messaging';
import type { OrdersPlaced } from '@tradewind/orders';
import { seededRandom } from '@tradewind/testkit';
import { answerHeader, nanosFromMillis, partitionOf } from '@tradewind/vocabulary';
import { decodeRpcResponse, encodeRpcRequest, wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openCatalogueReplay } from '../src/catalogue-replay.js';
import { replaySelection } from '../src/replay-selection.js';
import { MINUTES, recordDay, records, SELECTION, SYMBOLS, ticksOf } from './recorded-day.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const STATE = `test-market-data-catalogue-${process.pid}`;
const PARTITIONS = 2;
const KILLS = 3;
const SET = 'level2@1';
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const closing: (() => Promise<void>)[] = [];
let platform: Platform;
let bus: Bus;
let directory: string;

const told = async <T>(
  event: 'market.ticks' | 'market.bars' | 'market.records' | 'features.vectors',
  partition: number,
): Promise<readonly T[]> => {
  const facts: T[] = [];
  for await (const received of bus.readStream({ event, partition })) facts.push(received.decode() as T);
  return facts;
};
const finish = async ({ header, final }: BarsClosed): Promise<void> => {
  const placed: OrdersPlaced = { header: answerHeader('orders.placed', header), events: [], final };
  await bus.publish(bus.envelope('orders.placed', placed, { id: placed.header.id, partition: 0, key: 'step' }));
};
const start = async (): Promise<{ readonly steps: bigint }> =>
  decodeRpcResponse(
    'market.replay-start',
    await bus.request(
      'market.replay-start',
      encodeRpcRequest('market.replay-start', { run: 'day', mode: 'lockstep', paceMs: 0, stepLimit: 0n }),
      5_000,
    ),
  );

beforeAll(async () => {
  const day = await recordDay();
  directory = day.directory;
  closing.push(() => day.dispose());
  const settings = {
    TW_LOG_LEVEL: 'warn',
    TW_MARKET_DATA_CATALOGUE: directory,
    TW_MARKET_DATA_SELECTION: JSON.stringify(SELECTION),
    TW_FEATURES_SET: SET,
    TW_FEATURES_SNAPSHOT_STEPS: '8',
  };
  platform = await Platform.start({ root: ROOT, name: STATE, services: ['market-data', 'features'], partitions: PARTITIONS, settings });
  closing.push(() => platform.stop());
  bus = await connectBus({ servers: platform.natsUrl, name: 'test', codec: wireCodec, registry: new Registry(), log: silent });
  closing.push(() => bus.close());
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
  resetState(ROOT, STATE);
});

describe('a replay of recorded ticks', () => {
  it('sends every tick and record once, before the bars of its step, however often the services are killed', async () => {
    const random = seededRandom('catalogue-restart');
    const kills = new Set(Array.from({ length: KILLS }, () => random.integer(1, MINUTES - 2)));
    expect((await start()).steps).toBe(BigInt(MINUTES));
    let sequence = 1;
    for (let step = 0; step < MINUTES;) {
      for await (const event of bus.readStream({ event: 'market.bars', partition: 0, fromSequence: sequence })) {
        const closed = event.decode() as BarsClosed;
        sequence = event.sequence + 1;
        if (closed.header.step !== step) continue;
        // All partitions of the step have to be there: the end of a step comes when all of it was handled.
        await expect
          .poll(async () => (await bus.lastOf('market.bars', 1))?.messageId, { timeout: 20_000 })
          .toBe(`market.bars/day/${step}/1`);
        if (kills.has(step)) await Promise.all([platform.kill('market-data'), platform.kill('features')]);
        await finish(closed);
        step += 1;
      }
    }
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const own = SYMBOLS.filter((symbol) => partitionOf(symbol, PARTITIONS) === partition);
      const chunks = await told<TicksArrived>('market.ticks', partition);
      const sent: Tick[] = chunks.flatMap(({ ticks }) => ticks);
      for (const symbol of own) expect(sent.filter((tick) => tick.symbol === symbol)).toEqual(ticksOf(symbol));
      expect(sent).toHaveLength(own.reduce((sum, symbol) => sum + ticksOf(symbol).length, 0));
      const bars = await told<BarsClosed>('market.bars', partition);
      expect(bars.map(({ header }) => header.step)).toEqual(Array.from({ length: MINUTES }, (_value, step) => step));
      expect(bars.flatMap(({ header }) => header.causes)).toEqual(chunks.map(({ header }) => header.id));
      expect((await told<RecordsKnown>('market.records', partition)).flatMap((known) => known.records)).toEqual(records);
    }
  }, 120_000);

  it('gives the vectors that one engine computes in one go, with the features of the book among them', async () => {
    const set = (await readFeatureSets()).named(SET);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      await expect
        .poll(async () => (await told<FeaturesComputed>('features.vectors', partition)).at(-1)?.header.step, { timeout: 30_000 })
        .toBe(MINUTES - 1);
      const engine = createFeatureEngine(set);
      const expected: FeaturesComputed[] = [];
      for await (const received of bus.readStream({ event: ['market.records', 'market.ticks', 'market.bars'], partition })) {
        const fact = received.decode();
        if (received.event === 'market.records') engine.onRecords(fact as RecordsKnown);
        else if (received.event === 'market.ticks') engine.onTicks(fact as TicksArrived);
        else expected.push(engine.onStep(fact as BarsClosed));
      }
      expect(await told<FeaturesComputed>('features.vectors', partition)).toEqual(expected);
      const last = expected.at(-1)!.vectors;
      expect(last).not.toEqual([]);
      const bookColumns = set.definitions.flatMap(({ inputs }, index) => (inputs.includes('book') ? [index] : []));
      expect(bookColumns.length).toBeGreaterThan(5);
      for (const { values } of last) expect(bookColumns.filter((column) => Number.isFinite(values[column])).length).toBeGreaterThan(5);
    }
  }, 60_000);
});

describe('a selection of the catalogue', () => {
  it('makes a step for every minute of the session up to the last tick, with the same digest each time', async () => {
    const selection = replaySelection.parse(SELECTION);
    const { dataset, content } = await openCatalogueReplay(directory, selection);
    const again = await openCatalogueReplay(directory, selection);
    expect(dataset.steps).toHaveLength(MINUTES);
    expect(again.dataset.digest).toBe(dataset.digest);
    expect(dataset.steps[0]!.at).toBe(nanosFromMillis(Date.UTC(2013, 9, 7, 13, 31)));
    expect(await content.ticks(7)).toEqual(await again.content.ticks(7));
    // A step back begins anew.
    expect(await content.ticks(2)).toEqual(await again.content.ticks(2));
  });

  it('is refused with every fault named', () => {
    const faulty = replaySelection.safeParse({ symbols: ['no symbol'], interval: '7x', from: '2013-10-08', until: '2013-10-07', what: 1 });
    expect(faulty.error?.issues.map(({ path }) => path.join('.')).sort()).toEqual(['', 'interval', 'symbols.0']);
    const nothing = { ...SELECTION, ticks: ['book'] };
    expect(replaySelection.safeParse(nothing).error?.issues[0]).toMatchObject({ path: ['ticks'] });
  });

  it('is refused when the catalogue has nothing of it', async () => {
    const selection = replaySelection.parse({ ...SELECTION, from: '2014-01-01', until: '2014-01-02' });
    await expect(openCatalogueReplay(directory, selection)).rejects.toMatchObject({ code: 'CATALOGUE_REPLAY' });
  });
});

import { resolve } from 'node:path';

import { Platform, resetState } from '@tradewind/local';
import { type BarsClosed, barsClosedOf, DEMO_PLAN, type QualityFaultsFound, replayDataset, type ReplayDataset } from '@tradewind/market';
import { type Bus, connectBus } from '@tradewind/messaging';
import type { OrdersPlaced } from '@tradewind/orders';
import { readDemoSources } from '@tradewind/replay-files';
import { seededRandom } from '@tradewind/testkit';
import { answerHeader } from '@tradewind/vocabulary';
import { decodeRpcResponse, encodeRpcRequest, wireCodec } from '@tradewind/wire';
import pg from 'pg';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const STATE = `test-market-data-${process.pid}`;
const STEPS = 400;
const KILLS = 4;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const closing: (() => Promise<void>)[] = [];
let platform: Platform;
let bus: Bus;
let dataset: ReplayDataset;

/** What a request gives once the service answers: it may just be starting again. */
const ask = async <T>(request: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request();
    } catch (error) {
      if (attempt === 100 || (error as { code?: string }).code !== 'unavailable') throw error;
      await new Promise((settle) => setTimeout(settle, 100));
    }
  }
};
const start = (run: string, mode: string, stepLimit: number, paceMs = 0) =>
  ask(async () =>
    decodeRpcResponse(
      'market.replay-start',
      await bus.request(
        'market.replay-start',
        encodeRpcRequest('market.replay-start', { run, mode, paceMs, stepLimit: BigInt(stepLimit) }),
        2_000,
      ),
    ),
  );
const status = () =>
  ask(async () =>
    decodeRpcResponse(
      'market.replay-status',
      await bus.request('market.replay-status', encodeRpcRequest('market.replay-status', {}), 2_000),
    ),
  );

const released = async (run: string): Promise<readonly BarsClosed[]> => {
  const facts: BarsClosed[] = [];
  for await (const event of bus.readStream({ event: 'market.bars', partition: 0 })) facts.push(event.decode() as BarsClosed);
  return facts.filter((closed) => closed.header.run === run);
};

const finish = async ({ header, final }: BarsClosed): Promise<void> => {
  const placed: OrdersPlaced = { header: answerHeader('orders.placed', header), events: [], final };
  await bus.publish(bus.envelope('orders.placed', placed, { id: placed.header.id, partition: 0, key: 'step' }));
};

const query = async <T extends pg.QueryResultRow>(text: string): Promise<T> => {
  const client = new pg.Client({ connectionString: platform.databaseUrl });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows[0]!;
  } finally {
    await client.end();
  }
};

beforeAll(async () => {
  dataset = replayDataset(DEMO_PLAN, await readDemoSources());
  platform = await Platform.start({ root: ROOT, name: STATE, services: ['market-data'], settings: { TW_LOG_LEVEL: 'warn' } });
  closing.push(() => platform.stop());
  bus = await connectBus({ servers: platform.natsUrl, name: 'test', codec: wireCodec, registry: new Registry(), log: silent });
  closing.push(() => bus.close());
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
  resetState(ROOT, STATE);
});

describe('a lock-step replay', () => {
  it('releases every step once, each after the one before was finished, however often the service is killed', async () => {
    const random = seededRandom('market-data-restart');
    const kills = new Set(Array.from({ length: KILLS }, () => random.integer(1, STEPS - 2)));
    expect(await start('run-1', 'lockstep', STEPS)).toMatchObject({ run: 'run-1', steps: BigInt(STEPS), resumed: false });
    let sequence = 1;
    for (let step = 0; step < STEPS;) {
      for await (const event of bus.readStream({ event: 'market.bars', fromSequence: sequence })) {
        const closed = event.decode() as BarsClosed;
        sequence = event.sequence + 1;
        expect(closed.header.step).toBe(step);
        await finish(closed);
        if (kills.has(step)) await platform.kill('market-data');
        step += 1;
      }
    }
    expect(await released('run-1')).toEqual(
      dataset.steps.slice(0, STEPS).map((step, index) => ({
        ...barsClosedOf('run-1', step, 0, 1),
        final: index === STEPS - 1,
      })),
    );
    await expect.poll(async () => (await status()).done, { timeout: 10_000 }).toBe(true);
    expect(platform.restarts['market-data']).toBe(kills.size);
  }, 60_000);

  it('has told the faults of the files once, and keeps bars and faults in the history', async () => {
    const bars = dataset.steps.slice(0, STEPS).reduce((sum, step) => sum + step.bars.length, 0);
    await expect
      .poll(async () => query('SELECT count(*)::int AS bars, max(close_time) AS last FROM market_data.bar'), { timeout: 5_000 })
      .toEqual({ bars, last: String(dataset.steps[STEPS - 1]!.at) });
    const told: QualityFaultsFound[] = [];
    for await (const event of bus.readStream({ event: 'market.faults' })) told.push(event.decode() as QualityFaultsFound);
    const expected = [...dataset.faults].filter(([step]) => step < STEPS).flatMap(([, found]) => found.faults);
    expect(told.flatMap((found) => found.faults)).toEqual(expected);
    expect(await query('SELECT count(*)::int AS faults FROM market_data.quality_fault')).toEqual({ faults: expected.length });
    expect(await status()).toMatchObject({
      run: 'run-1',
      mode: 'lockstep',
      released: BigInt(STEPS),
      finished: BigInt(STEPS),
      bars: BigInt(bars),
      faults: BigInt(expected.length),
    });
  });

  it('answers a second start of the same run as resumed, and refuses what it cannot do', async () => {
    expect(await start('run-1', 'lockstep', STEPS)).toMatchObject({ resumed: true });
    await expect(start('not a name', 'lockstep', 0)).rejects.toMatchObject({ code: 'RUN_NAME_INVALID' });
    await expect(start('run-9', 'sideways', 0)).rejects.toMatchObject({ code: 'REPLAY_MODE_UNKNOWN' });
  });
});

describe('a paced replay', () => {
  it('releases by the clock though nothing is finished, refuses a second run meanwhile, and goes on after a kill to the end of its data', async () => {
    await start('run-2', 'paced', 40, 20);
    await expect(start('run-3', 'paced', 40)).rejects.toMatchObject({ code: 'REPLAY_RUNNING' });
    await expect.poll(async () => (await released('run-2')).length, { timeout: 5_000 }).toBeGreaterThan(10);
    await platform.kill('market-data');
    await expect.poll(async () => (await released('run-2')).length, { timeout: 20_000 }).toBe(40);
    const steps = (await released('run-2')).map((closed) => closed.header.step);
    expect(steps).toEqual(Array.from({ length: 40 }, (_value, step) => step));
    expect(await status()).toMatchObject({ run: 'run-2', released: 40n, done: false });
  }, 40_000);
});

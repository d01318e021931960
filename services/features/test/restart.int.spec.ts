import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { BASELINE_SET, createFeatureEngine, type FeaturesComputed } from '@tradewind/features';
import { Platform, resetState } from '@tradewind/local';
import { type BarsClosed, barsClosedOf, DEMO_PLAN, replayDataset } from '@tradewind/market';
import { type Bus, connectBus, DeadLetters } from '@tradewind/messaging';
import { readDemoSources } from '@tradewind/replay-files';
import { seededRandom } from '@tradewind/testkit';
import { wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const STATE = `test-features-${process.pid}`;
const PARTITIONS = 2;
const STEPS = 600;
const KILLS = 5;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const closing: (() => Promise<void>)[] = [];
let platform: Platform;
let bus: Bus;
let batches: readonly BarsClosed[][];

const publish = async (partition: number, from: number, to: number): Promise<void> => {
  for (const closed of batches[partition]!.slice(from, to)) {
    await bus.publish(bus.envelope('market.bars', closed, { id: closed.header.id, partition, key: 'step' }));
  }
};

const emitted = async (partition: number): Promise<readonly FeaturesComputed[]> => {
  const facts: FeaturesComputed[] = [];
  for await (const event of bus.readStream({ event: 'features.vectors', partition })) facts.push(event.decode() as FeaturesComputed);
  return facts;
};

beforeAll(async () => {
  const { steps } = replayDataset(DEMO_PLAN, await readDemoSources());
  batches = Array.from({ length: PARTITIONS }, (_value, partition) =>
    steps.slice(0, STEPS).map((step) => barsClosedOf('run-1', step, partition, PARTITIONS)),
  );
  const settings = { TW_FEATURES_SNAPSHOT_STEPS: '64', TW_LOG_LEVEL: 'warn' };
  platform = await Platform.start({ root: ROOT, name: STATE, services: ['features'], partitions: PARTITIONS, settings });
  closing.push(() => platform.stop());
  bus = await connectBus({ servers: platform.natsUrl, name: 'test', codec: wireCodec, registry: new Registry(), log: silent });
  closing.push(() => bus.close());
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
  resetState(ROOT, STATE);
});

it('emits the batch computation of every step once and in order, however often it is killed in mid-stream', async () => {
  const random = seededRandom('features-restart');
  const cuts = [0, ...Array.from({ length: KILLS }, () => random.integer(1, STEPS - 1)).sort((left, right) => left - right), STEPS];
  for (let cut = 1; cut < cuts.length; cut += 1) {
    const publishing = Promise.all(batches.map((_batch, partition) => publish(partition, cuts[cut - 1]!, cuts[cut]!)));
    await sleep(random.integer(0, 40));
    if (cut <= KILLS) await platform.kill('features');
    await publishing;
  }
  for (const [partition, expectedBars] of batches.entries()) {
    await expect.poll(async () => (await emitted(partition)).at(-1)?.header.step, { timeout: 50_000, interval: 200 }).toBe(STEPS - 1);
    const engine = createFeatureEngine(BASELINE_SET);
    expect(await emitted(partition)).toEqual(expectedBars.map((closed) => engine.onStep(closed)));
  }
  expect(platform.restarts['features']).toBe(KILLS);
}, 90_000);

it('goes on with a new run from nothing, whatever it remembers of the last', async () => {
  const again = batches[0]!
    .slice(0, 3)
    .map((closed) => ({ ...closed, header: { ...closed.header, id: `market.bars/run-2/${closed.header.step}/0`, run: 'run-2' } }));
  for (const closed of again) await bus.publish(bus.envelope('market.bars', closed, { id: closed.header.id, partition: 0, key: 'step' }));
  await expect
    .poll(async () => (await emitted(0)).at(-1)?.header, { timeout: 10_000, interval: 100 })
    .toMatchObject({ run: 'run-2', step: 2 });
  const engine = createFeatureEngine(BASELINE_SET);
  expect((await emitted(0)).slice(-3)).toEqual(again.map((closed) => engine.onStep(closed)));
});

it('sends a step whose predecessor is missing to the dead letters instead of computing over a hole', async () => {
  const [first] = batches[1]!;
  const hole = { ...first!, header: { ...first!.header, id: 'market.bars/run-3/7/1', run: 'run-3', step: 7 } };
  const before = (await emitted(1)).length;
  await bus.publish(bus.envelope('market.bars', hole, { id: hole.header.id, partition: 1, key: 'step' }));
  const letters = new DeadLetters(bus);
  await expect
    .poll(async () => (await letters.list({ service: 'features' })).map((letter) => letter.error), { timeout: 15_000, interval: 200 })
    .toEqual([expect.stringContaining('market.bars/run-3/7/1 came where step 0 of run run-3 had to')]);
  expect((await emitted(1)).length).toBe(before);
});

it('starts again over what went to the dead letters, malformed or out of order, and goes on', async () => {
  const { id, ...malformed } = bus.envelope('market.bars', batches[1]![0]!, { id: 'malformed', partition: 1, key: 'step' });
  await bus.publish({ id, ...malformed, payload: Uint8Array.of(255, 255, 255) });
  const letters = new DeadLetters(bus);
  await expect.poll(async () => (await letters.list({ service: 'features' })).length, { timeout: 15_000, interval: 200 }).toBe(2);
  await platform.kill('features');
  const [first] = batches[1]!;
  const fresh = { ...first!, header: { ...first!.header, id: 'market.bars/run-4/0/1', run: 'run-4' } };
  await bus.publish(bus.envelope('market.bars', fresh, { id: fresh.header.id, partition: 1, key: 'step' }));
  await expect.poll(async () => (await emitted(1)).at(-1)?.header.run, { timeout: 15_000, interval: 100 }).toBe('run-4');
});

import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { migrate } from '@tradewind/database';
import { BASELINE_SET, createFeatureEngine, type FeaturesComputed } from '@tradewind/features';
import { type BarsClosed, barsClosedOf, DEMO_PLAN, replayDataset } from '@tradewind/market';
import { type Bus, connectBus, DeadLetters, ensureTopology } from '@tradewind/messaging';
import { readDemoSources } from '@tradewind/replay-files';
import { startTestNats, startTestPostgres } from '@tradewind/testkit';
import { wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';

const SERVICE = fileURLToPath(new URL('../', import.meta.url));
const PARTITIONS = 4;
const STEPS = 300;
const PATIENCE_MS = 40_000;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

interface Instance {
  readonly child: ChildProcess;
  readonly output: () => string;
}

const closing: (() => Promise<unknown>)[] = [];
const running = new Set<ChildProcess>();
let bus: Bus;
let settings: Readonly<Record<string, string>>;
let batches: readonly BarsClosed[][];

const start = async (): Promise<Instance> => {
  const child = spawn(process.execPath, [`${SERVICE}dist/main.js`], {
    env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await expect.poll(() => output, { timeout: PATIENCE_MS }).toContain('features is ready');
  return { child, output: () => output };
};

const publish = async (from: number, to: number): Promise<void> => {
  await Promise.all(
    batches.map(async (batch, partition) => {
      for (const closed of batch.slice(from, to))
        await bus.publish(bus.envelope('market.bars', closed, { id: closed.header.id, partition, key: 'step' }));
    }),
  );
};

const emitted = async (partition: number): Promise<readonly FeaturesComputed[]> => {
  const facts: FeaturesComputed[] = [];
  for await (const event of bus.readStream({ event: 'features.vectors', partition })) facts.push(event.decode() as FeaturesComputed);
  return facts;
};

const lastSteps = (): Promise<readonly (number | undefined)[]> =>
  Promise.all(batches.map(async (_batch, partition) => (await emitted(partition)).at(-1)?.header.step));
const areAllAt = (step: number, timeout = PATIENCE_MS) =>
  expect.poll(lastSteps, { timeout, interval: 100 }).toEqual(batches.map(() => step));

beforeAll(async () => {
  const { steps } = replayDataset(DEMO_PLAN, await readDemoSources());
  batches = Array.from({ length: PARTITIONS }, (_value, partition) =>
    steps.slice(0, STEPS).map((step) => barsClosedOf('run-1', step, partition, PARTITIONS)),
  );
  const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
  closing.push(
    () => nats.dispose(),
    () => postgres.dispose(),
  );
  bus = await connectBus({ servers: nats.url, name: 'test', codec: wireCodec, registry: new Registry(), log: silent });
  closing.push(() => bus.close());
  await ensureTopology(bus, PARTITIONS);
  await migrate({ url: postgres.url, schema: 'features', migrationsDir: `${SERVICE}prisma/migrations/`, log: silent });
  settings = {
    TW_NATS_URL: nats.url,
    TW_DATABASE_URL: postgres.url,
    TW_PARTITIONS: String(PARTITIONS),
    TW_FEATURES_SNAPSHOT_STEPS: '64',
  };
}, 60_000);

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  for (const close of closing.toReversed()) await close();
});

it('emits every step once and in order from two instances, the acting one killed, then hung and woken, in mid-stream', async () => {
  const first = await start();
  const second = await start();
  expect(first.output()).toContain('"leads"');
  expect(second.output()).toContain('is ready and stands by');
  // 1. Killed: its connections end with it.
  const killed = publish(0, 100);
  await sleep(60);
  first.child.kill('SIGKILL');
  await killed;
  await areAllAt(99);
  // 2. Hung: its connections stay open, and the server ends its session.
  const third = await start();
  expect(third.output()).toContain('is ready and stands by');
  const hung = publish(100, 200);
  await sleep(60);
  second.child.kill('SIGSTOP');
  await hung;
  await areAllAt(199, 20_000);
  // 3. Woken: it finds that it leads no more, and stands by.
  second.child.kill('SIGCONT');
  await publish(200, STEPS);
  await areAllAt(STEPS - 1);
  await expect.poll(() => second.output(), { timeout: 10_000 }).toContain('leads no more');
  // 4. Told to stop, the acting one hands over to the one that was woken.
  third.child.kill('SIGTERM');
  await expect.poll(() => second.output().split('leads no more')[1] ?? '', { timeout: 10_000 }).toContain('"leads"');
  for (const [partition, bars] of batches.entries()) {
    const engine = createFeatureEngine(BASELINE_SET);
    expect(await emitted(partition)).toEqual(bars.map((closed) => engine.onStep(closed)));
  }
  expect(await new DeadLetters(bus).list({ service: 'features' })).toEqual([]);
}, 150_000);

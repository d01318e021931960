import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { readRunFile, resetState, stateDirectory } from '@tradewind/local';
import type { BarsClosed, TicksArrived } from '@tradewind/market';
import { type Bus, connectBus } from '@tradewind/messaging';
import { wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = fileURLToPath(new URL('../../services/cli/dist/main.js', import.meta.url));
const NAME = 'flow-live-feed';
const STEPS = 6;
const SYMBOLS = ['SPY', 'AAPL'];
const environment = { ...process.env, TW_SOURCE_SIMULATED_ACTIVITY: '20' };
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Runs a command with `--json` on the state of this test. */
const tradewind = async (...words: readonly string[]): Promise<unknown> => {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...words, '--name', NAME, '--json']);
  return JSON.parse(stdout);
};

/** What was started last, to be ended whatever fails. */
let launched: ChildProcess | undefined;

interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly bus: Bus;
}

const start = async (): Promise<Started> => {
  const words = ['up', '--name', NAME, '--symbols', SYMBOLS.join(','), '--interval', '2s'];
  const child = spawn(process.execPath, [program, ...words], { stdio: 'ignore', env: environment });
  launched = child;
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const directory = stateDirectory(root, NAME);
  const servers = await vi.waitUntil(() => readRunFile(directory)?.urls.nats, { timeout: 60_000, interval: 100 });
  const bus = await connectBus({ servers, name: 'test', codec: wireCodec, registry: new Registry(), log: silent });
  return { process: child, ended, bus };
};

const told = async <T>(bus: Bus, event: 'market.ticks' | 'market.bars' | 'orders.placed'): Promise<readonly T[]> => {
  const facts: T[] = [];
  for await (const received of bus.readStream({ event, partition: 0 })) facts.push(received.decode() as T);
  return facts;
};
const stepsPlaced = async (bus: Bus): Promise<readonly number[]> =>
  (await told<Pick<BarsClosed, 'header'>>(bus, 'orders.placed')).map(({ header }) => header.step);

describe('a live feed through every service', () => {
  let up: Started;

  beforeAll(async () => {
    resetState(root, NAME);
    up = await start();
  });
  afterAll(() => {
    launched?.kill('SIGKILL');
    resetState(root, NAME);
  });

  it('comes to the end of the pipeline, step after step', async () => {
    await expect.poll(async () => (await stepsPlaced(up.bus)).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(STEPS);
    const steps = await stepsPlaced(up.bus);
    expect(steps).toEqual(steps.map((_step, index) => index));
    expect(await tradewind('dlq', 'list')).toEqual([]);
  }, 90_000);

  it('is labelled simulated, every bar and tick of it', async () => {
    const bars = (await told<BarsClosed>(up.bus, 'market.bars')).flatMap((closed) => closed.bars);
    expect(new Set(bars.map(({ symbol }) => symbol))).toEqual(new Set(SYMBOLS));
    for (const bar of bars) expect(bar).toMatchObject({ source: 'simulated', interval: '2s' });
    const chunks = await told<TicksArrived>(up.bus, 'market.ticks');
    expect(chunks.length).toBeGreaterThan(STEPS);
    for (const chunk of chunks) expect(chunk).toMatchObject({ source: 'simulated', simulated: true });
  });

  it('stops in order on Ctrl-C, and its audit trail verifies', async () => {
    await up.bus.close();
    up.process.kill('SIGINT');
    expect(await up.ended).toBe(0);
    expect(readRunFile(stateDirectory(root, NAME))).toBeUndefined();
    expect(await tradewind('audit', 'verify')).toMatchObject({ verified: true });
  }, 60_000);

  it('numbers on when it is started again', async () => {
    up = await start();
    const before = (await told<BarsClosed>(up.bus, 'market.bars')).length;
    await expect.poll(async () => (await stepsPlaced(up.bus)).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(before + 2);
    const bars = await told<BarsClosed>(up.bus, 'market.bars');
    expect(bars.map(({ header }) => header.step)).toEqual(bars.map((_closed, index) => index));
    const steps = await stepsPlaced(up.bus);
    expect(steps).toEqual(steps.map((_step, index) => index));
    expect(await tradewind('dlq', 'list')).toEqual([]);
    await up.bus.close();
    up.process.kill('SIGINT');
    expect(await up.ended).toBe(0);
  }, 90_000);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { STEP_KEY } from '@tradewind/contracts';
import { migrate } from '@tradewind/database';
import { type Bus, connectBus, ensureTopology } from '@tradewind/messaging';
import { type AnalysesMade, analyseStep, BASELINE_SIGNAL_RULES } from '@tradewind/signals';
import { startTestNats, startTestPostgres, type TestNats, type TestPostgres } from '@tradewind/testkit';
import { wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { ModelServer } from './model-server.js';
import { featuresOf, vectorOf } from './vectors.js';

const PATIENCE_MS = 20_000;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let nats: TestNats;
let postgres: TestPostgres;
let bus: Bus;
let service: ChildProcess | undefined;
let output = '';
let sequence = 0;
const made: AnalysesMade[] = [];

const eventually = async (what: string, isTrue: () => Promise<boolean> | boolean): Promise<void> => {
  const until = performance.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (performance.now() > until) throw new Error(`never: ${what}; the service said\n${output}`);
    await pause(50);
  }
};

const startService = (settings: Readonly<Record<string, string>> = {}): void => {
  output = '';
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  service = spawn(process.execPath, ['--conditions=source', '--import', import.meta.resolve('tsx'), main], {
    env: {
      PATH: process.env['PATH'],
      NODE_NO_WARNINGS: '1',
      TSX_TSCONFIG_PATH: fileURLToPath(new URL('../tsconfig.json', import.meta.url)),
      TW_NATS_URL: nats.url,
      TW_DATABASE_URL: postgres.url,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [service.stdout, service.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
};

const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('exit', resolve));

const kill = async (): Promise<void> => {
  service?.kill('SIGKILL');
  if (service !== undefined) await ended(service);
};

const isReady = (): Promise<void> => eventually('the service is ready', () => output.includes('is ready'));

const hasMade = (steps: number): Promise<void> =>
  eventually(`${steps} steps are analysed`, async () => {
    for await (const event of bus.readStream({ event: 'analysis.analyses', fromSequence: sequence + 1 })) {
      sequence = event.sequence;
      made.push(event.decode() as AnalysesMade);
    }
    return made.length >= steps;
  });

const stepOf = (step: number, run: string) =>
  featuresOf(
    step,
    ['NDX', 'SPX'].map((symbol) => vectorOf(symbol, step, { momentum_20: Math.sin(step) / 10 })),
    run,
  );

const publish = async (step: number, run: string): Promise<void> => {
  const fact = stepOf(step, run);
  await bus.publish(bus.envelope('features.vectors', fact, { id: fact.header.id, partition: 0, key: STEP_KEY }));
};

beforeAll(async () => {
  [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
  bus = await connectBus({ servers: nats.url, name: 'test', codec: wireCodec, registry: new Registry(), log: silent });
  await ensureTopology(bus, 1);
  await migrate({
    url: postgres.url,
    schema: 'analysis',
    migrationsDir: fileURLToPath(new URL('../prisma/migrations/', import.meta.url)),
    log: silent,
  });
});
afterEach(kill);
afterAll(async () => {
  await bus.close();
  await Promise.all([nats.dispose(), postgres.dispose()]);
});

describe('the analysis service', () => {
  it('answers each batch of vectors once and in order with the rules, though it is killed in mid-run', async () => {
    startService();
    await isReady();
    const publishing = (async () => {
      for (let step = 0; step < 120; step += 1) await publish(step, 'run-1');
    })();
    await pause(60);
    await kill();
    startService();
    await publishing;
    await hasMade(120);
    expect(made).toEqual(Array.from({ length: 120 }, (_, step) => analyseStep(stepOf(step, 'run-1'), BASELINE_SIGNAL_RULES.read)));
  });

  it('asks a configured language model and keeps its key out of the log', async () => {
    await using server = await ModelServer.start();
    startService({
      TW_ANALYSIS_PROVIDER: 'openai',
      TW_ANALYSIS_BASE_URL: `${server.url}/v1`,
      TW_ANALYSIS_MODEL: 'test-model',
      TW_ANALYSIS_API_KEY: 'key-that-is-secret',
      TW_LOG_LEVEL: 'debug',
    });
    await isReady();
    const before = made.length;
    await publish(0, 'run-2');
    await hasMade(before + 1);
    expect(made.at(-1)).toMatchObject({
      header: { degraded: [] },
      analyses: [{ analyst: 'openai/test-model' }, { analyst: 'openai/test-model' }],
    });
    server.next({ kind: 'status', status: 401 }, { kind: 'status', status: 401 });
    await publish(1, 'run-2');
    await hasMade(before + 2);
    expect(made.at(-1)).toMatchObject({
      header: { degraded: ['language-model'] },
      analyses: [{ analyst: 'rules@1' }, { analyst: 'rules@1' }],
    });
    expect(output).toContain('PROVIDER_ERROR');
    expect(output).not.toContain('key-that-is-secret');
  });

  it('refuses to start on incomplete settings, with every fault named and status 78', async () => {
    startService({ TW_ANALYSIS_PROVIDER: 'ollama' });
    expect(await ended(service!)).toBe(78);
    expect(output).toContain('TW_ANALYSIS_BASE_URL');
    expect(output).toContain('TW_ANALYSIS_MODEL');
  });
});

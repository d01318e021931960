import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { rpcSubjectOf, STEP_KEY, subjectOf } from '@tradewind/contracts';
import { migrate } from '@tradewind/database';
import { BASELINE_SET, type FeaturesComputed, type FeatureVector } from '@tradewind/features';
import { type Bus, connectBus, ensureTopology, type Log } from '@tradewind/messaging';
import { openModelStore } from '@tradewind/model-store';
import { BASELINE_PARAMETERS, trainBaseline, type TrainedModel, type TrainingBar } from '@tradewind/models';
import { loadSession } from '@tradewind/onnx-runtime';
import { seededRandom, startTestNats, startTestPostgres } from '@tradewind/testkit';
import { isoFromNanos, nanosFromMillis, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { encodeRpcRequest, wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';

import { SessionProcess } from '../../services/inference/dist/session-process.js';
import { type Benchmark, quantile, type Report } from './harness.js';

const ROWS = [1, 10, 100] as const;
const WARM_UP = 300;
const SAMPLES = 2_000;
const HOP_SAMPLES = 1_000;
const RUN_MAX_MS = 5_000;
const RPC_MS = 30_000;
const DAY_MILLIS = 86_400_000;
const FOLDER = new URL('../../services/inference/', import.meta.url);

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const random = seededRandom('inference-bench');

const vectorOf = (name: string, at: UnixNanos): FeatureVector => ({
  id: `fv/${name}/1d/${isoFromNanos(at)}`,
  symbol: symbolOf(name),
  at,
  barId: `bar/${name}`,
  setHash: BASELINE_SET.hash,
  values: Float64Array.from(BASELINE_SET.names, () => random.next() - 0.5),
  warm: true,
  warmUp: false,
});

/** As many rows, inputs and trees as the demo's model. */
const demoSizedModel = (): { readonly trained: TrainedModel; readonly trainMs: number } => {
  let close = 100;
  let lean = 0;
  const column = BASELINE_SET.names.indexOf(BASELINE_SET.modelInputs[0]!);
  const bars = Array.from({ length: 3_500 }, (_, index): TrainingBar => {
    close *= 1 + 0.01 * (random.next() - 0.49) + 0.004 * lean;
    const vector = vectorOf('NDX', nanosFromMillis(Date.UTC(1986, 0, 1) + index * DAY_MILLIS));
    lean = 0.8 * lean + 0.4 * vector.values[column]!;
    vector.values[column] = lean;
    return { vector, close };
  });
  const startedAt = performance.now();
  const trained = trainBaseline({ dataset: 'bench', symbol: 'NDX', bars }, BASELINE_SET, {
    ...BASELINE_PARAMETERS,
    treesMax: 150,
    patienceTrees: 150,
  });
  return { trained, trainMs: performance.now() - startedAt };
};

const timed = async (count: number, work: (index: number) => Promise<unknown>): Promise<number[]> => {
  const times: number[] = [];
  for (let index = 0; index < WARM_UP + count; index += 1) {
    const startedAt = performance.now();
    await work(index);
    if (index >= WARM_UP) times.push(performance.now() - startedAt);
  }
  return times;
};

const tell = (report: Report, label: string, times: readonly number[]): number => {
  const p50 = quantile(times, 0.5);
  report.row(`${label} p50`, p50, 'ms');
  report.row(`${label} p99`, quantile(times, 0.99), 'ms');
  return p50;
};

const readyService = async (settings: Readonly<Record<string, string>>): Promise<ChildProcess> => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('dist/main.js', FOLDER))], {
    env: settings,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (chunk: Buffer) => {
      if (chunk.includes('inference is ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
  });
  return child;
};

const promoted = async (bus: Bus, { onnx, manifest, manifestJson }: TrainedModel): Promise<void> => {
  const digest = await (await openModelStore(bus.connection)).put(onnx);
  const { model } = manifest;
  const ask = (name: 'inference.publish' | 'inference.promote', payload: Uint8Array): Promise<unknown> =>
    bus.connection.request(rpcSubjectOf(name), payload, { timeout: RPC_MS });
  await ask('inference.publish', encodeRpcRequest('inference.publish', { model, digest, manifestJson, actor: 'bench' }));
  await ask('inference.promote', encodeRpcRequest('inference.promote', { model, version: 1, actor: 'bench', reason: 'bench' }));
};

/** From the publication of vectors to the arrival of their predictions. */
const hopTimes = (bus: Bus, rows: number): Promise<number[]> => {
  let arrived: () => void = () => undefined;
  const subscription = bus.connection.subscribe(subjectOf('inference.predictions', 0, STEP_KEY), { callback: () => arrived() });
  const names = Array.from({ length: rows }, (_, index) => `S${index}`);
  const hop = async (step: number): Promise<void> => {
    const at = nanosFromMillis(Date.UTC(2001, 0, 1) + step * DAY_MILLIS);
    const header = { id: `features.vectors/rows-${rows}/${step}/0`, run: `rows-${rows}`, step, partition: 0, at, causes: [], degraded: [] };
    const fact: FeaturesComputed = { header, vectors: names.map((name) => vectorOf(name, at)), final: false };
    const answer = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await bus.publish(bus.envelope('features.vectors', fact, { id: header.id, partition: 0, key: STEP_KEY }));
    await answer;
  };
  return timed(HOP_SAMPLES, hop).finally(() => subscription.unsubscribe());
};

const reportHops = async (report: Report, trained: TrainedModel, children: ReadonlyMap<number, number>): Promise<void> => {
  await using nats = await startTestNats();
  await using postgres = await startTestPostgres();
  const bus = await connectBus({ servers: nats.url, name: 'bench', codec: wireCodec, registry: new Registry(), log: silent });
  await ensureTopology(bus, 1);
  await migrate({
    url: postgres.url,
    schema: 'inference',
    migrationsDir: fileURLToPath(new URL('prisma/migrations/', FOLDER)),
    log: silent,
  });
  const service = await readyService({ TW_NATS_URL: nats.url, TW_DATABASE_URL: postgres.url });
  try {
    await promoted(bus, trained);
    for (const rows of ROWS) {
      const p50 = tell(report, `service hop, both messages, ${rows} row(s)`, await hopTimes(bus, rows));
      report.ratio(`hop against model process, ${rows} row(s)`, p50, children.get(rows)!);
    }
  } finally {
    service.kill('SIGKILL');
    await bus.close();
  }
};

export const benchmark: Benchmark = {
  name: 'inference: ONNX session, model process, service',
  run: async (report) => {
    const { trained, trainMs } = demoSizedModel();
    report.row(
      `training ${trained.manifest.lineage.sources[0]!.rows} rows x ${trained.manifest.inputs.length} inputs x ${trained.training.trainLoss.length} trees`,
      trainMs,
      'ms',
    );
    const session = await loadSession(trained.onnx);
    const child = new SessionProcess(fileURLToPath(new URL('dist/session-child.js', FOLDER)));
    await child.load(trained.onnx, RPC_MS);
    const children = new Map<number, number>();
    for (const rows of ROWS) {
      const values = Float32Array.from({ length: rows * trained.manifest.inputs.length }, () => random.next() - 0.5);
      const floor = tell(report, `session in this thread, ${rows} row(s)`, await timed(SAMPLES, () => session.run(values, rows)));
      const through = tell(
        report,
        `session in its process, ${rows} row(s)`,
        await timed(SAMPLES, () => child.run(values, rows, RUN_MAX_MS)),
      );
      report.row(`added by the process, ${rows} row(s)`, through - floor, 'ms');
      children.set(rows, through);
    }
    await child.kill();
    await session.release();
    await reportHops(report, trained, children);
  },
};

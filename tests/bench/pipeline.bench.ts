import { fileURLToPath } from 'node:url';

import { jetstream } from '@nats-io/jetstream';
import type { EventName } from '@tradewind/contracts';
import { Platform, resetState } from '@tradewind/local';
import { type Bus, connectBus, type Log } from '@tradewind/messaging';
import { wireCodec } from '@tradewind/wire';
import pg from 'pg';
import { Registry } from 'prom-client';

import { runDemo } from '../../services/cli/src/demo-run.js';
import { type Benchmark, quantile, type Report } from './harness.js';

const NAME = 'bench';
const STEPS = 1_500;
/** Left out of the figures: processes that have just started are not yet compiled. */
const WARM_UP_STEPS = 500;
const FLOOR_SAMPLES = 1_500;
const root = fileURLToPath(new URL('../..', import.meta.url));
const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The hops on the way from a bar to its order; `join` is the last of those it waits for. */
const HOPS: readonly { readonly label: string; readonly from: readonly EventName[]; readonly to: EventName; readonly durable: boolean }[] =
  [
    { label: 'bars -> vectors (features)', from: ['market.bars'], to: 'features.vectors', durable: false },
    { label: 'vectors -> predictions (inference)', from: ['features.vectors'], to: 'inference.predictions', durable: false },
    {
      label: 'predictions and analyses -> decisions (validation)',
      from: ['inference.predictions', 'analysis.analyses'],
      to: 'signals.decisions',
      durable: true,
    },
    {
      label: 'decisions and executions -> verdicts (risk)',
      from: ['signals.decisions', 'orders.executions'],
      to: 'risk.verdicts',
      durable: true,
    },
    { label: 'verdicts -> orders (orders)', from: ['risk.verdicts'], to: 'orders.placed', durable: true },
  ];
/** Beside the path, and waited for. */
const BESIDE: readonly { readonly label: string; readonly from: EventName; readonly to: EventName }[] = [
  { label: 'vectors -> analyses (analysis), beside inference', from: 'features.vectors', to: 'analysis.analyses' },
  { label: 'bars -> executions (orders), beside the model', from: 'market.bars', to: 'orders.executions' },
];

type Times = ReadonlyMap<EventName, ReadonlyMap<number, number>>;

const storedAt = async (bus: Bus, event: EventName): Promise<ReadonlyMap<number, number>> => {
  const times = new Map<number, number>();
  for await (const received of bus.readStream({ event })) {
    const { header } = received.decode() as { readonly header: { readonly step: number } };
    times.set(header.step, Number(received.publishedAt) / 1e6);
  }
  return times;
};

const allTimes = async (bus: Bus): Promise<Times> => {
  const events = [...new Set([...HOPS, ...BESIDE].flatMap(({ from, to }) => [from, to].flat()))];
  return new Map(await Promise.all(events.map(async (event) => [event, await storedAt(bus, event)] as const)));
};

/** Milliseconds from the last of `from` to `to`, step by step. */
const delays = (times: Times, from: readonly EventName[], to: EventName): number[] => {
  const found: number[] = [];
  for (const [step, end] of times.get(to)!) {
    const starts = from.map((event) => times.get(event)!.get(step));
    if (step >= WARM_UP_STEPS && starts.every((start) => start !== undefined)) found.push(end - Math.max(...starts));
  }
  return found;
};

/** Bare publish to delivery of one message at a time, in milliseconds: what the server and its client cost. */
const publishToDeliver = async (bus: Bus): Promise<number[]> => {
  const client = jetstream(bus.connection);
  const manager = await client.jetstreamManager();
  await manager.streams.add({ name: 'FLOOR', subjects: ['floor.>'] });
  await manager.consumers.add('FLOOR', { durable_name: 'floor', ack_policy: 'explicit' as never, max_ack_pending: 1 });
  const consumer = await client.consumers.get('FLOOR', 'floor');
  const messages = await consumer.consume({ max_messages: 256 });
  const iterator = messages[Symbol.asyncIterator]();
  const found: number[] = [];
  for (let index = 0; index < FLOOR_SAMPLES; index += 1) {
    const start = performance.now();
    const stored = client.publish('floor.x', new Uint8Array(600));
    const next = await iterator.next();
    found.push(performance.now() - start);
    next.value?.ack();
    await stored;
  }
  messages.stop();
  await manager.streams.delete('FLOOR');
  return found;
};

/** One row written and committed, in milliseconds, with fsync as in use. */
const oneTransaction = async (url: string): Promise<number[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS public.floor (id int PRIMARY KEY, payload jsonb)');
  await client.query('TRUNCATE public.floor');
  const found: number[] = [];
  for (let id = 0; id < FLOOR_SAMPLES; id += 1) {
    const start = performance.now();
    await client.query({ name: 'floor', text: 'INSERT INTO public.floor VALUES ($1, $2)', values: [id, '{"step":1}'] });
    found.push(performance.now() - start);
  }
  await client.query('DROP TABLE public.floor');
  await client.end();
  return found;
};

const run = async (report: Report): Promise<void> => {
  const started = performance.now();
  const memory = new Map<string, number>();
  const {
    run: { report: demo },
  } = await runDemo({
    root,
    name: NAME,
    stepLimit: STEPS,
    onPlatform: (platform) => sampleMemory(platform, memory),
  });
  report.row('from the command to the report', (performance.now() - started) / 1000, 's');
  report.row('replay', demo.replaySeconds, 's');
  report.row('steps a second', STEPS / demo.replaySeconds, '');
  report.row(
    'memory of the eight services and the model process, peak',
    [...memory.values()].reduce((sum, one) => sum + one, 0) / 2 ** 20,
    'MiB',
  );
  const platform = await Platform.start({ root, name: NAME, services: [] });
  try {
    const bus = await connectBus({ servers: platform.natsUrl, name: 'bench', codec: wireCodec, registry: new Registry(), log: silent });
    const times = await allTimes(bus);
    const hop = quantile((await publishToDeliver(bus)).slice(200), 0.5);
    const transaction = quantile((await oneTransaction(platform.databaseUrl)).slice(200), 0.5);
    report.row('floor: bare publish to deliver p50', hop, 'ms');
    report.row('floor: one transaction p50', transaction, 'ms');
    const whole = delays(times, ['market.bars'], 'orders.placed');
    report.row('bar to order p50', quantile(whole, 0.5), 'ms');
    report.row('bar to order p99', quantile(whole, 0.99), 'ms');
    for (const { label, from, to } of HOPS) reportHop(report, label, delays(times, from, to), quantile(whole, 0.5));
    for (const { label, from, to } of BESIDE) report.row(`${label} p50`, quantile(delays(times, [from], to), 0.5), 'ms');
    const floor = HOPS.length * hop + HOPS.filter(({ durable }) => durable).length * transaction;
    report.ratio(`bar to order p50 against ${HOPS.length} bare hops and 3 transactions`, quantile(whole, 0.5), floor, 'under 1.5');
    await bus.close();
  } finally {
    await platform.stop();
    resetState(root, NAME);
  }
};

const reportHop = (report: Report, label: string, samples: readonly number[], whole: number): void => {
  const p50 = quantile(samples, 0.5);
  report.row(`${label} p50 (${Math.round((p50 / whole) * 100)}%)`, p50, 'ms');
  report.row(`${' '.repeat(label.length)} p99`, quantile(samples, 0.99), 'ms');
};

const sampleMemory = (platform: Platform, peaks: Map<string, number>): void => {
  const timer = setInterval(() => {
    for (const name of platform.names.filter((one) => one !== 'nats-server' && one !== 'postgres')) {
      void residentBytes(platform.httpUrl(name)).then(
        (bytes) => peaks.set(name, Math.max(bytes, peaks.get(name) ?? 0)),
        () => undefined,
      );
    }
  }, 2_000);
  timer.unref();
};

const residentBytes = async (url: string): Promise<number> => {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return [...text.matchAll(/^(?:process_resident_memory_bytes|tw_model_process_resident_bytes)[^ ]* (\S+)$/gm)].reduce(
    (sum, [, bytes]) => sum + Number(bytes),
    0,
  );
};

export const benchmark: Benchmark = { name: 'bar to order over the bus', run };

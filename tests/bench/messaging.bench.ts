import { AckPolicy, jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { type Bus, type Codec, connectBus, ensureTopology, JetStreamStrategy, type Log } from '@tradewind/messaging';
import { startTestNats } from '@tradewind/testkit';
import { Registry } from 'prom-client';

import { type Benchmark, quantile, type Report } from './harness.js';

const WARM_UP = 300;
const SAMPLES = 3_000;
/** Stays inside one 8 MB block of the stream's file; nats-server 2.10 reads older blocks again and again, some five times slower. */
const BURST = 6_000;
const PUBLISHED_AT_ONCE = 400;
/** About the size of a batch of two feature vectors. */
const PAYLOAD = new Uint8Array(600);

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const bytesCodec: Codec = { encode: (_name, fact) => fact as Uint8Array, decode: (_name, bytes) => bytes };

/** Sends one message at a time and waits until it is handled; milliseconds from the call to the handler. */
const pingPong = async (send: (index: number) => Promise<unknown>, handled: { next: () => Promise<void> }): Promise<number[]> => {
  const latencies: number[] = [];
  for (let index = 0; index < WARM_UP + SAMPLES; index += 1) {
    const arrived = handled.next();
    const startedAt = performance.now();
    const stored = send(index);
    await arrived;
    if (index >= WARM_UP) latencies.push(performance.now() - startedAt);
    await stored;
  }
  return latencies;
};

const latch = (): { next: () => Promise<void>; fire: () => void } => {
  let resolve: () => void = () => undefined;
  return {
    next: () =>
      new Promise((done) => {
        resolve = done;
      }),
    fire: () => resolve(),
  };
};

/** What the server and its client cost without us: publish to a file stream, deliver to an open pull, ack. */
const bareLatencies = async (client: JetStreamClient): Promise<number[]> => {
  const manager = await client.jetstreamManager();
  await manager.streams.add({ name: 'BARE', subjects: ['bare.>'] });
  const info = await manager.consumers.add('BARE', { durable_name: 'bare', ack_policy: AckPolicy.Explicit });
  const arrival = latch();
  const messages = await client.consumers.getConsumerFromInfo(info).consume({
    max_messages: 256,
    callback: (message) => {
      arrival.fire();
      message.ack();
    },
  });
  const latencies = await pingPong((index) => client.publish('bare.x', PAYLOAD, { msgID: `b${index}` }), arrival);
  messages.stop();
  await manager.streams.delete('BARE');
  return latencies;
};

/** What the features service takes through one consumer. */
const SUBSCRIPTIONS = ['market.records', 'market.ticks', 'market.bars'] as const;

const serveBars = async (bus: Bus, service: string, partitions: number, onBar: () => void): Promise<JetStreamStrategy> => {
  const strategy = new JetStreamStrategy({ bus, service, partitions, subscriptions: [...SUBSCRIPTIONS], classify: () => 'retry' });
  for (const event of SUBSCRIPTIONS) strategy.addHandler(event, async () => onBar(), true);
  await new Promise<void>((resolve, reject) => strategy.listen((error) => (error === undefined ? resolve() : reject(error as Error))));
  return strategy;
};

const publishBar = (bus: Bus, id: string, partition: number): Promise<unknown> =>
  bus.publish(bus.envelope('market.bars', PAYLOAD, { id, partition, key: 'step' }));

const hopLatencies = async (bus: Bus): Promise<number[]> => {
  const arrival = latch();
  const strategy = await serveBars(bus, 'features', 1, arrival.fire);
  const latencies = await pingPong((index) => publishBar(bus, `h${index}`, 0), arrival);
  await strategy.close();
  return latencies;
};

/** Stored messages a second through one service, one message outstanding per partition. */
const throughput = async (bus: Bus, partitions: number): Promise<number> => {
  const manager = await jetstream(bus.connection).jetstreamManager();
  await manager.streams.purge('MARKET');
  for (let from = 0; from < BURST; from += PUBLISHED_AT_ONCE) {
    await Promise.all(
      Array.from({ length: PUBLISHED_AT_ONCE }, (_, index) =>
        publishBar(bus, `t${partitions}/${from + index}`, (from + index) % partitions),
      ),
    );
  }
  const done = Promise.withResolvers<void>();
  let handled = 0;
  const startedAt = performance.now();
  const strategy = await serveBars(bus, 'features', partitions, () => {
    handled += 1;
    if (handled === BURST) done.resolve();
  });
  await done.promise;
  const seconds = (performance.now() - startedAt) / 1000;
  await strategy.close();
  return BURST / seconds;
};

const reportLatency = (report: Report, label: string, latencies: readonly number[]): void => {
  report.row(`${label} p50`, quantile(latencies, 0.5), 'ms');
  report.row(`${label} p99`, quantile(latencies, 0.99), 'ms');
};

export const benchmark: Benchmark = {
  name: 'messaging: one hop against the bare client, and throughput of one keyed service',
  run: async (report) => {
    const nats = await startTestNats();
    const bus = await connectBus({ servers: nats.url, name: 'bench', codec: bytesCodec, registry: new Registry(), log: silent });
    const bare = await bareLatencies(jetstream(bus.connection));
    reportLatency(report, 'bare publish to deliver', bare);
    await ensureTopology(bus, 4);
    const hop = await hopLatencies(bus);
    reportLatency(report, 'publish to handler through the strategy', hop);
    report.ratio('hop p50 against bare p50', quantile(hop, 0.5), quantile(bare, 0.5), 'under 1.5');
    for (const partitions of [1, 4]) report.row(`throughput, ${partitions} partition(s)`, await throughput(bus, partitions), 'messages/s');
    await bus.close();
    await nats.dispose();
  },
};

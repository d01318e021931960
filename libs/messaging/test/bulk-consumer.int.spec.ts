import { jetstream } from '@nats-io/jetstream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { BulkConsumer, type ReceivedEvent, verifyTopology } from '../src/index.js';
import { eventually, type Rig, sleep, startRig } from './rig.js';

describe('bulk consumer', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  const publishBoth = async (from: number, to: number): Promise<void> => {
    for (let step = from; step < to; step += 1)
      await Promise.all([rig.publishStep('market.bars', step), rig.publishStep('orders.placed', step)]);
  };
  const sequences = (events: readonly ReceivedEvent[], stream: string): number[] =>
    events.filter((event) => event.stream === stream).map(({ sequence }) => sequence);
  const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

  it('reads all streams in batches, each in its order, and leaves nothing pending', async () => {
    await publishBoth(0, 300);
    const seen: ReceivedEvent[] = [];
    const sizes: number[] = [];
    const consumer = new BulkConsumer({
      bus: rig.bus,
      service: 'audit',
      batchMax: 100,
      gatherMs: 5,
      handle: async (events) => {
        sizes.push(events.length);
        seen.push(...events);
      },
    });
    await consumer.start();
    await eventually('all are handled', () => seen.length === 600);
    expect(sequences(seen, 'MARKET')).toEqual(upTo(300));
    expect(sequences(seen, 'ORDERS')).toEqual(upTo(300));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    expect(sizes.length).toBeLessThan(60);
    expect(seen[0]?.decode()).toEqual({ step: 0, partition: 0 });
    await eventually('all are acknowledged', async () => (await consumer.pending()) === 0);
    await consumer.stop();
  });

  it('makes its consumer when there is none, and its absence is no difference', async () => {
    const manager = await jetstream(rig.bus.connection).jetstreamManager();
    await manager.consumers.delete('MARKET', 'audit__MARKET');
    await verifyTopology(rig.bus, 1, { service: 'audit' });
    await publishBoth(0, 3);
    const seen: ReceivedEvent[] = [];
    const consumer = new BulkConsumer({
      bus: rig.bus,
      service: 'audit',
      batchMax: 100,
      gatherMs: 5,
      handle: async (events) => void seen.push(...events),
    });
    await consumer.start();
    await eventually('all are handled', () => seen.length === 6);
    await consumer.stop();
    await verifyTopology(rig.bus, 1);
  });

  it('repeats a batch that its handler refuses, and skips nothing', async () => {
    await publishBoth(0, 30);
    const seen: ReceivedEvent[] = [];
    let refusals = 3;
    const consumer = new BulkConsumer({
      bus: rig.bus,
      service: 'audit',
      batchMax: 20,
      gatherMs: 5,
      handle: async (events) => {
        if (refusals > 0) {
          refusals -= 1;
          throw new Error('database away');
        }
        seen.push(...events);
      },
    });
    await consumer.start();
    await eventually('all are handled', () => seen.length === 60);
    expect(sequences(seen, 'MARKET')).toEqual(upTo(30));
    await consumer.stop();
  });

  it('goes on in stream order behind the last acknowledged batch after a crash', async () => {
    await publishBoth(0, 200);
    const crashing = await rig.connect('crashing');
    let batches = 0;
    const first: ReceivedEvent[] = [];
    const lost = new BulkConsumer({
      bus: crashing,
      service: 'audit',
      batchMax: 50,
      gatherMs: 5,
      handle: async (events) => {
        batches += 1;
        if (batches > 2) await new Promise(() => undefined);
        first.push(...events);
      },
    });
    await lost.start();
    await eventually('two batches are handled', () => batches === 3);
    await sleep(100);
    await crashing.connection.close();
    await publishBoth(200, 220);
    const second: ReceivedEvent[] = [];
    const consumer = new BulkConsumer({
      bus: rig.bus,
      service: 'audit',
      batchMax: 50,
      gatherMs: 5,
      handle: async (events) => void second.push(...events),
    });
    await consumer.start();
    await eventually('the rest is handled', () => first.length + second.length >= 440);
    for (const stream of ['MARKET', 'ORDERS']) {
      const order = sequences(second, stream);
      expect(order).toEqual([...order].sort((left, right) => left - right));
      expect([...new Set([...sequences(first, stream), ...order])].sort((left, right) => left - right)).toEqual(upTo(220));
      expect(order.at(-1)).toBe(220);
    }
    await consumer.stop();
  });

  it('keeps order and loses nothing while its connection breaks again and again', async () => {
    const proxy = await rig.startProxy();
    const bus = await rig.connect('behind-proxy', `nats://127.0.0.1:${proxy.port}`);
    const seen: ReceivedEvent[] = [];
    const consumer = new BulkConsumer({
      bus,
      service: 'audit',
      streams: ['MARKET'],
      batchMax: 40,
      gatherMs: 5,
      handle: async (events) => {
        await sleep(15);
        seen.push(...events);
      },
    });
    await consumer.start();
    const publishing = (async () => {
      for (let step = 0; step < 1_500; step += 1) await rig.publishStep('market.bars', step);
    })();
    for (let cut = 0; cut < 4; cut += 1) {
      await sleep(120);
      proxy.cut();
      await sleep(60);
      proxy.heal();
    }
    await publishing;
    await eventually('all are handled', () => new Set(sequences(seen, 'MARKET')).size === 1_500);
    expect([...new Set(sequences(seen, 'MARKET'))]).toEqual(upTo(1_500));
    await consumer.stop();
  });
});

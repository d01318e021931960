import { jetstream } from '@nats-io/jetstream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { DeadLetters } from '../src/index.js';
import { eventually, type Rig, sleep, smallTopology, startHangingService, startRig } from './rig.js';

const STEPS = 40;

describe('failures', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ declared: smallTopology });
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  const publishSteps = async (from: number, to: number): Promise<void> => {
    for (let step = from; step < to; step += 1) await rig.publishStep('market.bars', step);
  };
  const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  const allAcknowledged = (sequence: number) => async (): Promise<boolean> =>
    (await rig.bus.ackFloor('features', 'market.bars', 0)) === sequence;

  it('delivers a message again when the process that had it in hand is killed', async () => {
    const child = startHangingService(rig.nats.url, 'hang');
    await child.said('listening');
    await rig.publishStep('market.bars', 0);
    await child.said('in hand');
    child.process.kill('SIGKILL');
    await child.exited;
    const deliveries: number[] = [];
    await rig.serve({ 'market.bars': (_fact, context) => void deliveries.push(context.deliveries) });
    await eventually('it is handled by the other process', allAcknowledged(1));
    expect(deliveries).toEqual([2]);
  });

  it('dead-letters a message that kills every process it meets, and goes on behind it', async () => {
    await rig.publishStep('market.bars', 0);
    for (let life = 0; life < 2; life += 1) {
      const child = startHangingService(rig.nats.url, 'die');
      await child.exited;
    }
    const seen: number[] = [];
    await rig.serve({ 'market.bars': (fact) => void seen.push(fact.step) });
    await rig.publishStep('market.bars', 1);
    const letters = new DeadLetters(rig.bus);
    await eventually('the advisory becomes a letter', async () => (await letters.list()).length === 1);
    expect((await letters.list())[0]).toMatchObject({
      service: 'features',
      event: 'market.bars',
      reason: 'max-deliveries',
      deliveries: 2,
      original: { messageId: 'market.bars/r/0/0' },
    });
    await eventually('the next message passes', () => seen.length === 1);
    expect(seen).toEqual([1]);
  });

  it('handles a message once when its ack is lost on the way', async () => {
    const proxy = await rig.startProxy();
    const bus = await rig.connect('behind-proxy', `nats://127.0.0.1:${proxy.port}`);
    let lost = 0;
    proxy.inspect((chunk) => {
      if (lost > 0 || !/\$JS\.ACK\.MARKET\..*\+ACK/s.test(chunk)) return true;
      lost += 1;
      return false;
    });
    const seen: number[] = [];
    await rig.serve({ 'market.bars': (fact) => void seen.push(fact.step) }, { bus });
    await publishSteps(0, 3);
    await eventually('all are acknowledged', allAcknowledged(3));
    expect(lost).toBe(1);
    expect(seen).toEqual([0, 1, 2]);
    expect(await rig.registry.getSingleMetricAsString('tw_messages_processed_total')).toContain('outcome="duplicate"} 1');
  });

  it('loses nothing and keeps order while the server is killed and restarted under load', async () => {
    const seen: number[] = [];
    await rig.serve({
      'market.bars': async (fact) => {
        seen.push(fact.step);
        await sleep(5);
      },
    });
    const publishing = publishSteps(0, STEPS * 4);
    for (let kill = 0; kill < 3; kill += 1) {
      await sleep(200);
      await rig.nats.kill();
      await rig.nats.restart();
    }
    await publishing;
    await eventually('every step is handled', () => new Set(seen).size === STEPS * 4, 30_000);
    expect([...new Set(seen)]).toEqual(range(STEPS * 4));
    const stored: number[] = [];
    for await (const event of rig.bus.readStream({ event: 'market.bars' })) stored.push((event.decode() as { step: number }).step);
    expect(stored).toEqual(range(STEPS * 4));
  });

  it('waits out a disconnect of 30 s and then goes on in order', async () => {
    const proxy = await rig.startProxy();
    const bus = await rig.connect('behind-proxy', `nats://127.0.0.1:${proxy.port}`);
    const seen: number[] = [];
    await rig.serve({ 'market.bars': (fact) => void seen.push(fact.step) }, { bus });
    await publishSteps(0, 2);
    await eventually('the first are handled', () => seen.length === 2);
    proxy.cut();
    await publishSteps(2, 4);
    let isStored = false;
    const waiting = bus
      .publish(bus.envelope('market.bars', { step: 4, partition: 0 }, { id: 'late', partition: 0, key: 'step' }))
      .then(() => {
        isStored = true;
      });
    await sleep(30_000);
    expect({ seen: [...seen], isStored }).toEqual({ seen: [0, 1], isStored: false });
    proxy.heal();
    await waiting;
    await eventually('all are handled', () => seen.length === 5);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it('notices a server that hangs with its sockets open', async () => {
    const seen: number[] = [];
    await rig.serve({ 'market.bars': (fact) => void seen.push(fact.step) });
    await publishSteps(0, 1);
    await eventually('the first is handled', () => seen.length === 1);
    process.kill(rig.nats.pid, 'SIGSTOP');
    const publishing = publishSteps(1, 3);
    await sleep(8_000);
    expect(rig.lines.some(({ message }) => message === 'bus disconnected')).toBe(true);
    process.kill(rig.nats.pid, 'SIGCONT');
    await publishing;
    await eventually('all are handled', () => new Set(seen).size === 3);
    expect([...new Set(seen)]).toEqual([0, 1, 2]);
  });

  it('makes its consumer anew behind what is handled when somebody deletes it', async () => {
    const seen: number[] = [];
    await rig.serve({
      'market.bars': async (fact) => {
        seen.push(fact.step);
        if (fact.step === 5) await sleep(300);
      },
    });
    await publishSteps(0, 5);
    await eventually('the first are handled', () => seen.length === 5);
    const manager = await jetstream(rig.bus.connection).jetstreamManager();
    await rig.publishStep('market.bars', 5);
    await eventually('a message is in hand', () => seen.length === 6);
    await manager.consumers.delete('MARKET', 'features__market-records__market-ticks__market-bars__p0');
    await publishSteps(6, 9);
    await eventually('the rest is handled', () => seen.length === 9);
    expect(seen).toEqual(range(9));
    expect((await manager.consumers.info('MARKET', 'features__market-records__market-ticks__market-bars__p0')).config).toMatchObject({
      max_ack_pending: 1,
      ack_policy: 'explicit',
      max_deliver: 2,
      opt_start_seq: 6,
    });
  });

  it('goes on from the start of a stream that was deleted and made anew', async () => {
    const seen: number[] = [];
    await rig.serve({ 'market.bars': (fact) => void seen.push(fact.step) });
    await publishSteps(0, 5);
    await eventually('the first are handled', () => seen.length === 5);
    const manager = await jetstream(rig.bus.connection).jetstreamManager();
    const { config } = await manager.streams.info('MARKET');
    await manager.streams.delete('MARKET');
    const publishing = publishSteps(5, 8);
    await sleep(500);
    await manager.streams.add(config);
    await publishing;
    await eventually('the new stream is handled', () => seen.length === 8);
    expect(seen).toEqual(range(8));
    expect(rig.lines.some(({ message }) => message.includes('deleted and made anew'))).toBe(true);
  });

  it('makes the publisher wait when a stream that discards new is full, and loses nothing once there is room', async () => {
    const manager = await jetstream(rig.bus.connection).jetstreamManager();
    const { config } = await manager.streams.info('ORDERS');
    await manager.streams.update('ORDERS', { ...config, max_msgs: 3 });
    for (let step = 0; step < 3; step += 1) await rig.publishStep('orders.placed', step);
    let isStored = false;
    const waiting = rig.publishStep('orders.placed', 3).then(() => {
      isStored = true;
    });
    await sleep(500);
    expect(isStored).toBe(false);
    expect(await rig.registry.getSingleMetricAsString('tw_publish_retries_total')).toContain('reason="full"');
    await manager.streams.update('ORDERS', { ...config, max_msgs: 10 });
    await waiting;
    const steps: number[] = [];
    for await (const event of rig.bus.readStream({ event: 'orders.placed' })) steps.push((event.decode() as { step: number }).step);
    expect(steps).toEqual([0, 1, 2, 3]);
  });
});

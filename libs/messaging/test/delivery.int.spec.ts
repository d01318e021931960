import { jetstream } from '@nats-io/jetstream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { DeadLetters, PermanentError } from '../src/index.js';
import { eventually, type Rig, sleep, startRig } from './rig.js';

describe('delivery', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  it('hands a stored event to its handler once, with its fact and context', async () => {
    const seen: unknown[] = [];
    await rig.serve({
      'market.bars': (fact, context) =>
        void seen.push({ fact, event: context.event, id: context.messageId, sequence: context.sequence, deliveries: context.deliveries }),
    });
    await rig.publishStep('market.bars', 0);
    await eventually('the event arrives', () => seen.length === 1);
    expect(seen).toEqual([{ fact: { step: 0, partition: 0 }, event: 'market.bars', id: 'market.bars/r/0/0', sequence: 1, deliveries: 1 }]);
    await eventually('it is acknowledged', async () => (await rig.bus.ackFloor('features', 'market.bars', 0)) === 1);
  });

  it('stores a message once when it is published twice', async () => {
    const message = rig.bus.envelope('market.bars', { step: 0, partition: 0 }, { id: 'same', partition: 0, key: 'step' });
    const first = await rig.bus.publish(message);
    const second = await rig.bus.publish(message);
    expect(first).toEqual({ stream: 'MARKET', sequence: 1, duplicate: false });
    expect(second).toEqual({ stream: 'MARKET', sequence: 1, duplicate: true });
  });

  it('keeps the order of a partition while a message is retried', async () => {
    const seen: number[] = [];
    let refusals = 2;
    await rig.serve({
      'market.bars': (fact) => {
        if (fact.step === 1 && refusals > 0) {
          refusals -= 1;
          throw new Error('not yet');
        }
        seen.push(fact.step);
      },
    });
    for (let step = 0; step < 4; step += 1) await rig.publishStep('market.bars', step);
    await eventually('all are handled', () => seen.length === 4);
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('passes the original error of a handler to the classification', async () => {
    class OddError extends Error {}
    const errors: unknown[] = [];
    await rig.serve(
      {
        'market.bars': () => {
          throw new OddError('odd');
        },
      },
      {
        classify: (error) => {
          errors.push(error);
          return 'dead-letter';
        },
      },
    );
    await rig.publishStep('market.bars', 0);
    await eventually('the error is classified', () => errors.length === 1);
    expect(errors[0]).toBeInstanceOf(OddError);
  });

  it('waits out retry-forever errors in process without a redelivery', async () => {
    const deliveries: number[] = [];
    let away = 6;
    await rig.serve(
      {
        'market.bars': (_fact, context) => {
          deliveries.push(context.deliveries);
          away -= 1;
          if (away > 0) throw new Error('database away');
        },
      },
      { classify: () => 'retry-forever' },
    );
    await rig.publishStep('market.bars', 0);
    await eventually('it is handled in the end', async () => (await rig.bus.ackFloor('features', 'market.bars', 0)) === 1);
    expect(deliveries).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('keeps a slow handler from redelivery by signs of life', async () => {
    const deliveries: number[] = [];
    await rig.serve({
      'market.bars': async (_fact, context) => {
        deliveries.push(context.deliveries);
        await sleep(5_000);
      },
    });
    await rig.publishStep('market.bars', 0);
    await eventually('it is acknowledged', async () => (await rig.bus.ackFloor('features', 'market.bars', 0)) === 1);
    await sleep(500);
    expect(deliveries).toEqual([1]);
    expect(await rig.registry.getSingleMetricAsString('tw_messages_redelivered_total')).not.toContain('market.bars');
  });

  it('dead-letters a poison message with its error, lets the rest pass, and redrives it under the same event id', async () => {
    const letters = new DeadLetters(rig.bus);
    const seen: string[] = [];
    let isCured = false;
    await rig.serve({
      'market.bars': (fact, context) => {
        if (fact.step === 1 && !isCured) throw new PermanentError('step 1 is bad');
        seen.push(context.messageId);
      },
    });
    for (let step = 0; step < 3; step += 1) await rig.publishStep('market.bars', step);
    await eventually('the others are handled', () => seen.length === 2);
    const [letter] = await letters.list({ service: 'features' });
    expect(letter).toMatchObject({
      service: 'features',
      event: 'market.bars',
      reason: 'rejected',
      error: 'PermanentError: step 1 is bad',
      deliveries: 1,
      original: { messageId: 'market.bars/r/1/0', stream: 'MARKET', sequence: 2, subject: 'tw.market.v1.bars.0.step' },
    });
    isCured = true;
    const progress: number[] = [];
    expect(await letters.redrive([letter?.id ?? 0], ({ done }) => progress.push(done))).toBe(1);
    await eventually('the redriven message is handled', () => seen.length === 3);
    expect(seen[2]).toBe('market.bars/r/1/0');
    expect(progress).toEqual([1]);
    expect(await letters.list()).toEqual([]);
    await expect(letters.redrive([letter?.id ?? 0])).rejects.toThrow(RangeError);
  });

  it('dead-letters after the last failure of a message that is retried in vain', async () => {
    let calls = 0;
    await rig.serve(
      {
        'market.bars': () => {
          calls += 1;
          throw new Error('never');
        },
      },
      { retryLimits: { failuresMax: 3, redelivery: { firstMs: 10, maxMs: 20 }, inProcess: { firstMs: 10, maxMs: 10 } } },
    );
    await rig.publishStep('market.bars', 0);
    const letters = new DeadLetters(rig.bus);
    await eventually('a letter is written', async () => (await letters.list()).length === 1);
    expect(calls).toBe(3);
    expect((await letters.list())[0]).toMatchObject({ reason: 'exhausted', deliveries: 3, error: 'Error: never' });
  });

  it('dead-letters a payload that can not be decoded and a schema it does not read', async () => {
    const seen: number[] = [];
    await rig.serve({ 'market.bars': (fact) => void seen.push(fact.step) });
    const good = rig.bus.envelope('market.bars', { step: 1, partition: 0 }, { id: 'good', partition: 0, key: 'step' });
    await rig.bus.publish({ ...good, id: 'torn', payload: good.payload.subarray(0, 5) });
    await rig.bus.publish({ ...good, id: 'future', headers: { ...good.headers, schema: 'tradewind.market.v2.BarsClosed' } });
    await rig.bus.publish(good);
    await eventually('the good one is handled', () => seen.length === 1);
    const letters = await new DeadLetters(rig.bus).list();
    expect(letters.map(({ reason }) => reason)).toEqual(['malformed', 'schema']);
    expect(letters[1]?.error).toContain('tradewind.market.v2.BarsClosed');
    const letterBox = new DeadLetters(rig.bus);
    expect((await letterBox.after(0, 10)).map(({ id }) => id)).toEqual(letters.map(({ id }) => id));
    expect((await letterBox.after(letters[0]!.id, 10)).map(({ reason }) => reason)).toEqual(['schema']);
    expect(await letterBox.after(letters[1]!.id, 10)).toEqual([]);
    expect(await rig.registry.getSingleMetricAsString('tw_dead_letters_total')).toContain('reason="malformed"} 1');
  });

  it('reads a stream in order between two sequences and leaves no consumer behind', async () => {
    const manager = await jetstream(rig.bus.connection).jetstreamManager();
    const consumers = async (): Promise<string[]> => (await manager.consumers.list('MARKET').next()).map(({ name }) => name).sort();
    const before = await consumers();
    for (let step = 0; step < 20; step += 1) await rig.publishStep('market.bars', step);
    const steps: number[] = [];
    for await (const event of rig.bus.readStream({ event: 'market.bars', fromSequence: 5, untilSequence: 9 }))
      steps.push((event.decode() as { step: number }).step);
    expect(steps).toEqual([4, 5, 6, 7, 8]);
    const all: number[] = [];
    for await (const event of rig.bus.readStream({ event: 'market.bars', partition: 0 })) all.push(event.sequence);
    expect(all).toHaveLength(20);
    const last = await rig.bus.lastOf('market.bars', 0);
    expect(last).toMatchObject({ messageId: 'market.bars/r/19/0', sequence: 20 });
    expect(last?.decode()).toMatchObject({ step: 19 });
    expect(await rig.bus.lastOf('market.ticks', 0)).toBeUndefined();
    await rig.publishStep('market.ticks', 3);
    const both: string[] = [];
    for await (const { messageId } of rig.bus.readStream({ event: ['market.ticks', 'market.bars'], fromSequence: 20 }))
      both.push(messageId);
    expect(both).toEqual(['market.bars/r/19/0', 'market.ticks/r/3/0']);
    expect(await consumers()).toEqual(before);
  });

  it('reads nothing from a stream that holds nothing of the event', async () => {
    const events: unknown[] = [];
    for await (const event of rig.bus.readStream({ event: 'risk.states' })) events.push(event);
    expect(events).toEqual([]);
  });
});

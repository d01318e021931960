import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { JetStreamStrategy, RpcError, WiringError } from '../src/index.js';
import { eventually, type Handlers, retryAlways, type Rig, sleep, startRig } from './rig.js';

describe('strategy', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ partitions: 2 });
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  const noop = (): void => undefined;
  const strategyOf = (subscriptions: Handlers): JetStreamStrategy =>
    new JetStreamStrategy({
      bus: rig.bus,
      service: 'orders',
      partitions: 2,
      subscriptions: Object.keys(subscriptions) as 'market.bars'[],
      classify: retryAlways,
    });

  it('refuses two handlers for one event', () => {
    const strategy = strategyOf({ 'market.bars': noop });
    strategy.addHandler('market.bars', async () => undefined, true);
    expect(() => strategy.addHandler('market.bars', async () => undefined, true)).toThrow(WiringError);
  });

  it('refuses a request handler', () => {
    expect(() => strategyOf({}).addHandler('market.bars', async () => undefined, false)).toThrow(WiringError);
  });

  it.each([
    ['a subscription without a handler', ['orders.commands'], [], 'subscribes to it but has no handler'],
    ['a handler without a subscription', [], ['orders.commands'], 'does not subscribe'],
    ['an event that the topology does not give the service', ['analysis.analyses'], ['analysis.analyses'], 'no consumer'],
    ['half of a shared consumer', ['risk.verdicts'], ['risk.verdicts'], 'shares a consumer with risk.states'],
  ])('refuses %s', async (_what, subscriptions, handled, reason) => {
    const strategy = strategyOf(Object.fromEntries(subscriptions.map((event) => [event, noop])));
    for (const event of handled) strategy.addHandler(event, async () => undefined, true);
    const error = await new Promise((resolve) => strategy.listen(resolve));
    expect(error).toBeInstanceOf(WiringError);
    expect(String(error)).toContain(reason);
  });

  it('delivers two events that share a consumer in the order they were stored', async () => {
    const seen: string[] = [];
    const slowly =
      (name: string) =>
      async (fact: { step: number }): Promise<void> => {
        await sleep(name === 'verdicts' ? 20 : 1);
        seen.push(`${name} ${fact.step}`);
      };
    for (let step = 0; step < 5; step += 1) {
      await rig.publishStep('risk.verdicts', step);
      await rig.publishStep('risk.states', step);
    }
    await rig.serve({ 'risk.verdicts': slowly('verdicts'), 'risk.states': slowly('states') }, { service: 'orders' });
    await eventually('all are handled', () => seen.length === 10);
    expect(seen).toEqual([0, 1, 2, 3, 4].flatMap((step) => [`verdicts ${step}`, `states ${step}`]));
  });

  it('keeps the order of each partition with two instances at work', async () => {
    const seen: { partition: number; step: number; by: string }[] = [];
    const handlers = (by: string): Handlers => ({
      'market.bars': async (fact) => {
        await sleep(fact.step % 3);
        seen.push({ partition: fact.partition, step: fact.step, by });
      },
    });
    await rig.serve(handlers('first'));
    await rig.serve(handlers('second'), { bus: await rig.connect('second') });
    const steps = 60;
    for (let step = 0; step < steps; step += 1)
      await Promise.all([rig.publishStep('market.bars', step, 0), rig.publishStep('market.bars', step, 1)]);
    await eventually('all are handled', () => seen.length === 2 * steps);
    for (const partition of [0, 1]) {
      expect(seen.filter((one) => one.partition === partition).map(({ step }) => step)).toEqual(
        Array.from({ length: steps }, (_, step) => step),
      );
    }
    expect(new Set(seen.map(({ by }) => by)).size).toBe(2);
  });

  it('finishes the message in hand when it closes, and leaves the rest to the next process', async () => {
    const finished: number[] = [];
    const app = await rig.serve({
      'market.bars': async (fact) => {
        await sleep(400);
        finished.push(fact.step);
      },
    });
    for (let step = 0; step < 3; step += 1) await rig.publishStep('market.bars', step);
    await sleep(200);
    const closedAt = performance.now();
    await app.close();
    expect(finished).toEqual([0]);
    expect(performance.now() - closedAt).toBeLessThan(1_500);
    await eventually('its ack has arrived', async () => (await rig.bus.ackFloor('features', 'market.bars', 0)) === 1);
    const later: number[] = [];
    const since = performance.now();
    await rig.serve({
      'market.bars': (fact, context) => {
        if (context.deliveries === 1 || fact.step > 0) later.push(fact.step);
      },
    });
    await eventually('the next process has the rest at once', () => later.length === 2);
    expect(performance.now() - since).toBeLessThan(1_500);
    expect(later).toEqual([1, 2]);
  });

  it('hands back a message whose handler does not finish in time, and stops its signs of life', async () => {
    const app = await rig.serve({ 'market.bars': () => new Promise<void>(() => undefined) }, { drainMaxMs: 200 });
    await rig.publishStep('market.bars', 0);
    await sleep(300);
    await app.close();
    const later: number[] = [];
    const since = performance.now();
    await rig.serve({ 'market.bars': (_fact, context) => void later.push(context.deliveries) });
    await eventually('the next process has it', () => later.length === 1);
    expect(later).toEqual([2]);
    expect(performance.now() - since).toBeLessThan(1_500);
  });

  it('answers requests, and tells the asking side the code of an error', async () => {
    class RefusedError extends Error {
      readonly code = 'model-unknown';
    }
    rig.bus.serve('inference.list', async (payload) => new Uint8Array([...payload, 1]));
    rig.bus.serve('inference.promote', async () => {
      throw new RefusedError('no such\nmodel');
    });
    rig.bus.serve('inference.publish', () => new Promise(() => undefined));
    const asking = await rig.connect('asking');
    expect([...(await asking.request('inference.list', new Uint8Array([7]), 1_000))]).toEqual([7, 1]);
    const failureOf = async (name: string): Promise<unknown> =>
      asking.request(name, new Uint8Array(), 300).catch((error: unknown) => error);
    expect(await failureOf('inference.promote')).toMatchObject({ name: 'RpcError', code: 'model-unknown', message: 'no such model' });
    expect(await failureOf('inference.publish')).toMatchObject({ code: 'timeout' });
    expect(await failureOf('audit.status')).toMatchObject({ code: 'unavailable' });
    expect(await failureOf('audit.status')).toBeInstanceOf(RpcError);
  });
});

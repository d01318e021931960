import type { TicksArrived } from '@tradewind/market';
import type { ExecutionsReported, OrdersPlaced } from '@tradewind/orders';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { StepTicks } from '../src/step-ticks.js';
import type { BarsAt } from '../src/step-ticks.js';
import { inputsOf } from './market.js';
import { buildServices, eventually, ServiceProcess, TestPlatform } from './platform.js';
import type { ServiceName } from './platform.js';
import { purely } from './pure.js';
import { withTicks } from './ticks.js';

const PARTITIONS = 2;
const STEPS = 30;
/** One with ticks. */
const LOOKED_AT = 21;

describe('the ticks of a step', () => {
  let platform: TestPlatform;
  const services = new Map<ServiceName, ServiceProcess>();
  const start = async (name: ServiceName): Promise<void> => {
    const service = ServiceProcess.start(name, platform.settings(name === 'risk' ? { TW_RISK_PROFILE: 'demo' } : {}));
    services.set(name, service);
    await service.ready();
  };
  const outputs = (): string => [...services].map(([name, { output }]) => `${name}:\n${output.slice(-3000)}`).join('\n');
  const inputs = withTicks(inputsOf(STEPS, 'run-1', PARTITIONS, 'ticks'));
  const pure = purely(inputs);
  const placed = () => platform.facts<OrdersPlaced>('orders.placed');

  beforeAll(async () => {
    buildServices();
    platform = await TestPlatform.start(PARTITIONS);
    await start('orders');
    await start('risk');
  });
  afterAll(async () => {
    for (const service of services.values()) await service.end('SIGKILL');
    await platform[Symbol.asyncDispose]();
  });

  it('are not lost with the process that took them in and acknowledged them', async () => {
    const fillsOnTicks = pure.executions.map(({ events }) =>
      events.some(({ type, causes }) => type === 'OrderFilled' && causes.some((cause) => cause.startsWith('market.ticks/'))),
    );
    const killed = fillsOnTicks.flatMap((fills, step) => (fills ? [step] : [])).slice(0, 3);
    expect(killed).toHaveLength(3);
    for (const [step, { ticks = [], bars, decisions }] of inputs.entries()) {
      await eventually(`${step} steps are placed`, async () => (await placed()).length >= step, outputs);
      for (const fact of ticks) await platform.publish('market.ticks', fact);
      if (killed.includes(step)) {
        for (let partition = 0; partition < PARTITIONS; partition += 1) {
          const last = await platform.bus.lastOf('market.ticks', partition);
          const isTaken = async () => (await platform.bus.ackFloor('orders', 'market.ticks', partition)) >= last!.sequence;
          await eventually('the ticks are acknowledged', isTaken, outputs);
        }
        await services.get('orders')!.end('SIGKILL');
        await start('orders');
      }
      for (const fact of bars) await platform.publish('market.bars', fact);
      for (const fact of decisions) await platform.publish('signals.decisions', fact);
    }
    await eventually('all steps are placed', async () => (await placed()).length >= STEPS, outputs);
    expect(await platform.facts<ExecutionsReported>('orders.executions')).toEqual(pure.executions);
    expect(await placed()).toEqual(pure.placed);
  }, 120_000);

  const barsAt = async (step: number): Promise<readonly BarsAt[]> => {
    const found: BarsAt[] = [];
    for await (const event of platform.bus.readStream({ event: 'market.bars' })) {
      const fact = event.decode() as BarsAt['fact'];
      if (fact.header.step === step) found.push({ fact, sequence: event.sequence });
    }
    return found.reverse();
  };
  const symbols = new Set(inputs[0]!.bars.flatMap(({ bars }) => bars.map(({ symbol }) => symbol)));

  it('are the same from memory and from the stream, partitions and chunks in order', async () => {
    const step = LOOKED_AT;
    const bars = await barsAt(step);
    const { ticks = [] } = inputs[step]!;
    const remembering = new StepTicks({ readStream: () => expect.unreachable('it is all held') });
    for (const chunk of [...ticks, ...ticks]) remembering.hold(chunk);
    expect(await remembering.of(bars, symbols)).toEqual(ticks);
    const reading = new StepTicks(platform.bus);
    expect(await reading.of(bars, symbols)).toEqual(ticks);
    reading.hold(ticks[1]!);
    expect(await reading.of(bars, symbols)).toEqual(ticks);
    const small = new StepTicks(platform.bus, ticks[0]!.ticks.length + 1);
    for (const chunk of ticks) small.hold(chunk);
    expect(await small.of(bars, symbols)).toEqual(ticks);
    small.forget();
    const [one] = symbols;
    const filtered = ticks.map((chunk: TicksArrived) => ({ ...chunk, ticks: chunk.ticks.filter(({ symbol }) => symbol === one) }));
    expect(await small.of(bars, new Set([one!]))).toEqual(filtered);
    expect(await small.of(bars, new Set())).toEqual([]);
  });

  it('that the stream no longer has put the step aside rather than match it with a part of its market', async () => {
    const [first] = await barsAt(LOOKED_AT);
    const { header } = first!.fact;
    const fact = { ...first!.fact, header: { ...header, causes: [...header.causes, 'market.ticks/run-1/21/0/99'] } };
    const missing = new StepTicks(platform.bus).of([{ fact, sequence: first!.sequence }], symbols);
    await expect(missing).rejects.toMatchObject({ name: 'PermanentError', code: 'TICKS_MISSING' });
  });
});

import { setTimeout as pause } from 'node:timers/promises';

import type { OrdersPlaced, OrdersState } from '@tradewind/orders';
import type { RiskState } from '@tradewind/risk';
import { stateText } from '@tradewind/vocabulary';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { inputsOf } from './market.js';
import { buildServices, eventually, ServiceProcess, TestPlatform } from './platform.js';
import type { ServiceName } from './platform.js';
import { purely } from './pure.js';
import { withTicks } from './ticks.js';

const PARTITIONS = 4;
const STEPS = 120;

describe('two instances of orders and of risk', () => {
  let platform: TestPlatform;
  const started: ServiceProcess[] = [];
  const start = async (name: ServiceName): Promise<ServiceProcess> => {
    const service = ServiceProcess.start(name, platform.settings(name === 'risk' ? { TW_RISK_PROFILE: 'demo' } : {}));
    started.push(service);
    await service.ready();
    return service;
  };
  const placed = () => platform.facts<OrdersPlaced>('orders.placed');
  const outputs = (): string => started.map(({ output }) => output.slice(-3000)).join('\n');
  const hasPlaced = (steps: number) => eventually(`${steps} steps are placed`, async () => (await placed()).length >= steps, outputs);
  const inputs = withTicks(inputsOf(STEPS, 'run-1', PARTITIONS, 'instances'));
  /** In lock-step: orders of a step fill in the next. */
  const replay = async (from: number, to: number): Promise<void> => {
    for (const [index, { ticks = [], bars, decisions }] of inputs.slice(from, to).entries()) {
      await hasPlaced(from + index);
      for (const fact of ticks) await platform.publish('market.ticks', fact);
      for (const fact of bars) await platform.publish('market.bars', fact);
      for (const fact of decisions) await platform.publish('signals.decisions', fact);
    }
    await hasPlaced(to);
  };

  beforeAll(async () => {
    buildServices();
    platform = await TestPlatform.start(PARTITIONS);
  });
  afterAll(async () => {
    for (const service of started) await service.end('SIGKILL');
    await platform[Symbol.asyncDispose]();
  });

  it('do every step once and in order, the acting ones killed, then hung and woken, in mid-run', async () => {
    const first = { orders: await start('orders'), risk: await start('risk') };
    const second = { orders: await start('orders'), risk: await start('risk') };
    for (const { output } of Object.values(second)) expect(output).toContain('is ready and stands by');
    // 1. Killed.
    const killed = replay(0, 40);
    await pause(400);
    await Promise.all(Object.values(first).map((service) => service.end('SIGKILL')));
    await killed;
    // 2. Hung, its connections open.
    const third = { orders: await start('orders'), risk: await start('risk') };
    const hung = replay(40, 80);
    await pause(400);
    for (const { child } of Object.values(second)) child.kill('SIGSTOP');
    await hung;
    // 3. Woken: they stand by.
    for (const { child } of Object.values(second)) child.kill('SIGCONT');
    await replay(80, STEPS);
    for (const service of Object.values(second)) await eventually('it knows', () => service.output.includes('leads no more'), outputs);
    // 4. Told to stop, the acting ones hand over.
    expect(await Promise.all(Object.values(third).map((service) => service.end('SIGTERM')))).toEqual([0, 0]);
    const pure = purely(inputs);
    expect(await platform.facts('orders.executions')).toEqual(pure.executions);
    expect(await platform.facts('risk.verdicts')).toEqual(pure.verdicts);
    expect(await placed()).toEqual(pure.placed);
    const orders = await platform.databases.orders.unitOfWork.load<OrdersState>('account/paper-1');
    const risk = await platform.databases.risk.unitOfWork.load<RiskState>('account/paper-1');
    expect([stateText(orders?.state), stateText(risk?.state)]).toEqual([stateText(pure.orders), stateText(pure.risk)]);
  }, 150_000);
});

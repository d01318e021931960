import { setTimeout as pause } from 'node:timers/promises';

import { evolveOrders, ordersHash } from '@tradewind/orders';
import type { OrdersEvent, OrdersHalted, OrdersPlaced, OrdersState } from '@tradewind/orders';
import { evolveRisk } from '@tradewind/risk';
import type { RiskEvent, RiskState, TradingStateChanged, VerdictsReached } from '@tradewind/risk';
import { seededRandom } from '@tradewind/testkit';
import { nanosFromMillis, stateText } from '@tradewind/vocabulary';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { inputsOf } from './market.js';
import type { StepInputs } from './market.js';
import { buildServices, eventually, ServiceProcess, TestPlatform } from './platform.js';
import type { ServiceName } from './platform.js';
import { ACCOUNT, inOrder, noOrders, noRisk, purely } from './pure.js';
import { withTicks } from './ticks.js';

const PARTITIONS = 2;

describe('orders and risk on the bus', () => {
  let platform: TestPlatform;
  const services = new Map<ServiceName, ServiceProcess>();
  const start = (name: ServiceName): void =>
    void services.set(name, ServiceProcess.start(name, platform.settings(name === 'risk' ? { TW_RISK_PROFILE: 'demo' } : {})));
  const placed = () => platform.facts<OrdersPlaced>('orders.placed');
  const outputs = (): string => [...services].map(([name, service]) => `${name}:\n${service.output.slice(-4000)}`).join('\n');
  const hasPlaced = (steps: number) => eventually(`${steps} steps are placed`, async () => (await placed()).length >= steps, outputs);

  /** Publishes a step when the one before is placed, as the replay does. Decisions may come before the bars they rest on: the join must not care. */
  const replay = async (inputs: readonly StepInputs[], before: number): Promise<void> => {
    for (const [index, step] of inputs.entries()) {
      if (index > 0) await hasPlaced(before + index);
      const messages = [
        ...step.bars.map((fact) => ['market.bars', fact] as const),
        ...step.decisions.map((fact) => ['signals.decisions', fact] as const),
      ];
      if (index % 2 === 1) messages.reverse();
      for (const fact of step.ticks ?? []) await platform.publish('market.ticks', fact);
      for (const [name, fact] of messages) await platform.publish(name, fact);
    }
    await hasPlaced(before + inputs.length);
  };
  const savedText = async (): Promise<readonly string[]> => {
    const orders = await platform.databases.orders.unitOfWork.load<OrdersState>('account/paper-1');
    const risk = await platform.databases.risk.unitOfWork.load<RiskState>('account/paper-1');
    return [stateText(orders?.state), stateText(risk?.state)];
  };
  const foldedText = async (): Promise<readonly string[]> => {
    const fold = async <S, E>(name: ServiceName, initial: S, evolve: (state: S, event: E) => S): Promise<string> => {
      let state = initial;
      for (let after = 0n; ;) {
        const events = await platform.databases[name].unitOfWork.events<E>({ aggregate: 'account/paper-1', after, limit: 1000 });
        if (events.length === 0) return stateText(state);
        for (const event of events) state = evolve(state, event.payload);
        after = events.at(-1)!.position;
      }
    };
    return [
      await fold<OrdersState, OrdersEvent>('orders', noOrders(), evolveOrders),
      await fold<RiskState, RiskEvent>('risk', noRisk(), evolveRisk),
    ];
  };

  beforeAll(async () => {
    buildServices();
    platform = await TestPlatform.start(PARTITIONS);
  });
  afterAll(() => platform[Symbol.asyncDispose]());
  beforeEach(() => {
    for (const name of ['orders', 'risk'] as const) start(name);
  });
  afterEach(async () => {
    for (const service of services.values()) await service.end('SIGKILL');
  });

  const first = withTicks(inputsOf(160, 'run-1', PARTITIONS, 'first'));
  const pure = purely(first);

  it('trade the same as the pure stages, to the byte, while services and servers are killed', async () => {
    const random = seededRandom('kills');
    const replaying = replay(first, 0);
    replaying.catch(() => undefined);
    for (const victim of ['orders', 'risk', 'orders', 'nats', 'risk', 'postgres', 'orders'] as const) {
      await pause(150 + random.next() * 500);
      if (victim === 'nats' || victim === 'postgres') {
        await platform[victim].kill();
        await platform[victim].restart();
        continue;
      }
      await services.get(victim)!.end('SIGKILL');
      start(victim);
    }
    await replaying;
    expect(await platform.facts('orders.executions')).toEqual(pure.executions);
    expect(await platform.facts('risk.verdicts')).toEqual(pure.verdicts);
    expect(await placed()).toEqual(pure.placed);
    const hash = ordersHash(inOrder(await platform.facts('orders.executions'), await placed()));
    expect(hash).toBe(ordersHash(inOrder(pure.executions, pure.placed)));
    const fills = pure.executions.flatMap(({ events }) => events.filter(({ type }) => type === 'OrderFilled'));
    const onTicks = fills.filter(({ causes }) => causes.some((cause) => cause.startsWith('market.ticks/')));
    expect(onTicks.length).toBeGreaterThan(100);
    expect(fills.length - onTicks.length).toBeGreaterThan(10);
    expect(pure.verdicts.flatMap(({ breakers }) => breakers).length).toBeGreaterThan(3);
  });

  it('keep states that are the pure ones and the fold of their events, and views that agree with them', async () => {
    expect(await savedText()).toEqual([stateText(pure.orders), stateText(pure.risk)]);
    expect(await foldedText()).toEqual([stateText(pure.orders), stateText(pure.risk)]);
    const { rows } = await platform.databases.orders.pool.query<{ fees: string; fills: string; orders: string }>(
      `SELECT (SELECT sum(commission) FROM fill) AS fees, (SELECT count(*) FROM fill) AS fills, (SELECT count(*) FROM order_status) AS orders`,
    );
    const events = inOrder(pure.executions, pure.placed);
    expect(BigInt(Math.round(Number(rows[0]!.fees) * 100))).toBe(pure.orders.account.feesPaid / 10_000_000n);
    expect(Number(rows[0]!.fills)).toBe(events.filter(({ type }) => type === 'OrderFilled').length);
    expect(Number(rows[0]!.orders)).toBe(events.filter(({ type }) => type === 'OrderInitialized').length);
  });

  it('go on with a new run, and let go what waits of the old one', async () => {
    await Promise.all([...services.values()].map((service) => service.ready()));
    const orphan = inputsOf(161, 'run-1', PARTITIONS, 'first').at(-1)!;
    await platform.publish('market.bars', orphan.bars[0]!);
    const second = inputsOf(5, 'run-2', PARTITIONS, 'second');
    await replay(second, 160);
    expect((await placed()).slice(160)).toEqual(purely(second, pure).placed);
  });

  it('halt in under a second on command, refuse everything, and resume with a person and a reason', async () => {
    await Promise.all([...services.values()].map((service) => service.ready()));
    const command = async (type: 'Halt' | 'Resume', id: string, reason = 'drill'): Promise<number> => {
      const states = (await platform.facts('risk.states')).length;
      const from = performance.now();
      const fact = { type, id, accountId: ACCOUNT, actor: 'ada', reason, at: nanosFromMillis(Date.UTC(2026, 0, 1)) };
      await platform.bus.publish(platform.bus.envelope('risk.commands', fact, { id, partition: 0, key: ACCOUNT }));
      await eventually('the state changed', async () => (await platform.facts('risk.states')).length > states, outputs);
      return performance.now() - from;
    };
    const done = (await placed()).length;
    // Up to a step that leaves an entry working, so that the halt has something to cancel.
    const third = inputsOf(60, 'run-3', PARTITIONS, 'third');
    const saved = async <S>(name: ServiceName): Promise<S> => (await platform.databases[name].unitOfWork.load<S>('account/paper-1'))!.state;
    const world = { orders: await saved<OrdersState>('orders'), risk: await saved<RiskState>('risk') };
    const working = (count: number) =>
      Object.values(purely(third.slice(0, count), world).orders.open).filter(({ order }) => order.intent.purpose === 'signal:enter');
    let before = 4;
    while (working(before).length === 0) before += 1;
    const entries = working(before).map(({ order }) => order.intent.clientOrderId);
    await replay(third.slice(0, before), done);
    expect(await command('Halt', 'cmd-1')).toBeLessThan(1000);
    expect((await platform.facts<TradingStateChanged>('risk.states')).at(-1)).toMatchObject({
      previous: 'ACTIVE',
      state: { status: 'HALTED', actor: 'ada' },
    });
    await eventually('the entries are cancelled', async () => (await platform.facts('orders.halted')).length > 0, outputs);
    const [halted] = await platform.facts<OrdersHalted>('orders.halted');
    expect(halted?.events.map(({ type, clientOrderId }) => [type, clientOrderId])).toEqual(
      entries.flatMap((id) => [
        ['OrderCancelRequested', id],
        ['OrderCanceled', id],
      ]),
    );
    await replay(third.slice(before, before + 3), done + before);
    const verdicts = (await platform.facts<VerdictsReached>('risk.verdicts')).slice(-3);
    for (const { state, verdicts: each } of verdicts) {
      expect(state.status).toBe('HALTED');
      expect(each.filter(({ status }) => status === 'APPROVED')).toEqual([]);
    }
    await command('Resume', 'cmd-2');
    expect((await platform.facts<TradingStateChanged>('risk.states')).at(-1)?.state).toMatchObject({
      status: 'ACTIVE',
      actor: 'ada',
      reason: 'drill',
    });
    expect(await foldedText()).toEqual(await savedText());
    expect(await platform.facts('orders.halted')).toHaveLength(1);
  });

  it('end with status 0 on SIGTERM', async () => {
    for (const service of services.values()) {
      await service.ready();
      expect(await service.end('SIGTERM')).toBe(0);
    }
  });
});

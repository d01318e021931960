import { setTimeout as pause } from 'node:timers/promises';

import type { OrderEvent, OrdersHalted, OrdersPlaced, OrdersState } from '@tradewind/orders';
import type { RiskCommand, RiskState, TradingStateChanged, VerdictsReached } from '@tradewind/risk';
import { TcpProxy } from '@tradewind/testkit';
import { nanosFromMillis } from '@tradewind/vocabulary';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { inputsOf } from '../../services/orders/test/market.js';
import { buildServices, eventually, ServiceProcess, TestPlatform } from '../../services/orders/test/platform.js';
import type { ServiceName } from '../../services/orders/test/platform.js';
import { ACCOUNT } from '../../services/orders/test/pure.js';

const PARTITIONS = 2;
const STEPS = 400;
const BUS_DELAY_MS = 60;

/** The bus as services reach it: as it is, or through a line on which everything takes longer. */
type Line = 'direct' | 'slow';

/** Orders and risk as processes of their own, in a replay that never pauses. */
class BusyPlatform {
  readonly services = new Map<ServiceName, ServiceProcess>();
  #isReplaying = true;
  #replaying: Promise<void> = Promise.resolve();

  private constructor(
    readonly platform: TestPlatform,
    private readonly proxy: TcpProxy,
    private readonly line: Line,
  ) {}

  static async start(line: Line): Promise<BusyPlatform> {
    const platform = await TestPlatform.start(PARTITIONS);
    const proxy = await TcpProxy.start(Number(new URL(platform.nats.url).port));
    const busy = new BusyPlatform(platform, proxy, line);
    for (const name of ['orders', 'risk'] as const) busy.begin(name);
    await Promise.all([...busy.services.values()].map((service) => service.ready()));
    if (line === 'slow') proxy.delay(BUS_DELAY_MS);
    return busy;
  }

  begin(name: ServiceName): void {
    const more = { TW_NATS_URL: `nats://127.0.0.1:${this.proxy.port}`, ...(name === 'risk' ? { TW_RISK_PROFILE: 'demo' } : {}) };
    this.services.set(name, ServiceProcess.start(name, this.platform.settings(more)));
  }

  get outputs(): string {
    return `${this.line} line\n${[...this.services].map(([name, service]) => `${name}:\n${service.output.slice(-3000)}`).join('\n')}`;
  }

  placed(): Promise<readonly OrdersPlaced[]> {
    return this.platform.facts<OrdersPlaced>('orders.placed');
  }

  /** Publishes each step when the one before is placed, until told to stop. */
  replay(): void {
    const steps = inputsOf(STEPS, 'run-1', PARTITIONS, 'busy');
    this.#replaying = (async () => {
      for (const [index, step] of steps.entries()) {
        for (const fact of step.bars) await this.platform.publish('market.bars', fact);
        for (const fact of step.decisions) await this.platform.publish('signals.decisions', fact);
        while (this.#isReplaying && (await this.placed()).length <= index) await pause(2);
        if (!this.#isReplaying) return;
      }
    })();
    this.#replaying.catch(() => undefined);
  }

  async saved<S>(name: ServiceName): Promise<S | undefined> {
    return (await this.platform.databases[name].unitOfWork.load<S>('account/paper-1'))?.state;
  }

  async workingEntries(): Promise<readonly string[]> {
    const orders = await this.saved<OrdersState>('orders');
    return Object.values(orders?.open ?? {})
      .filter(({ order }) => order.intent.purpose === 'signal:enter')
      .map(({ order }) => order.intent.clientOrderId);
  }

  /** The replay goes on and an entry works: a halt has something to do. */
  async isBusy(): Promise<void> {
    await eventually(
      'the replay is busy',
      async () => (await this.placed()).length > 20,
      () => this.outputs,
    );
    await eventually(
      'an entry works',
      async () => (await this.workingEntries()).length > 0,
      () => this.outputs,
    );
  }

  async say(type: 'Halt' | 'Resume', id: string): Promise<void> {
    const command: RiskCommand = { type, id, accountId: ACCOUNT, actor: 'ada', reason: 'drill', at: nanosFromMillis(Date.now()) };
    await this.platform.bus.publish(this.platform.bus.envelope('risk.commands', command, { id, partition: 0, key: ACCOUNT }));
  }

  /** Milliseconds from the command to a state in which nothing new is placed and no entry works. */
  async halt(id: string): Promise<number> {
    const from = performance.now();
    await this.say('Halt', id);
    await eventually(
      'entries are refused and none works',
      async () => (await this.saved<OrdersState>('orders'))!.halt !== 'NONE' && (await this.workingEntries()).length === 0,
      () => this.outputs,
    );
    return performance.now() - from;
  }

  async stop(): Promise<void> {
    this.#isReplaying = false;
    for (const service of this.services.values()) await service.end('SIGKILL');
    await this.#replaying.catch(() => undefined);
    await this.proxy[Symbol.asyncDispose]();
    await this.platform[Symbol.asyncDispose]();
  }
}

/** Entries that were sent. One that risk approved before it heard of the halt is denied where it would be placed. */
const entriesSent = (events: readonly OrderEvent[]): readonly string[] => {
  const denied = new Set(events.filter(({ type }) => type === 'OrderDenied').map(({ clientOrderId }) => clientOrderId));
  return events
    .filter((event) => event.type === 'OrderInitialized' && event.intent.purpose === 'signal:enter' && !denied.has(event.clientOrderId))
    .map(({ clientOrderId }) => clientOrderId);
};

describe('the kill switch during a busy replay', () => {
  const timings: string[] = [];
  let busy: BusyPlatform | undefined;
  const told = (what: string, ms: number): void => void timings.push(`${what}: ${ms.toFixed(0)} ms`);

  beforeAll(() => buildServices());
  afterEach(async () => {
    await busy?.stop();
    busy = undefined;
  });
  afterAll(() => void process.stdout.write(`from the command to no new order and no working entry\n  ${timings.join('\n  ')}\n`));

  /** After the halt: steps go on, and none brings an entry. What orders had placed by then is on record; the bus may tell it later. */
  const staysHalted = async (on: BusyPlatform): Promise<void> => {
    const { placedStep } = (await on.saved<OrdersState>('orders'))!;
    const later = async (): Promise<readonly OrdersPlaced[]> => (await on.placed()).filter(({ header }) => header.step > placedStep);
    await eventually(
      'the replay goes on',
      async () => (await later()).length > 5,
      () => on.outputs,
    );
    expect((await later()).flatMap(({ events }) => entriesSent(events))).toEqual([]);
    expect(await on.workingEntries()).toEqual([]);
  };

  it.each([
    ['with the bus as it is', 'direct'],
    [`with ${BUS_DELAY_MS} ms on every message of the bus`, 'slow'],
  ] as const)('refuses entries and cancels the working ones, %s; a person resumes it', async (what, line) => {
    busy = await BusyPlatform.start(line);
    busy.replay();
    await busy.isBusy();
    told(what, await busy.halt('cmd-halt'));
    await staysHalted(busy);
    const states = await busy.platform.facts<TradingStateChanged>('risk.states');
    expect(states.at(-1)?.state).toMatchObject({ status: 'HALTED', actor: 'ada', reason: 'drill' });
    expect((await busy.platform.facts<OrdersHalted>('orders.halted')).length).toBeLessThanOrEqual(1);
    await busy.say('Resume', 'cmd-resume');
    const on = busy;
    await eventually(
      'entries are placed again',
      async () => (await on.workingEntries()).length > 0,
      () => on.outputs,
    );
  });

  it('takes effect with the risk service killed at that moment, and risk agrees when it is back', async () => {
    busy = await BusyPlatform.start('direct');
    busy.replay();
    await busy.isBusy();
    const risk = busy.services.get('risk')!;
    const killed = risk.end('SIGKILL');
    told('with the risk service killed', await busy.halt('cmd-halt'));
    await killed;
    busy.begin('risk');
    const on = busy;
    await eventually(
      'risk has halted too',
      async () => (await on.saved<RiskState>('risk'))?.trading.status === 'HALTED',
      () => on.outputs,
    );
    await staysHalted(busy);
    const state = await busy.saved<RiskState>('risk');
    expect(state?.trading).toMatchObject({ actor: 'ada', reason: 'drill' });
    expect(state?.commandIds.filter((id) => id === 'cmd-halt')).toHaveLength(1);
    const last = (await busy.platform.facts<VerdictsReached>('risk.verdicts')).at(-1)!;
    expect(last.state.status).toBe('HALTED');
  });

  it('told twice, and by two people, is one halt', async () => {
    busy = await BusyPlatform.start('direct');
    busy.replay();
    await busy.isBusy();
    await busy.halt('cmd-halt');
    await busy.say('Halt', 'cmd-halt');
    await busy.say('Halt', 'cmd-other');
    await staysHalted(busy);
    const changes = await busy.platform.facts<TradingStateChanged>('risk.states');
    expect(changes.map(({ causes }) => causes)).toEqual([['cmd-halt']]);
  });
});

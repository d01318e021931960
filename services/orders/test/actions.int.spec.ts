import type { PointInTimeRecord, RecordsKnown } from '@tradewind/market';
import { evolveDesk, executeBars, joinBars, noteActions, PAPER_VENUE_DEFAULTS, paperVenue, takeActions, withDesk } from '@tradewind/orders';
import type { DeskEvent, ExecutionsReported, OrdersChanged, OrdersCommand, OrdersState } from '@tradewind/orders';
import { INSTRUMENTS } from '@tradewind/market';
import { nanosFromMillis, partitionOf, price, quantity, stateText, stepMessageId, symbolOf } from '@tradewind/vocabulary';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { DeskPlatform, SYMBOL } from './desk-platform.js';
import { inputsOf } from './market.js';
import type { StepInputs } from './market.js';
import { buildServices, eventually, ServiceProcess, TestPlatform } from './platform.js';
import { ACCOUNT, noOrders } from './pure.js';

const PARTITIONS = 2;
const RUN = 'run-1';
const instruments = Object.fromEntries(INSTRUMENTS.map((entry) => [entry.symbol, entry]));
const venue = paperVenue({ ...PAPER_VENUE_DEFAULTS, instruments });
const SPX = symbolOf('SPX');
const NDX = symbolOf('NDX');

const steps = inputsOf(6, RUN, PARTITIONS, 'actions');
const record = (series: string, step: number, symbol: typeof SPX, value: number): PointInTimeRecord => {
  const at = steps[step]!.bars[0]!.header.at;
  return { id: `${series}/${symbol}/${step}`, series, symbol, eventTime: at, knownAt: at, value, text: '', source: 'test' };
};
/** Told with the step; the dividend of NDX was declared two steps before its ex-date. */
const TOLD: Readonly<Record<number, readonly PointInTimeRecord[]>> = {
  2: [record('action/split', 2, SPX, 2), { ...record('action/dividend', 4, NDX, 1.25), knownAt: steps[2]!.bars[0]!.header.at }],
  3: [record('action/split', 2, SPX, 2)],
};

const recordsOf = (step: number): readonly RecordsKnown[] =>
  Array.from({ length: PARTITIONS }, (_, partition) => {
    const header = { ...steps[step]!.bars[partition]!.header, id: stepMessageId('market.records', RUN, step, partition) };
    const records = (TOLD[step] ?? []).filter(({ symbol }) => partitionOf(symbol!, PARTITIONS) === partition);
    return { header, records };
  }).filter(({ records }) => records.length > 0);

const hold = (symbol: typeof SPX, shares: string): OrdersCommand => {
  const at = nanosFromMillis(Date.UTC(2000, 0, 1));
  const id = `oc/${symbol}`;
  const adjusted = { symbol, quantity: quantity(shares), averagePrice: price('900'), reason: 'the test holds some' };
  const event = { type: 'PositionAdjusted' as const, id: `ae/${symbol}`, at, causes: [], ...adjusted };
  return { type: 'RecordAccountEvent', id, accountId: ACCOUNT, actor: 'test', reason: 'test', at, event };
};

/** What the functions say that the backtest calls, from the saved state that the positions were booked in. */
const purely = (start: OrdersState, inputs: readonly StepInputs[]) => {
  let state = start;
  const executions: ExecutionsReported[] = [];
  const changes: OrdersChanged[] = [];
  for (const [step, { bars }] of inputs.entries()) {
    const joined = joinBars(bars);
    const records = TOLD[step] ?? [];
    if (records.length > 0) state = noteActions(state, { header: joined.header, records }).state;
    const taken = takeActions(state, joined.header, venue);
    if (taken.changed !== undefined) changes.push(taken.changed);
    const done = executeBars(taken.state, joined, venue);
    executions.push(done.report);
    state = done.state;
  }
  return { state, executions, changes };
};

describe('splits and dividends on the bus', () => {
  beforeAll(buildServices, 120_000);
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });

  it('reach the paper account once, before the bars of their ex-date, while the service is killed; the account is the backtest’s', async () => {
    const platform = await TestPlatform.start(PARTITIONS);
    ends.push(() => platform[Symbol.asyncDispose]());
    let service = ServiceProcess.start('orders', platform.settings());
    ends.push(() => service.end('SIGKILL'));
    const kill = async (): Promise<void> => {
      await service.end('SIGKILL');
      service = ServiceProcess.start('orders', platform.settings());
    };
    const saved = async () => (await platform.databases.orders.unitOfWork.load<OrdersState>('account/paper-1'))?.state;
    const changes = () => platform.facts<OrdersChanged>('orders.changes');
    for (const [index, command] of [hold(SPX, '10'), hold(NDX, '-3')].entries()) {
      await platform.bus.publish(platform.bus.envelope('orders.commands', command, { id: command.id, partition: 0, key: ACCOUNT }));
      await eventually(
        'it is held',
        async () => (await changes()).length > index,
        () => service.output,
      );
    }
    const start = (await saved())!;
    for (const [step, { bars }] of steps.entries()) {
      for (const [partition, fact] of bars.entries()) {
        for (const known of recordsOf(step)) if (known.header.partition === partition) await platform.publish('market.records', known);
        if (step === 2) await kill();
        await platform.publish('market.bars', fact);
      }
      if (step === 4) await kill();
      const executed = async (): Promise<boolean> => (await platform.facts('orders.executions')).length > step;
      await eventually(`step ${step} is executed`, executed, () => service.output);
    }
    const pure = purely(start, steps);
    expect(await platform.facts('orders.executions')).toEqual(pure.executions);
    expect((await changes()).slice(2)).toEqual(pure.changes);
    expect(pure.changes.flatMap(({ accountEvents }) => accountEvents)).toMatchObject([
      { type: 'SharesSplit', symbol: 'SPX', numerator: 2n, denominator: 1n },
      { type: 'DividendPaid', symbol: 'NDX', amount: -3_750_000_000n },
    ]);
    expect(stateText(await saved())).toBe(stateText(pure.state));
    const rows = await platform.databases.orders.unitOfWork.events<DeskEvent>({ aggregate: 'account/paper-1', after: 0n, limit: 1000 });
    const folded = rows.reduce((state, { payload }) => evolveDesk(state, payload), withDesk(noOrders()));
    expect(stateText(folded)).toBe(stateText(withDesk(pure.state)));
  }, 60_000);

  it('are left to a broker, which books them itself: its comparison takes them over', async () => {
    const desk = await DeskPlatform.start();
    ends.push(() => desk[Symbol.asyncDispose]());
    await desk.service();
    await desk.step([]);
    await desk.step([desk.intent('tw-first')]);
    await desk.eventually('the entry is filled', async () => (await desk.events('tw-first')).includes('OrderFilled'));
    const at = nanosFromMillis(Date.now());
    const header = {
      id: stepMessageId('market.records', 'live-1', 2, 0),
      run: 'live-1',
      step: 2,
      partition: 0,
      at,
      causes: [],
      degraded: [],
    };
    const told = {
      id: `action/split/${SYMBOL}/x`,
      series: 'action/split',
      symbol: SYMBOL,
      eventTime: at,
      knownAt: at,
      value: 2,
      text: '',
      source: 'test',
    };
    await desk.platform.publish('market.records', { header, records: [told] } as RecordsKnown);
    await desk.step([]);
    const changes = await desk.changes();
    expect(changes.flatMap(({ accountEvents }) => accountEvents).filter(({ type }) => type === 'SharesSplit')).toEqual([]);
    expect(changes.at(-1)?.account.positions).toMatchObject([{ symbol: SYMBOL, quantity: quantity('10') }]);
  }, 60_000);
});

import type { Execution, OpenOrder, OrderStatusReport } from '@tradewind/tws';
import type { VenueReport } from '@tradewind/venue';
import { seededRandom } from '@tradewind/testkit';
import { price, quantity, type Symbol, symbolOf, type UnixNanos, ZERO_PRICE } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { executionNameOf } from '../../src/interactive-brokers/execution-log.js';
import { OrderLog } from '../../src/interactive-brokers/order-log.js';
import { amended, orderToPlace, sameTerms, termsOf } from '../../src/interactive-brokers/order-terms.js';
import { orderOf, ORDER_TYPES } from '../acceptance/scene.js';

const AAPL = symbolOf('AAPL');
const CONTRACT = { conId: 265598, symbol: 'AAPL', secType: 'STK', currency: 'USD', localSymbol: 'AAPL' };
const PERM = 1_700_000_001;

const shown = (given: Partial<OpenOrder> = {}): OpenOrder => ({
  orderId: 7,
  clientId: 0,
  permId: PERM,
  contract: CONTRACT,
  action: 'BUY',
  quantity: quantity('10'),
  orderType: 'LMT',
  limitPrice: price('100'),
  auxPrice: undefined,
  trailStopPrice: undefined,
  trailingPercent: undefined,
  limitOffset: undefined,
  timeInForce: 'DAY',
  ocaGroup: '',
  account: 'DU1',
  orderRef: 'ours-1',
  outsideRegularHours: false,
  status: 'Submitted',
  ...given,
});
const status = (given: Partial<OrderStatusReport>): OrderStatusReport => ({
  orderId: 7,
  clientId: 0,
  permId: PERM,
  status: 'Submitted',
  filled: quantity('0'),
  remaining: quantity('10'),
  averagePrice: ZERO_PRICE,
  whyHeld: '',
  ...given,
});
const execution = (number: number, shares: string, given: Partial<Execution> = {}): Execution => ({
  executionId: `0000e0d5.${number}.01.01`,
  orderId: 7,
  clientId: 0,
  permId: PERM,
  orderRef: 'ours-1',
  account: 'DU1',
  contract: CONTRACT,
  side: 'BUY',
  quantity: quantity(shares),
  price: price('100'),
  at: 5n as UnixNanos,
  ...given,
});
const newLog = (): OrderLog => {
  let now = 1n;
  return new OrderLog(
    (): Symbol => AAPL,
    () => (now += 1n) as UnixNanos,
  );
};
const types = (reports: readonly VenueReport[]): readonly string[] => reports.map(({ type }) => type);

describe('what TWS says of an order becomes reports', () => {
  it('each once, however often it is repeated, with the fill implying that the order was accepted', () => {
    const log = newLog();
    log.expect(0, 7, 'ours-1', AAPL, orderOf('LIMIT'));
    const said: VenueReport[] = [];
    const say = (reports: readonly VenueReport[]): void => void said.push(...reports);
    for (let time = 0; time < 2; time += 1) say(log.execution(execution(1, '4')).reports);
    for (let time = 0; time < 3; time += 1) say(log.orderStatus(status({ status: 'Submitted', filled: quantity('4') })).reports);
    for (let time = 0; time < 2; time += 1) say(log.openOrder(shown()).reports);
    say(log.execution(execution(2, '6')).reports);
    for (let time = 0; time < 2; time += 1) say(log.orderStatus(status({ status: 'Filled', filled: quantity('10') })).reports);
    expect(types(said)).toEqual(['ACCEPTED', 'FILLED', 'FILLED']);
  });

  it('with a fill that comes after the cancellation', () => {
    const log = newLog();
    log.openOrder(shown());
    const said = [
      ...log.orderStatus(status({})).reports,
      ...log.orderStatus(status({ status: 'Cancelled' })).reports,
      ...log.execution(execution(1, '4')).reports,
      ...log.orderStatus(status({ status: 'Submitted' })).reports,
    ];
    expect(types(said)).toEqual(['ACCEPTED', 'EXPIRED', 'FILLED']);
  });

  it.each([
    ['DAY', false, 'EXPIRED'],
    ['DAY', true, 'CANCELED'],
    ['GTC', false, 'CANCELED'],
    ['IOC', false, 'EXPIRED'],
  ] as const)('the end of a %s order, asked for: %s, is %s', (timeInForce, asked, expected) => {
    const log = newLog();
    const { order } = log.openOrder(shown({ timeInForce }));
    log.orderStatus(status({}));
    if (asked) log.error(order, 202, 'Order Canceled - reason:');
    expect(types(log.orderStatus(status({ status: 'Cancelled' })).reports)).toEqual([expected]);
  });

  it('rejected when it never worked, and cancelled with the reason when it did', () => {
    const refusedAtOnce = newLog();
    const order = refusedAtOnce.expect(0, 7, 'ours-1', AAPL, orderOf('LIMIT'));
    expect(refusedAtOnce.error(order, 201, 'Order rejected - reason:margin')).toBe('ORDER');
    expect(refusedAtOnce.refusal(order)).toMatchObject([{ type: 'REJECTED', code: 'BUYING_POWER' }]);
    expect(refusedAtOnce.refusal(order)).toEqual([]);
    const refusedLater = newLog();
    const worked = refusedLater.openOrder(shown()).order;
    refusedLater.orderStatus(status({}));
    refusedLater.error(worked, 201, 'Order rejected - reason:halted');
    expect(refusedLater.orderStatus(status({ status: 'Cancelled' })).reports).toMatchObject([{ type: 'CANCELED' }]);
  });

  it.each([399, 404, 2109, 2161, 10_349])('no refusal out of warning %i', (code) => {
    const log = newLog();
    const order = log.expect(0, 7, 'ours-1', AAPL, orderOf('LIMIT'));
    expect(log.error(order, code, 'Order held while securities are located')).toBe('NOTHING');
    expect(order.refused).toBeUndefined();
  });

  it('a correction by the number behind the last dot, a bust by no shares, and both for who did not hear of the execution', () => {
    const log = newLog();
    log.openOrder(shown());
    const first = execution(1, '4');
    const corrected = { ...first, executionId: '0000e0d5.1.01.02', price: price('99') };
    const busted = { ...first, executionId: '0000e0d5.1.01.03', quantity: quantity('0') };
    expect(types(log.execution(first).reports)).toEqual(['ACCEPTED', 'FILLED']);
    expect(log.execution(corrected).reports).toMatchObject([{ type: 'CORRECTED', executionId: '0000e0d5.1.01', price: price('99') }]);
    expect([log.execution(corrected).reports, log.execution(first).reports]).toEqual([[], []]);
    expect(log.execution(busted).reports).toMatchObject([{ type: 'BUSTED', executionId: '0000e0d5.1.01' }]);
    const fresh = newLog();
    fresh.openOrder(shown());
    expect(types(fresh.execution(corrected).reports)).toEqual(['ACCEPTED', 'FILLED', 'CORRECTED']);
  });

  it('an execution of no shares that takes none back as void, and the true one as new when it comes', () => {
    const log = newLog();
    log.openOrder(shown());
    const first = execution(1, '4');
    expect(log.execution({ ...first, quantity: quantity('0') })).toMatchObject({ reports: [], void: true });
    const told = log.execution(first);
    expect([types(told.reports), told.void]).toEqual([['ACCEPTED', 'FILLED'], false]);
  });

  it('the names of executions without a number behind the last dot as they are', () => {
    expect(executionNameOf('0000e0d5.6532a1b0.01.01')).toEqual({ base: '0000e0d5.6532a1b0.01', revision: 1 });
    expect(executionNameOf('F-12345')).toEqual({ base: 'F-12345', revision: 1 });
  });

  it('the same in any order and with any repetition: 2,000 histories at random keep fills within the order and every id once', () => {
    for (let seed = 1; seed <= 2000; seed += 1) {
      const random = seededRandom(seed);
      const log = newLog();
      if (random.next() < 0.5) log.expect(0, 7, 'ours-1', AAPL, orderOf('LIMIT'));
      const parts = [execution(1, '3'), execution(2, '5'), execution(3, '2')];
      const messages: (() => readonly VenueReport[])[] = [
        () => log.openOrder(shown({ status: 'PreSubmitted' })).reports,
        () => log.openOrder(shown()).reports,
        () => log.orderStatus(status({})).reports,
        () => log.orderStatus(status({ status: 'Submitted', filled: quantity('3') })).reports,
        () => log.orderStatus(status({ status: 'Filled', filled: quantity('10') })).reports,
        ...parts.map((part) => () => log.execution(part).reports),
      ];
      const said: VenueReport[] = [];
      for (let step = 0; step < 40; step += 1) said.push(...random.pick(messages)());
      for (const message of messages) said.push(...message());
      expect(new Set(said.map(({ id }) => id)).size).toBe(said.length);
      const fills = said.filter((report) => report.type === 'FILLED');
      expect(fills.reduce((sum, fill) => sum + (fill.type === 'FILLED' ? fill.quantity : 0n), 0n)).toBe(quantity('10'));
      expect(said.filter(({ type }) => type === 'ACCEPTED')).toHaveLength(1);
      for (const report of said) expect([report.venueOrderId, report.clientOrderId]).toEqual([String(PERM), 'ours-1']);
    }
  });
});

describe('terms go to IB and come back as they were', () => {
  it.each(ORDER_TYPES)('of a %s order', (type) => {
    const order = orderOf(type, type === 'TRAILING_STOP' ? { trail: { by: 'RATIO', value: price('0.0125') }, stopPrice: price('95') } : {});
    const placed = orderToPlace(order, 'DU1');
    const back = termsOf({ ...shown(), ...placed } as OpenOrder);
    const { clientOrderId: _id, symbol: _symbol, side: _side, timeInForce: _time, ...terms } = order;
    expect(back).toEqual(terms);
  });

  it('except that what an order at the close is called changes: MOC, LOC', () => {
    expect(orderToPlace(orderOf('MARKET', { timeInForce: 'CLS' }), 'DU1')).toMatchObject({ orderType: 'MOC', timeInForce: 'DAY' });
    expect(orderToPlace(orderOf('LIMIT', { timeInForce: 'CLS' }), 'DU1')).toMatchObject({ orderType: 'LOC', timeInForce: 'DAY' });
  });

  it('with a group that reduces its other orders', () => {
    expect(orderToPlace(orderOf('LIMIT', { ocoGroup: 'pair' }), 'DU1')).toMatchObject({ ocaGroup: 'pair', ocaType: 2 });
  });

  it('changed where a change names them, and nowhere else', () => {
    const before = shown({ limitPrice: price('100'), ocaGroup: 'pair', outsideRegularHours: true });
    expect(amended(before, { limitPrice: price('101') })).toMatchObject({
      limitPrice: price('101'),
      quantity: before.quantity,
      orderRef: 'ours-1',
      ocaGroup: 'pair',
      outsideRegularHours: true,
    });
  });

  it('unchanged when only the stop of a trailing order has moved', () => {
    const trail = { type: 'TRAILING_STOP', quantity: quantity('1'), trail: { by: 'AMOUNT', value: price('2') } } as const;
    expect(sameTerms(trail, { ...trail, stopPrice: price('98') })).toBe(true);
    expect(sameTerms({ ...trail, type: 'STOP' }, { ...trail, type: 'STOP', stopPrice: price('98') })).toBe(false);
  });
});

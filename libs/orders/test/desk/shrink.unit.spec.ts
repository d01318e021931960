import { describe, expect, it } from 'vitest';

import { exit, intent } from '../fixtures.js';
import { capabilities, P, policyOf, Q, SPX, Trading } from './trading.js';

const holding = (changes = {}, policy = policyOf()): Trading => {
  const desk = new Trading(policy).place([intent({ clientOrderId: 'tw-1', protectiveStop: P('95'), ...changes })]).settle();
  desk.venue.fill('tw-1', Q('10'), P('100'));
  return desk.settle();
};
const stopOf = (desk: Trading): string => desk.working('stop')[0]!.intent.clientOrderId;

describe('an exit that waits for its stop to end', () => {
  it('is cut to what is left when the stop fills in part before its end', () => {
    for (const oneCancelsOther of [false, true]) {
      const desk = holding({}, policyOf({ capabilities: capabilities({ oneCancelsOther }) }));
      const stop = stopOf(desk);
      desk.place([exit({ clientOrderId: 'tw-exit' })]);
      desk.venue.fill(stop, Q('4'), P('95'));
      desk.settle();
      expect(desk.venue.orders.get('tw-exit')).toMatchObject({ quantity: Q('6'), status: 'WORKING' });
      desk.venue.fill('tw-exit', Q('6'), P('95'));
      desk.settle();
      expect([desk.held(), desk.status('tw-exit'), Object.keys(desk.state.open)]).toEqual([0n, 'FILLED', []]);
    }
  });

  it('is cut as a target that takes the place of its stop is', () => {
    const desk = holding({ takeProfit: P('110') });
    const stop = stopOf(desk);
    desk.candle('100', '112', '100', '111');
    desk.venue.fill(stop, Q('4'), P('95'));
    desk.settle();
    expect([...desk.venue.orders.values()].filter(({ type, status }) => type === 'LIMIT' && status === 'WORKING')).toMatchObject([
      { quantity: Q('6') },
    ]);
  });

  it('is withdrawn when nothing is left of it, and when the position has turned round', () => {
    const desk = holding();
    const stop = stopOf(desk);
    desk.place([exit({ clientOrderId: 'tw-a', quantity: Q('7') }), exit({ clientOrderId: 'tw-b', quantity: Q('3') })]);
    desk.venue.fill(stop, Q('8'), P('95'));
    desk.settle();
    expect([desk.venue.orders.get('tw-a')?.quantity, desk.status('tw-b')]).toEqual([Q('2'), 'CANCELED']);

    const turned = holding().place([exit({ clientOrderId: 'tw-exit' })]);
    turned.venue.trade(SPX, 'SELL', Q('15'), P('95'));
    turned.pass(1).reconcile().settle();
    expect([turned.held(), turned.status('tw-exit')]).toEqual([Q('-5'), 'CANCELED']);
  });

  it('is cut without a stop too, when somebody else has sold', () => {
    const desk = holding({ protectiveStop: undefined })
      .down()
      .place([exit({ clientOrderId: 'tw-exit' })]);
    desk.venue.trade(SPX, 'SELL', Q('4'), P('95'));
    desk.up().pass(1).reconcile().settle();
    expect(desk.venue.orders.get('tw-exit')).toMatchObject({ quantity: Q('6') });
  });
});

describe('a stop that is being enlarged', () => {
  it('takes a fill of its new size for the answer, when the venue tells the fill first', () => {
    const desk = new Trading().place([intent({ clientOrderId: 'tw-1', protectiveStop: P('95') })]).settle();
    desk.venue.fill('tw-1', Q('7'), P('100'));
    desk.settle();
    const stop = stopOf(desk);
    desk.venue.fill('tw-1', Q('3'), P('100'));
    desk.deliver().carryOut('LOST_ANSWER');
    const told = desk.venue.take();
    desk.venue.fill(stop, Q('10'), P('95'));
    desk.deliver().deliver(told).settle().pass(10).reconcile().settle();
    expect([desk.held(), desk.status(stop), desk.differences, desk.state.desk.requests]).toEqual([0n, 'FILLED', [], {}]);
    expect(desk.anomalies).toEqual([]);
  });
});

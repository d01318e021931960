import { money, symbolOf } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { intent } from '../fixtures.js';
import { P, Q, SPX, Trading } from '../desk/trading.js';
import { accept, again, holding, working } from './situations.js';

describe('an account that meets its venue for the first time', () => {
  it('takes over its cash as a transfer, not as profit', () => {
    const desk = new Trading(undefined, false);
    desk.venue.cash = money('250000');
    desk.open().up().reconcile();
    const { cash, openingCash, realisedPnl } = desk.state.account;
    expect([cash, openingCash, realisedPnl, desk.codes]).toEqual([money('250000'), money('250000'), 0n, ['OPENING_BALANCE']]);
    again(desk);
  });
  it('finds nothing to tell when both hold the same', () => {
    const desk = new Trading();
    expect([desk.reconciliations, desk.state.desk.reconciled, desk.state.desk.adopted]).toEqual([[], true, true]);
  });
  it('refuses entries over a position until a person accepts it, which is no profit', () => {
    const desk = new Trading(undefined, false);
    desk.venue.hold(SPX, Q('5'), money('500'));
    desk.open().up().reconcile();
    expect([desk.differences, desk.reconciliations.at(-1)?.tradable]).toEqual([['POSITION_UNKNOWN'], false]);
    accept(desk);
    expect([desk.held(), desk.state.account.realisedPnl, desk.state.account.cash, desk.differences]).toEqual([
      Q('5'),
      0n,
      money('100000'),
      [],
    ]);
    again(desk);
  });
  it('leaves executions of before alone', () => {
    const desk = new Trading(undefined, false);
    desk.venue.trade(SPX, 'BUY', Q('5'), P('100'));
    desk.venue.trade(SPX, 'SELL', Q('5'), P('100'));
    desk.open().up().reconcile();
    expect([desk.held(), desk.codes]).toEqual([0n, []]);
  });
  it('does not take over the cash of an account that has traded elsewhere', () => {
    const desk = new Trading(undefined, false);
    desk.venue.cash = money('250000');
    desk.candle('1', '1', '1', '1').place([intent({ clientOrderId: 'tw-old', symbol: symbolOf('XXX') })]);
    desk.open().up().reconcile();
    expect(desk.differences).toEqual(['CASH_DIFFERENCE']);
  });
});

describe('executions', () => {
  it('of ours in the second in which the account was taken over are booked, whose venue tells whole seconds', () => {
    const desk = new Trading().place([intent({ clientOrderId: 'tw-1' })]).settle();
    desk.venue.fill('tw-1', Q('10'), P('90'));
    desk.venue.take();
    const told = desk.venue.executions.pop()!;
    desk.venue.executions.push({ ...told, at: (told.at - 400_000_000n) as UnixNanos });
    desk.reconcile();
    expect([desk.held(), desk.status('tw-1'), desk.codes]).toEqual([Q('10'), 'FILLED', ['MISSING_FILL']]);
    again(desk);
  });
  it('that no report told are booked under their own ids', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('4'), P('90'));
    desk.venue.take();
    desk.reconcile();
    expect([desk.held(), desk.status('tw-1'), desk.codes]).toEqual([Q('4'), 'PARTIALLY_FILLED', ['MISSING_FILL']]);
    again(desk);
  });
  it('whose report comes after the comparison are booked once', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('4'), P('90'));
    const late = desk.venue.take();
    desk.reconcile().deliver(late);
    expect([desk.held(), desk.state.desk.duplicates]).toEqual([Q('4'), 1]);
  });
  it('that are listed twice are booked once', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('4'), P('90'));
    desk.venue.executions.push(desk.venue.executions[0]!);
    desk.reconcile();
    expect(desk.held()).toBe(Q('4'));
  });
  it('that are listed out of order are booked in the order of their times', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('4'), P('90'));
    desk.pass(1);
    desk.venue.fill('tw-1', Q('6'), P('89'));
    desk.venue.take();
    desk.venue.executions.reverse();
    desk.reconcile();
    expect(desk.order('tw-1')?.fillIds).toEqual(['ex-1', 'ex-2']);
  });
  it('of the last fill end the order', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('10'), P('90'));
    desk.venue.take();
    desk.reconcile();
    expect(desk.status('tw-1')).toBe('FILLED');
    again(desk);
  });
  it('that acknowledge an order whose answer was lost settle its request', () => {
    const desk = new Trading().place([intent({ clientOrderId: 'tw-1' })]).carryOut('LOST_ANSWER');
    desk.venue.fill('tw-1', Q('10'), P('100'));
    desk.venue.take();
    desk.reconcile();
    expect([desk.status('tw-1'), desk.state.desk.requests]).toEqual(['FILLED', {}]);
  });
  it('of manual trades are booked on external orders, and alerted', () => {
    const desk = new Trading();
    desk.venue.trade(SPX, 'BUY', Q('7'), P('100'));
    desk.reconcile();
    expect([desk.held(), desk.codes, desk.anomalies.map(({ code }) => code)]).toEqual([Q('7'), ['MANUAL_TRADE'], ['UNKNOWN_ORDER']]);
    again(desk);
  });
  it('of a manual trade that turns our position round are booked as they are', () => {
    const desk = holding();
    desk.venue.trade(SPX, 'SELL', Q('15'), P('101'));
    desk.reconcile();
    expect([desk.held(), desk.differences]).toEqual([Q('-5'), []]);
  });
  it('that changed since are corrected', () => {
    const desk = holding();
    desk.venue.executions[0] = { ...desk.venue.executions[0]!, price: P('101') };
    desk.venue.cash = money('98990');
    desk.reconcile();
    expect([desk.codes, desk.state.account.cash]).toEqual([['EXECUTION_CORRECTED'], money('98990')]);
    again(desk);
  });
  it('whose commission is told by the list alone are charged', () => {
    const desk = holding();
    desk.venue.executions[0] = { ...desk.venue.executions[0]!, commission: money('1') };
    desk.venue.cash = money('98999');
    desk.reconcile();
    expect([desk.codes, desk.state.account.feesPaid]).toEqual([['LATE_COMMISSION'], money('1')]);
    again(desk);
  });
  it('that vanish from a complete list refuse entries', () => {
    const desk = holding().pass(120);
    desk.venue.executions.length = 0;
    desk.reconcile();
    expect(desk.differences).toEqual(['EXECUTION_ABSENT']);
    accept(desk);
    again(desk);
  });
  it('that the list has not got to yet are not missed', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('10'), P('90'));
    desk.deliver();
    desk.venue.executions.length = 0;
    desk.reconcile();
    expect(desk.differences).toEqual([]);
  });
});

describe('orders', () => {
  it('that were cancelled unheard are ended', () => {
    const desk = working();
    desk.venue.end('tw-1', 'CANCELED');
    desk.venue.take();
    desk.reconcile();
    expect([desk.status('tw-1'), desk.codes]).toEqual(['CANCELED', ['ORDER_ENDED']]);
    again(desk);
  });
  it('that expired or were rejected unheard are ended', () => {
    for (const status of ['EXPIRED', 'REJECTED'] as const) {
      const desk = working();
      desk.venue.end('tw-1', status);
      desk.venue.take();
      expect(desk.reconcile().status('tw-1')).toBe(status);
    }
  });
  it('that were filled in part and then cancelled unheard are both', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('4'), P('90'));
    desk.venue.end('tw-1', 'CANCELED');
    desk.venue.take();
    desk.reconcile();
    expect([desk.status('tw-1'), desk.held(), desk.codes]).toEqual(['CANCELED', Q('4'), ['MISSING_FILL', 'ORDER_ENDED']]);
  });
  it('that the venue has and we thought unanswered are acknowledged', () => {
    const desk = new Trading().place([intent({ clientOrderId: 'tw-1' })]).carryOut('LOST_ANSWER');
    desk.venue.take();
    desk.reconcile();
    expect([desk.status('tw-1'), desk.codes, desk.due()]).toEqual(['ACCEPTED', ['ORDER_ACKNOWLEDGED'], []]);
    again(desk);
  });
  it('placed elsewhere refuse entries until accepted, then are left alone', () => {
    const desk = new Trading();
    desk.venue.submit({
      clientOrderId: 'by-hand',
      symbol: SPX,
      side: 'BUY',
      type: 'LIMIT',
      limitPrice: P('50'),
      timeInForce: 'GTC',
      quantity: Q('1'),
    });
    desk.venue.take();
    desk.reconcile();
    expect(desk.differences).toEqual(['UNKNOWN_ORDER']);
    desk.place([intent({ clientOrderId: 'tw-2' })]);
    expect(desk.told.at(-1)).toMatchObject({ code: 'RECONCILIATION_OPEN' });
    accept(desk);
    again(desk);
    expect(desk.place([intent({ clientOrderId: 'tw-3' })]).status('tw-3')).toBe('SUBMITTED');
  });
  it('placed elsewhere that ended without a fill are nothing to tell', () => {
    const desk = new Trading();
    desk.venue.submit({
      clientOrderId: 'by-hand',
      symbol: SPX,
      side: 'BUY',
      type: 'LIMIT',
      limitPrice: P('50'),
      timeInForce: 'GTC',
      quantity: Q('1'),
    });
    desk.venue.end('by-hand', 'CANCELED');
    desk.venue.take();
    expect(desk.reconcile().codes).toEqual([]);
  });
  it('amended by the venue take its terms', () => {
    const desk = working();
    desk.venue.orders.set('tw-1', { ...desk.venue.orders.get('tw-1')!, quantity: Q('20'), limitPrice: P('45') });
    desk.reconcile();
    expect([desk.order('tw-1')?.terms?.quantity, desk.codes]).toEqual([Q('20'), ['ORDER_AMENDED']]);
    again(desk);
  });
  it('that the venue forgot are asked for by name before a person is', () => {
    const desk = working();
    const [forgotten] = desk.venue.orders.values();
    desk.venue.orders.clear();
    desk.reconcile(5_000_000_000n);
    expect([desk.differences, desk.due().map(({ kind }) => kind)]).toEqual([[], ['FIND']]);
    desk.carryOut().pass(10).reconcile(5_000_000_000n);
    expect([desk.differences, forgotten?.status]).toEqual([['ORDER_MISSING'], 'WORKING']);
    accept(desk);
    expect(desk.status('tw-1')).toBe('CANCELED');
    again(desk);
  });
  it('that ended here and work there are cancelled there', () => {
    const desk = working();
    desk.venue.end('tw-1', 'CANCELED');
    desk.deliver();
    desk.venue.orders.set('tw-1', { ...desk.venue.orders.get('tw-1')!, status: 'WORKING' });
    desk.reconcile();
    expect([desk.differences, desk.due().map(({ kind }) => kind)]).toEqual([['ORDER_REVIVED'], ['CANCEL']]);
    desk.settle().reconcile();
    expect([desk.differences, desk.reconciliations.at(-1)?.tradable]).toEqual([[], true]);
  });
  it('that work twice under one id are for a person', () => {
    const desk = working();
    desk.venue.orders.set('copy', { ...desk.venue.orders.get('tw-1')!, venueOrderId: 'v-copy' });
    expect(desk.reconcile().differences).toEqual(['DOUBLED_ORDER']);
  });
  it('filled less at the venue than here are for a person', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('4'), P('90'));
    desk.deliver();
    desk.venue.orders.set('tw-1', { ...desk.venue.orders.get('tw-1')!, filledQuantity: Q('2') });
    expect(desk.reconcile().differences).toEqual(['FILLED_LESS']);
  });
  it('filled further than their complete list of executions says are for a person', () => {
    const desk = working();
    desk.venue.orders.set('tw-1', { ...desk.venue.orders.get('tw-1')!, filledQuantity: Q('4'), averagePrice: P('90') });
    expect(desk.reconcile().differences).toEqual(['FILL_UNLISTED']);
  });
});

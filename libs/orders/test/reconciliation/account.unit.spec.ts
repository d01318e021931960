import { snapshotOf } from '@tradewind/portfolio';
import { money } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';
import type { VenueReport } from '@tradewind/venue';
import { describe, expect, it } from 'vitest';

import { acceptDifferences } from '../../src/index.js';
import { intent } from '../fixtures.js';
import { NDX, P, Q, SPX, Trading } from '../desk/trading.js';
import { accept, activity, again, holding, working } from './situations.js';

describe('a window that is shorter than asked for', () => {
  const shortened = (desk: Trading): Trading => {
    desk.pass(3600);
    desk.venue.executionsSince = desk.now;
    return desk;
  };
  it('implies a fill of our order by its average price', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('4'), P('89.5'));
    desk.venue.take();
    shortened(desk).reconcile();
    expect([desk.held(), desk.codes, desk.state.account.cash]).toEqual([Q('4'), ['INFERRED_FILL'], money('99642')]);
    again(desk);
  });
  it('takes the true execution in place of the implied fill when it comes after all', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('4'), P('89.5'));
    const late = desk.venue.take();
    shortened(desk).reconcile().deliver(late);
    expect([desk.held(), desk.state.account.cash, desk.state.desk.inferred]).toEqual([Q('4'), money('99642'), {}]);
  });
  it('implies several fills at once from what our own do not explain', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('4'), P('90'));
    desk.deliver();
    desk.venue.fill('tw-1', Q('3'), P('88'));
    desk.venue.fill('tw-1', Q('3'), P('89'));
    desk.venue.take();
    shortened(desk).reconcile();
    expect([desk.status('tw-1'), desk.state.account.cash]).toEqual(['FILLED', desk.venue.cash]);
  });
  it('implies a manual purchase when average price and cash agree', () => {
    const desk = holding();
    desk.venue.trade(SPX, 'BUY', Q('10'), P('110'));
    shortened(desk).reconcile();
    expect([desk.held(), desk.codes, desk.state.account.cash]).toEqual([Q('20'), ['POSITION_INFERRED'], desk.venue.cash]);
    again(desk);
  });
  it('implies positions in several symbols when their prices explain the cash', () => {
    const desk = new Trading();
    desk.venue.trade(SPX, 'BUY', Q('10'), P('110'));
    desk.venue.trade(NDX, 'SELL', Q('2'), P('50'));
    shortened(desk).reconcile();
    expect([desk.held(), desk.held(NDX), desk.differences]).toEqual([Q('10'), Q('-2'), []]);
  });
  it('implies a sale by cash, near the market', () => {
    const desk = holding();
    desk.venue.trade(SPX, 'SELL', Q('4'), P('105'));
    shortened(desk).reconcile();
    expect([desk.held(), desk.codes, desk.state.account.cash]).toEqual([Q('6'), ['POSITION_INFERRED'], desk.venue.cash]);
  });
  it('implies a trade through zero by cash', () => {
    const desk = holding();
    desk.venue.trade(SPX, 'SELL', Q('15'), P('105'));
    shortened(desk).reconcile();
    expect([desk.held(), desk.differences]).toEqual([Q('-5'), []]);
  });
  it('leaves open what cash does not bear out', () => {
    const desk = holding();
    desk.venue.trade(SPX, 'BUY', Q('10'), P('110'));
    desk.venue.cash = money('99000');
    shortened(desk).reconcile();
    expect(desk.differences).toContain('POSITION_QUANTITY');
  });
  it('leaves open two sales that cash can not tell apart', () => {
    const desk = holding();
    desk.venue.trade(NDX, 'BUY', Q('2'), P('50'), true);
    desk.deliver();
    desk.venue.trade(SPX, 'SELL', Q('4'), P('105'));
    desk.venue.trade(NDX, 'SELL', Q('1'), P('50'));
    shortened(desk).reconcile();
    expect(desk.differences.toSorted()).toEqual(['CASH_DIFFERENCE', 'POSITION_QUANTITY', 'POSITION_QUANTITY']);
  });
});

describe('positions', () => {
  it('that the venue has not are for a person', () => {
    const desk = holding();
    desk.venue.hold(SPX, Q('0'), money('0'));
    expect(desk.reconcile().differences).toEqual(['POSITION_MISSING']);
    accept(desk);
    expect([desk.held(), desk.state.account.realisedPnl]).toEqual([0n, money('-1000')]);
    again(desk);
  });
  it('on the other side are for a person', () => {
    const desk = holding();
    desk.venue.hold(SPX, Q('-10'), money('-1000'));
    expect(desk.reconcile().differences).toEqual(['POSITION_FLIP']);
  });
  it('of another size are for a person, and accepting sizes the stop too', () => {
    const desk = new Trading().place([intent({ clientOrderId: 'tw-1', protectiveStop: P('95') })]).settle();
    desk.venue.fill('tw-1', Q('10'), P('100'));
    desk.settle();
    desk.venue.hold(SPX, Q('7'), money('700'));
    desk.reconcile();
    expect(desk.differences).toEqual(['POSITION_QUANTITY']);
    accept(desk).settle();
    expect([...desk.venue.orders.values()].filter(({ type, status }) => type === 'STOP' && status === 'WORKING')).toMatchObject([
      { quantity: Q('7') },
    ]);
  });
  it('that differ for a moment only are nothing to tell', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('4'), P('90'));
    const lagging = desk.venue.executions.splice(0);
    const late = desk.venue.take();
    desk.reconcile(5_000_000_000n);
    expect(desk.differences).toEqual([]);
    desk.venue.executions.push(...lagging);
    desk.deliver(late).pass(6).reconcile(5_000_000_000n);
    expect([desk.differences, desk.state.desk.suspects]).toEqual([[], {}]);
  });
  it('split over night with an activity are split, levels of the stop too', () => {
    const desk = new Trading().place([intent({ clientOrderId: 'tw-1', protectiveStop: P('96') })]).settle();
    desk.venue.fill('tw-1', Q('10'), P('100'));
    desk.settle().pass(60);
    desk.venue.hold(SPX, Q('20'), money('1000'));
    activity(desk, { kind: 'SPLIT', symbol: SPX, ratio: { numerator: 2n, denominator: 1n } }).reconcile();
    expect([desk.held(), desk.codes, desk.state.desk.protection['SPX']?.stopPrice]).toEqual([Q('20'), ['ACTIVITY_BOOKED'], P('48')]);
  });
  it('split over night without a word are suspected, and accepting books the split', () => {
    const desk = holding();
    desk.venue.hold(SPX, Q('5'), money('1000'));
    desk.reconcile();
    expect(desk.differences).toEqual(['SPLIT_SUSPECTED']);
    accept(desk);
    expect([desk.held(), desk.state.account.realisedPnl, desk.state.account.positions['SPX']?.cost]).toEqual([Q('5'), 0n, money('1000')]);
    again(desk);
  });
});

describe('cash', () => {
  it('moves by dividends, fees, interest, borrow charges and transfers, each once', () => {
    const desk = holding();
    activity(desk, { kind: 'DIVIDEND', symbol: SPX, amount: money('5') });
    activity(desk, { kind: 'FEE', amount: money('-1.5') });
    activity(desk, { kind: 'INTEREST', amount: money('0.75') });
    activity(desk, { kind: 'BORROW', symbol: SPX, amount: money('-0.25') });
    activity(desk, { kind: 'TRANSFER', amount: money('1000') });
    desk.reconcile();
    const { cash, feesPaid, openingCash } = desk.state.account;
    expect([cash, feesPaid, openingCash, desk.differences]).toEqual([desk.venue.cash, money('1.5'), money('101000'), []]);
    again(desk);
  });
  it('takes in what the venue books days later under an earlier date, and not what its cash held before it was ours', () => {
    const day = 86_400_000_000_000n;
    const desk = new Trading(undefined, false);
    activity(desk, { id: 'before', kind: 'FEE', amount: money('-2'), at: (desk.now - day) as UnixNanos });
    desk.open().up().reconcile();
    activity(desk, { id: 'late', kind: 'FEE', amount: money('-3'), at: (desk.now - 2n * day) as UnixNanos });
    desk.pass(60).reconcile();
    const { cash, feesPaid } = desk.state.account;
    expect([cash, feesPaid, desk.differences]).toEqual([desk.venue.cash, money('3'), []]);
    again(desk);
  });
  it('within a cent, and a cent an execution, is the same', () => {
    const desk = holding();
    desk.venue.cash = money('98999.98');
    expect(desk.reconcile().differences).toEqual([]);
    desk.venue.cash = money('98999.97');
    expect(desk.reconcile().differences).toEqual(['CASH_DIFFERENCE']);
  });
  it('that nothing explains is for a person, and goes when the venue agrees again', () => {
    const desk = holding();
    desk.venue.cash = money('99500');
    expect(desk.reconcile().differences).toEqual(['CASH_DIFFERENCE']);
    again(desk);
    desk.venue.cash = money('99000');
    expect([desk.reconcile().differences, desk.reconciliations.at(-1)]).toMatchObject([[], { differences: [], tradable: true }]);
  });
  it('accepted is adjusted, and may differ by the same again later', () => {
    const desk = holding();
    desk.venue.cash = money('99500');
    accept(desk.reconcile());
    expect(desk.state.account.cash).toBe(money('99500'));
    desk.venue.cash = money('100000');
    expect(desk.reconcile().differences).toEqual(['CASH_DIFFERENCE']);
    expect(accept(desk).state.account.cash).toBe(money('100000'));
  });
  it('in another currency is for a person, and accepted stays out of the books', () => {
    const desk = new Trading();
    const snapshot = desk.venue.snapshot.bind(desk.venue);
    desk.venue.snapshot = (since: UnixNanos) => ({ ...snapshot(since), cash: { USD: money('100000'), EUR: money('12') } });
    expect(desk.reconcile().differences).toEqual(['CASH_CURRENCY']);
    accept(desk);
    again(desk);
  });
});

describe('cash of a currency whose rate the venue tells', () => {
  const euros = (desk: Trading, cash: string, rate: string): Trading => {
    const snapshot = desk.venue.snapshot.bind(desk.venue);
    const told = { cash: { USD: money('100000'), EUR: money(cash) }, rates: { EUR: P(rate), JPY: P('0.0065'), USD: P('1') } };
    desk.venue.snapshot = (since: UnixNanos) => ({ ...snapshot(since), ...told });
    return desk;
  };
  it('is booked at that rate, which is on record, and a dividend in it explains it', () => {
    const desk = euros(new Trading(), '8', '1.25');
    activity(desk, { id: 'd', kind: 'DIVIDEND', symbol: SPX, amount: money('8'), currency: 'EUR' });
    desk.reconcile();
    const { account } = desk.state;
    expect([desk.differences, account.realisedPnl, account.foreign]).toEqual([
      [],
      money('10'),
      { EUR: { cash: money('8'), cost: money('10'), rate: P('1.25') } },
    ]);
    again(desk);
  });
  it('is worth the new rate once that has moved by a ten-thousandth', () => {
    const desk = euros(new Trading(), '8', '1.25');
    activity(desk, { id: 'd', kind: 'DIVIDEND', symbol: SPX, amount: money('8'), currency: 'EUR' });
    desk.reconcile();
    again(euros(desk.pass(60), '8', '1.2501'));
    euros(desk.pass(60), '8', '1.5').reconcile();
    expect(snapshotOf(desk.state.account, desk.now)).toMatchObject({ equity: money('100012'), unrealisedPnl: money('2') });
  });
});

describe('differences', () => {
  it('are accepted as they were shown, and only those named', () => {
    const desk = holding();
    desk.venue.hold(SPX, Q('7'), money('700'));
    desk.venue.cash = money('99500');
    desk.reconcile();
    const position = Object.values(desk.state.desk.differences).find(({ code }) => code === 'POSITION_QUANTITY')!;
    desk.take(acceptDifferences(desk.state, { id: 'oc/1', differenceIds: [position.id, 'df-of-nothing'] }, desk.now, desk.policy));
    expect(desk.differences).toEqual(['CASH_DIFFERENCE']);
    expect(acceptDifferences(desk.state, { id: 'oc/2', differenceIds: [position.id] }, desk.now, desk.policy).reconciled).toBeUndefined();
  });
  it('of an overfill last until a person accepts them, whatever the venue says', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('12'), P('90'));
    desk.deliver().reconcile();
    expect(desk.differences).toEqual(['OVERFILL']);
    accept(desk);
    expect(again(desk).differences).toEqual([]);
  });
  it('keep entries waiting until the first comparison of a session, and stops do not wait', () => {
    const desk = holding()
      .place([intent({ clientOrderId: 'tw-2' })])
      .open();
    expect(desk.due()).toEqual([]);
    expect(desk.reconcile().due()).toMatchObject([{ kind: 'SUBMIT' }]);
  });
  it('never come from a report of another account’s past', () => {
    const desk = new Trading().pass(60);
    const report: VenueReport = { type: 'CANCELED', id: 'x', at: desk.now, symbol: SPX, venueOrderId: 'old', reason: '' };
    desk.deliver([report]).reconcile();
    expect([desk.anomalies.map(({ code }) => code), desk.differences]).toEqual([['UNKNOWN_ORDER'], []]);
  });
});

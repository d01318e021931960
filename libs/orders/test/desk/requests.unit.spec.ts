import { describe, expect, it } from 'vitest';

import { cancelOrder, haltDesk, mayStillGo, recordAnswer, takeRequests } from '../../src/index.js';
import { exit, intent } from '../fixtures.js';
import { P, policyOf, Q, SPX, Trading, capabilities } from './trading.js';

const entry = (changes = {}) => intent({ clientOrderId: 'tw-entry', ...changes });

describe('sending orders to a venue', () => {
  it('writes an order down as submitted before anything is sent', () => {
    const desk = new Trading().place([entry()]);
    expect(desk.status('tw-entry')).toBe('SUBMITTED');
    expect(desk.venue.submissions).toBe(0);
    expect(desk.due()).toMatchObject([{ kind: 'SUBMIT', order: { clientOrderId: 'tw-entry', symbol: SPX, quantity: Q('10') } }]);
  });

  it('acknowledges once, whether answer or report comes first', () => {
    const desk = new Trading().place([entry()]).carryOut().deliver();
    expect(desk.status('tw-entry')).toBe('ACCEPTED');
    expect(desk.told.filter(({ type }) => type === 'OrderAccepted')).toHaveLength(1);
    const other = new Trading().place([entry()]).carryOut('LOST_ANSWER').deliver();
    expect(other.status('tw-entry')).toBe('ACCEPTED');
    expect(other.due()).toEqual([]);
  });

  it('finds an order whose answer was lost, and never sends it twice', () => {
    const desk = new Trading().place([entry()]).carryOut('LOST_ANSWER');
    desk.venue.take();
    expect(desk.due()).toMatchObject([{ kind: 'FIND' }]);
    desk.carryOut();
    expect([desk.status('tw-entry'), desk.venue.submissions]).toEqual(['ACCEPTED', 1]);
  });

  it('believes "never had it" only some seconds after sending, then sends again under the same id', () => {
    const desk = new Trading().place([entry()]).carryOut('LOST_REQUEST').carryOut();
    expect(desk.due()).toEqual([]);
    desk.pass(3).carryOut();
    expect(desk.venue.submissions).toBe(0);
    desk.pass(4).carryOut().carryOut();
    expect([desk.venue.submissions, desk.venue.orders.size, desk.status('tw-entry')]).toEqual([1, 1, 'ACCEPTED']);
  });

  it('neither waits for a clock that was set back nor believes one that was set forward', () => {
    const back = new Trading().place([entry()]);
    back.pass(-3_600);
    back.carryOut('NOT_SENT').pass(-3_600).carryOut();
    expect(back.status('tw-entry')).toBe('ACCEPTED');
    const forward = new Trading().place([entry()]).carryOut('LOST_REQUEST').pass(200).carryOut();
    expect(forward.venue.submissions + forward.due().filter(({ kind }) => kind === 'SUBMIT').length).toBe(0);
  });

  it('refuses an entry that is certainly absent and too old, and goes on with an exit', () => {
    const desk = new Trading().place([entry()]).carryOut('LOST_REQUEST');
    for (let look = 0; look < 3; look += 1) desk.pass(301).carryOut();
    expect(desk.status('tw-entry')).toMatch(/REJECTED|CANCELED/);
    expect(desk.venue.submissions).toBe(0);

    const long = holding().place([exit({ clientOrderId: 'tw-exit' })]);
    long.settleStops().carryOut('LOST_REQUEST');
    for (let look = 0; look < 4; look += 1) long.pass(400).carryOut().deliver();
    expect(long.status('tw-exit')).toBe('ACCEPTED');
  });

  it('asks after a crash between writing down and sending, and after one between sending and answer', () => {
    for (const fate of ['CRASH_BEFORE', 'CRASH_AFTER'] as const) {
      const desk = new Trading().place([entry()]).carryOut(fate);
      expect(desk.due().map(({ kind }) => kind)).toEqual(['FIND']);
      desk.reconcile();
      for (let round = 0; round < 5; round += 1) desk.carryOut().deliver().pass(3);
      expect([fate, desk.venue.orders.size, desk.venue.submissions, desk.status('tw-entry')]).toEqual([fate, 1, 1, 'ACCEPTED']);
    }
  });

  it('takes a refused duplicate id as evidence that the venue has the order', () => {
    const desk = new Trading().place([entry()]);
    desk.venue.submit({ clientOrderId: 'tw-entry', symbol: SPX, side: 'BUY', type: 'MARKET', timeInForce: 'DAY', quantity: Q('10') });
    desk.venue.take();
    desk.carryOut().carryOut();
    expect(desk.status('tw-entry')).toBe('ACCEPTED');
  });

  it('sends later what was not sent', () => {
    const desk = new Trading().place([entry()]).carryOut('NOT_SENT');
    expect(desk.due()).toEqual([]);
    desk.pass(1).carryOut();
    expect(desk.status('tw-entry')).toBe('ACCEPTED');
  });

  it('times an entry out that could not be sent for 300 s', () => {
    const desk = new Trading().place([entry()]).down().pass(299);
    expect(desk.status('tw-entry')).toBe('SUBMITTED');
    desk.pass(2);
    expect(desk.status('tw-entry')).toBe('REJECTED');
    expect(desk.anomalies.map(({ code }) => code)).toContain('ORDER_TIMEOUT');
  });

  it('cancels an entry that works too long once its market trades, and leaves it alone while the market is closed', () => {
    const desk = new Trading()
      .place([entry({ type: 'LIMIT', limitPrice: P('90') })])
      .carryOut()
      .deliver()
      .pass(4000);
    expect(desk.due()).toEqual([]);
    desk.candle('100', '101', '99', '100').pass(301);
    expect(desk.due()).toMatchObject([{ kind: 'CANCEL' }]);
    desk.settle();
    expect(desk.status('tw-entry')).toBe('CANCELED');
  });

  it('keeps a cancel without an answer in flight until the venue shows what became of it', () => {
    const desk = new Trading().place([entry()]).carryOut().deliver();
    desk.take(cancelOrder(desk.state, { id: 'oc/1', clientOrderId: 'tw-entry' }, desk.now)).carryOut('LOST_REQUEST');
    expect(desk.status('tw-entry')).toBe('PENDING_CANCEL');
    desk.carryOut();
    expect(desk.status('tw-entry')).toBe('PENDING_CANCEL');
    desk.pass(6).carryOut().carryOut().deliver();
    expect(desk.status('tw-entry')).toBe('CANCELED');
  });

  it('lets a cancel wait for a submission whose fate is unknown', () => {
    const desk = new Trading().place([entry()]).carryOut('LOST_ANSWER');
    desk.venue.take();
    desk.take(cancelOrder(desk.state, { id: 'oc/1', clientOrderId: 'tw-entry' }, desk.now));
    expect(desk.due().map(({ kind }) => kind)).toEqual(['FIND']);
    desk.settle();
    expect(desk.status('tw-entry')).toBe('CANCELED');
  });

  it('withdraws at once what was never sent', () => {
    const desk = new Trading().place([entry()]);
    desk.take(cancelOrder(desk.state, { id: 'oc/1', clientOrderId: 'tw-entry' }, desk.now));
    expect([desk.status('tw-entry'), desk.due().length]).toEqual(['CANCELED', 0]);
  });

  it('ends an order that was withdrawn while it was being sent, once it is known that it did not leave', () => {
    const flatten = holding();
    flatten.place([exit({ clientOrderId: 'tw-entry' })]);
    flatten.settleStops();
    for (const sent of [new Trading().place([entry()]), flatten]) {
      const due = sent.due().filter(({ kind }) => kind === 'SUBMIT');
      sent.take(takeRequests(sent.state, due, sent.now));
      expect(due.map((request) => mayStillGo(sent.state, request))).toEqual([true]);
      sent.take(cancelOrder(sent.state, { id: 'oc/1', clientOrderId: 'tw-entry' }, sent.now));
      expect(mayStillGo(sent.state, due[0]!)).toBe(false);
      sent.take(recordAnswer(sent.state, due[0]!.requestId, { status: 'NOT_SENT', message: 'no route' }, sent.now, sent.policy));
      expect(sent.status('tw-entry')).toBe('CANCELED');
      sent.pass(400).settle();
      expect(sent.venue.orders.has('tw-entry')).toBe(false);
    }
  });

  it('ignores an intent that comes twice', () => {
    const desk = new Trading().place([entry()]).carryOut().deliver().place([entry()]);
    expect(desk.due()).toEqual([]);
    expect(Object.keys(desk.state.open)).toEqual(['tw-entry']);
  });
});

describe('the kill switch', () => {
  it('withdraws unsent entries, cancels working ones, and leaves stops alone', () => {
    const desk = holding()
      .place([entry({ clientOrderId: 'tw-a', type: 'LIMIT', limitPrice: P('90') })])
      .carryOut()
      .deliver();
    desk.place([entry({ clientOrderId: 'tw-b' })]);
    const halted = haltDesk(desk.state, { id: 'rc/1', at: desk.now })!;
    expect(halted.halted?.events.map(({ type }) => type)).toEqual(['OrderCancelRequested', 'OrderCanceled']);
    desk.take(halted).settle();
    expect([desk.status('tw-a'), desk.status('tw-b')]).toEqual(['CANCELED', 'CANCELED']);
    expect(desk.working('stop')).toHaveLength(1);
    expect(desk.place([entry({ clientOrderId: 'tw-c' })]).status('tw-c')).toBe('DENIED');
  });

  it('is done once, and an old command does not undo a later resume', () => {
    const desk = new Trading();
    desk.take(haltDesk(desk.state, { id: 'rc/1', at: desk.now })!);
    expect(haltDesk(desk.state, { id: 'rc/1', at: desk.now })).toBeUndefined();
  });

  it('asks again for a cancel that the venue refused', () => {
    const desk = new Trading().place([entry()]).carryOut().deliver();
    desk.take(haltDesk(desk.state, { id: 'rc/1', at: desk.now })!);
    expect(desk.due()).toMatchObject([{ kind: 'CANCEL' }]);
    desk.carryOut('NOT_SENT').pass(2).carryOut().deliver();
    expect(desk.status('tw-entry')).toBe('CANCELED');
  });
});

describe('the loss of a broker', () => {
  const lost = (brokerLost: 'cancel' | 'flatten' | 'hold', seconds: number) => {
    const desk = holding(policyOf({ brokerLost }))
      .place([entry({ clientOrderId: 'tw-a', type: 'LIMIT', limitPrice: P('90') })])
      .carryOut()
      .deliver();
    return desk.down().pass(seconds).up().settle();
  };
  it('cancels working entries once it is back, by policy', () => {
    expect(lost('cancel', 31).status('tw-a')).toBe('CANCELED');
    expect(lost('cancel', 20).status('tw-a')).toBe('ACCEPTED');
    expect(lost('hold', 31).status('tw-a')).toBe('ACCEPTED');
  });
  it('flattens by policy', () => {
    const desk = lost('flatten', 31);
    expect(desk.working('breaker:broker-lost')).toHaveLength(1);
    expect(desk.working('stop')).toHaveLength(0);
  });
  it('sends nothing while it is away, and tells it', () => {
    const desk = new Trading().place([entry()]).down('LOGIN_NEEDED');
    expect(desk.due()).toEqual([]);
    expect(desk.anomalies.map(({ code }) => code)).toEqual(['LOGIN_NEEDED']);
  });
});

const holding = (policy = policyOf({ capabilities: capabilities() })): Trading & { settleStops(): Trading } => {
  const desk = new Trading(policy).place([intent({ clientOrderId: 'tw-first', protectiveStop: P('95') })]).settle();
  desk.venue.fill('tw-first', Q('10'), P('100'));
  desk.settle();
  return Object.assign(desk, {
    // The stop goes first, then the exit is due.
    settleStops(): Trading {
      return desk.carryOut().deliver();
    },
  });
};

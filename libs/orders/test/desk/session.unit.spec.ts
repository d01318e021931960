import { money, price } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { announceDeskStatus, bookAccountEvent, changePaper, evolveDesk, haltDesk, protectBetweenSteps, withDesk } from '../../src/index.js';
import type { PaperChange } from '../../src/index.js';
import { Desk, exit, intent } from '../fixtures.js';
import { P, Q, Trading } from './trading.js';

const entry = (changes = {}) => intent({ clientOrderId: 'tw-1', ...changes });
const holding = (): Trading => {
  const desk = new Trading().place([entry({ protectiveStop: P('95') })]).settle();
  desk.venue.fill('tw-1', Q('10'), P('100'));
  return desk.settle();
};

describe('a session with a broker', () => {
  it('lets no entry go after the link was away until the books are compared', () => {
    const desk = new Trading().down().pass(2).up().place([entry()]);
    expect(desk.due()).toEqual([]);
    expect(desk.reconcile().due()).toMatchObject([{ kind: 'SUBMIT' }]);
  });

  it('asks for what whoever sent it has forgotten', () => {
    const desk = new Trading().place([entry()]);
    const [due] = desk.due();
    const sent = { ...desk.state.desk.requests[due!.requestId]!, stage: 'SENT' as const, at: desk.now, sentAt: desk.now };
    desk.state = { ...desk.state, desk: { ...desk.state.desk, requests: { [sent.id]: sent } } };
    expect(desk.pass(119).due()).toEqual([]);
    expect(desk.pass(2).due()).toMatchObject([{ kind: 'FIND' }]);
  });

  it('carries out what the monitor orders between the steps, and nothing that could enlarge a position', () => {
    const desk = holding();
    const intents = [
      exit({ clientOrderId: 'tw-half', quantity: Q('5'), purpose: 'breaker:drawdown-reduce' }),
      entry({ clientOrderId: 'tw-more' }),
    ];
    const outcome = protectBetweenSteps(desk.state, { id: 'risk.protections/x', intents, status: 'REDUCING' }, desk.now, desk.policy);
    desk.take(outcome).settle();
    expect([desk.status('tw-half'), desk.status('tw-more')]).toEqual(['ACCEPTED', undefined]);
    // What is left keeps its stop, over no more than is left.
    expect([...desk.venue.orders.values()].filter(({ type, status }) => type === 'STOP' && status === 'WORKING')).toMatchObject([
      { quantity: Q('5') },
    ]);
    expect(outcome.changed?.id).toMatch(/^orders\.changes\/desk-1\/\d+$/);
  });

  it('never lets several exits together turn a position round', () => {
    const desk = holding()
      .place([exit({ clientOrderId: 'tw-a', quantity: Q('7') }), exit({ clientOrderId: 'tw-b', quantity: Q('7') })])
      .settle();
    expect([desk.order('tw-a')?.intent.quantity, desk.order('tw-b')?.intent.quantity]).toEqual([Q('7'), Q('3')]);
    expect(desk.place([exit({ clientOrderId: 'tw-c' })]).told.at(-1)).toMatchObject({ type: 'OrderDenied', code: 'POSITION_FLAT' });
  });

  it('halts on a command once, and a resume of risk that is later than a command is the last word', () => {
    const desk = new Trading().place([entry()]);
    const command = { id: 'rc/1', at: desk.now };
    desk.take(haltDesk(desk.state, command)!);
    const at = (command.at + 1n) as UnixNanos;
    desk.take(announceDeskStatus(desk.state, { id: 'rs/1', at, status: 'HALTED' }));
    desk.take(announceDeskStatus(desk.state, { id: 'rs/2', at: (at + 1n) as UnixNanos, status: 'ACTIVE' }));
    expect(desk.state.halt).toBe('NONE');
    expect(haltDesk(desk.state, command)).toBeUndefined();
  });

  it('books what a person tells once per id', () => {
    const desk = new Trading();
    const event = {
      type: 'CashTransferred',
      id: 'ae/deposit',
      at: desk.now,
      causes: [],
      amount: money('500'),
      currency: 'USD',
      description: '',
    } as const;
    desk.take(bookAccountEvent(desk.state, { id: 'oc/1', event }, desk.now));
    desk.take(bookAccountEvent(desk.state, { id: 'oc/2', event }, desk.now));
    expect(desk.state.account.cash).toBe(money('100500'));
  });
});

describe('changes between the steps on the paper venue', () => {
  const change = (desk: Desk, wanted: Omit<PaperChange, 'id'>, id = 'oc/1') => {
    const outcome = changePaper(desk.state, { id, ...wanted }, 1n as UnixNanos, desk.venue);
    let folded = withDesk(desk.state);
    for (const event of outcome.events) folded = evolveDesk(folded, event);
    expect(folded).toEqual(outcome.state);
    desk.state = outcome.state;
    return outcome;
  };
  const bought = (): Desk =>
    new Desk()
      .candle('100', '101', '99', '100')
      .place([intent({ protectiveStop: price('90') })])
      .candle('100', '101', '99', '100');

  it('cancel an order at once, and what is not open not at all', () => {
    const desk = new Desk().candle('100', '101', '99', '100').place([entry({ type: 'LIMIT', limitPrice: price('50') })]);
    expect(change(desk, { cancel: 'tw-1' }).changed?.events.map(({ type }) => type)).toEqual(['OrderCancelRequested', 'OrderCanceled']);
    expect(change(desk, { cancel: 'tw-1' }).changed).toBeUndefined();
  });

  it('place what the monitor orders, which works from the next step on', () => {
    const desk = bought();
    const { changed } = change(desk, { intents: [exit({ clientOrderId: 'tw-x' }), entry({ clientOrderId: 'tw-no' })], halted: true });
    expect([changed?.id, Object.keys(desk.state.open).includes('tw-x'), desk.state.open['tw-no']]).toEqual([
      'orders.changes/paper-1/0',
      true,
      undefined,
    ]);
    desk.candle('102', '103', '101', '102');
    expect(desk.state.account.positions).toEqual({});
  });

  it('are numbered without a gap, across steps', () => {
    const desk = bought();
    const event = {
      type: 'CashTransferred',
      at: 1n as UnixNanos,
      causes: [],
      amount: money('1'),
      currency: 'USD',
      description: '',
    } as const;
    const ids = [0, 1, 2].map((index) => {
      desk.candle('100', '101', '99', '100');
      return change(desk, { accountEvent: { ...event, id: `ae/${index}` } }, `oc/${index}`).changed?.id;
    });
    expect(ids).toEqual([0, 1, 2].map((index) => `orders.changes/paper-1/${index}`));
  });
});

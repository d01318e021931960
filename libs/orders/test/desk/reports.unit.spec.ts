import { money } from '@tradewind/vocabulary';
import type { VenueReport } from '@tradewind/venue';
import { describe, expect, it } from 'vitest';

import { exit, intent } from '../fixtures.js';
import { capabilities, P, policyOf, Q, SPX, Trading } from './trading.js';

const working = (changes = {}, policy = policyOf()) =>
  new Trading(policy)
    .place([intent({ clientOrderId: 'tw-1', ...changes })])
    .carryOut()
    .deliver();
const position = (policy = policyOf(), changes = {}) => {
  const desk = working({ protectiveStop: P('95'), ...changes }, policy);
  desk.venue.fill('tw-1', Q('10'), P('100'));
  return desk.settle();
};
const stop = (desk: Trading) => desk.working('stop')[0]!;

describe('reports of a venue', () => {
  it('book a fill once, told twice by one id, by two ids of one execution, and by a snapshot', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('4'), P('100'));
    const [report] = desk.venue.take();
    desk
      .deliver([report!])
      .deliver([report!])
      .deliver([{ ...report!, id: 'r/again' } as VenueReport])
      .reconcile();
    expect([desk.held(), desk.state.desk.duplicates, desk.differences]).toEqual([Q('4'), 2, []]);
  });

  it('may bring the fill before the acknowledgement', () => {
    const desk = new Trading().place([intent({ clientOrderId: 'tw-1' })]).carryOut('LOST_ANSWER');
    desk.venue.fill('tw-1', Q('10'), P('100'));
    desk.deliver(desk.venue.take().toReversed());
    expect([desk.status('tw-1'), desk.held(), desk.anomalies]).toEqual(['FILLED', Q('10'), []]);
  });

  it('may bring a fill after the cancel that it overtook', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('4'), P('100'));
    const [fill] = desk.venue.take();
    desk.venue.end('tw-1', 'CANCELED');
    desk.deliver().deliver([fill!]);
    expect([desk.status('tw-1'), desk.held(), desk.anomalies]).toEqual(['CANCELED', Q('4'), []]);
  });

  it('of an overfill: what fits fills the order, the excess is booked apart, told, and refuses entries', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('12'), P('100'));
    desk.deliver();
    expect([desk.status('tw-1'), desk.held(), desk.state.account.cash]).toEqual(['FILLED', Q('12'), money('98800')]);
    expect(desk.anomalies.map(({ code }) => code)).toEqual(['OVERFILL']);
    expect(desk.differences).toEqual(['OVERFILL']);
    desk.place([intent({ clientOrderId: 'tw-2' })]);
    expect(desk.told.at(-1)).toMatchObject({ type: 'OrderDenied', code: 'RECONCILIATION_OPEN' });
  });

  it('of an order placed elsewhere are booked on an external order and told', () => {
    const desk = new Trading();
    desk.venue.trade(SPX, 'SELL', Q('3'), P('101'), true);
    desk.deliver().reconcile();
    expect([desk.held(), desk.differences]).toEqual([Q('-3'), []]);
    expect(desk.anomalies.map(({ code }) => code)).toEqual(['UNKNOWN_ORDER']);
    expect(desk.told.find(({ type }) => type === 'OrderInitialized')).toMatchObject({ intent: { purpose: 'external:manual' } });
  });

  it('that take an execution back return position and cash, once', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('10'), P('100'));
    desk.deliver();
    const busted: VenueReport = {
      type: 'BUSTED',
      id: 'b1',
      at: desk.now,
      symbol: SPX,
      venueOrderId: 'v-1',
      clientOrderId: 'tw-1',
      executionId: 'ex-1',
    };
    desk.deliver([busted]).deliver([{ ...busted, id: 'b2' }]);
    expect([desk.held(), desk.state.account.cash, desk.state.account.realisedPnl]).toEqual([0n, money('100000'), 0n]);
    expect(desk.anomalies.map(({ code }) => code)).toContain('EXECUTION_BUSTED');
  });

  it('that correct an execution move position and cash to the new terms', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('10'), P('100'));
    desk.deliver();
    desk.deliver([
      {
        type: 'CORRECTED',
        id: 'c1',
        at: desk.now,
        symbol: SPX,
        venueOrderId: 'v-1',
        executionId: 'ex-1',
        quantity: Q('8'),
        price: P('101'),
      },
    ]);
    expect([desk.held(), desk.state.account.cash, desk.anomalies.map(({ code }) => code)]).toEqual([
      Q('8'),
      money('99192'),
      ['EXECUTION_CHANGED'],
    ]);
  });

  it('that correct the price of what is still held change its cost, and realise nothing', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('10'), P('100'));
    desk.deliver();
    const at = { id: 'c1', at: desk.now, symbol: SPX, venueOrderId: 'v-1', executionId: 'ex-1' };
    desk.deliver([{ ...at, type: 'CORRECTED', quantity: Q('10'), price: P('101') }]);
    const { cash, realisedPnl, positions } = desk.state.account;
    expect([cash, realisedPnl, positions['SPX']?.cost]).toEqual([money('98990'), 0n, money('1010')]);
  });

  it('charge a commission that comes after its fill, or before it, once', () => {
    const commissioned = (executionId: string): VenueReport => ({
      type: 'COMMISSIONED',
      id: `k/${executionId}`,
      at: 0n as VenueReport['at'],
      symbol: SPX,
      venueOrderId: 'v-1',
      executionId,
      commission: money('1.25'),
      currency: 'USD',
    });
    const after = working();
    after.venue.fill('tw-1', Q('10'), P('100'));
    after
      .deliver()
      .deliver([commissioned('ex-1')])
      .deliver([{ ...commissioned('ex-1'), id: 'k2' } as VenueReport]);
    const before = working().deliver([commissioned('ex-1')]);
    before.venue.fill('tw-1', Q('10'), P('100'));
    before.deliver();
    for (const desk of [after, before])
      expect([desk.state.account.cash, desk.state.account.feesPaid]).toEqual([money('98998.75'), money('1.25')]);
  });

  it('of a fill that the table has no row for are booked apart and told', () => {
    const desk = working();
    desk.venue.end('tw-1', 'REJECTED');
    desk.deliver();
    desk.venue.fill('tw-1', Q('10'), P('100'));
    desk.deliver();
    expect([desk.status('tw-1'), desk.held(), desk.anomalies.map(({ code }) => code)]).toEqual([
      'REJECTED',
      Q('10'),
      ['ILLEGAL_TRANSITION'],
    ]);
    expect(desk.told.findLast(({ type }) => type === 'OrderInitialized')).toMatchObject({
      intent: { purpose: 'external:unexpected' },
    });
  });

  it('of a fill on the other side than the order are booked apart', () => {
    const desk = working();
    desk.venue.fill('tw-1', Q('10'), P('100'));
    const [fill] = desk.venue.take();
    desk.deliver([{ ...fill!, side: 'SELL' } as VenueReport]);
    expect([desk.status('tw-1'), desk.held(), desk.anomalies.map(({ code }) => code)]).toEqual(['ACCEPTED', Q('-10'), ['FILL_MISMATCH']]);
  });
});

describe('protection beside a position', () => {
  it('is one stop over the whole quantity, placed when the entry fills', () => {
    const desk = position();
    expect(desk.working('stop')).toHaveLength(1);
    expect([stop(desk).status, stop(desk).intent.quantity, stop(desk).intent.stopPrice]).toEqual(['ACCEPTED', Q('10'), P('95')]);
  });

  it('grows with each partial fill, by amending where the venue can and by replacing where it can not', () => {
    for (const replace of [true, false]) {
      const desk = working({ protectiveStop: P('95') }, policyOf({ capabilities: capabilities({ replace }) }));
      desk.venue.fill('tw-1', Q('4'), P('100'));
      desk.settle();
      desk.venue.fill('tw-1', Q('6'), P('100'));
      desk.settle();
      const working1 = [...desk.venue.orders.values()].filter(({ type, status }) => type === 'STOP' && status === 'WORKING');
      expect([replace, working1.map(({ quantity }) => quantity)]).toEqual([replace, [Q('10')]]);
    }
  });

  it('makes room for an exit first, and goes with the position', () => {
    const desk = position().place([exit({ clientOrderId: 'tw-x' })]);
    expect(desk.due().map(({ kind }) => kind)).toEqual(['CANCEL']);
    desk.settle();
    expect([desk.status('tw-x'), desk.working('stop').length]).toEqual(['ACCEPTED', 0]);
    desk.venue.fill('tw-x', Q('10'), P('101'));
    desk.settle();
    expect([desk.held(), Object.keys(desk.state.open), desk.state.desk.protection]).toEqual([0n, [], {}]);
  });

  it('comes back when the exit it made room for does not fill', () => {
    const desk = position()
      .place([exit({ clientOrderId: 'tw-x' })])
      .settle();
    desk.venue.end('tw-x', 'REJECTED');
    desk.settle();
    expect([desk.working('stop').map(({ status }) => status)]).toEqual([['ACCEPTED']]);
  });

  it('does not send the exit when the stop it waited for has filled', () => {
    const desk = position().place([exit({ clientOrderId: 'tw-x' })]);
    desk.venue.fill(stop(desk).intent.clientOrderId, Q('10'), P('95'));
    desk.settle();
    expect([desk.held(), desk.status('tw-x'), desk.venue.orders.has('tw-x')]).toEqual([0n, 'CANCELED', false]);
  });

  it('is tightened by risk at the price it says', () => {
    const desk = position()
      .place([exit({ clientOrderId: 'tw-s', type: 'STOP', stopPrice: P('98'), purpose: 'stop' })])
      .settle();
    expect(desk.venue.orders.get(stop(desk).intent.clientOrderId)?.stopPrice).toBe(P('98'));
    expect(desk.working('stop')).toHaveLength(1);
  });

  it('is tried again when the venue refuses it, and closes the position after three refusals', () => {
    const desk = position();
    for (let refusal = 0; refusal < 3; refusal += 1) {
      desk.venue.end(stop(desk).intent.clientOrderId, 'REJECTED');
      desk.deliver().pass(30).settle();
    }
    expect(desk.working('stop')).toHaveLength(0);
    expect(desk.working('breaker:stop-refused')).toMatchObject([{ status: 'ACCEPTED' }]);
  });

  it('holds a target on our side where the venue knows no groups, and lets it take the place of the stop when its price is there', () => {
    const desk = position(policyOf(), { takeProfit: P('110') });
    expect(desk.working('target').map(({ status }) => status)).toEqual(['EMULATED']);
    desk.candle('105', '111', '104', '110.5');
    expect(desk.due().map(({ kind }) => kind)).toEqual(['CANCEL']);
    desk.settle();
    const target = desk.working('target')[0]!;
    expect([desk.working('stop').length, desk.venue.orders.get(target.intent.clientOrderId)?.timeInForce]).toEqual([0, 'IOC']);
    desk.venue.fill(target.intent.clientOrderId, Q('10'), P('110'));
    desk.settle();
    expect([desk.held(), Object.keys(desk.state.open)]).toEqual([0n, []]);
  });

  it('gives the place back to the stop when the target did not trade', () => {
    const desk = position(policyOf(), { takeProfit: P('110') })
      .candle('105', '111', '104', '110.5')
      .settle();
    desk.venue.end(desk.working('target')[0]!.intent.clientOrderId, 'CANCELED');
    desk.settle();
    expect([desk.working('stop').map(({ status }) => status), desk.working('target').map(({ status }) => status)]).toEqual([
      ['ACCEPTED'],
      ['EMULATED'],
    ]);
  });

  it('sends stop and target as one group where the venue knows groups', () => {
    const desk = position(policyOf({ capabilities: capabilities({ oneCancelsOther: true }) }), { takeProfit: P('110') });
    expect([desk.working('stop')[0]?.status, desk.working('target')[0]?.status]).toEqual(['ACCEPTED', 'ACCEPTED']);
    expect(desk.working('stop')[0]?.intent.ocoGroup).toBe(desk.working('target')[0]?.intent.ocoGroup);
  });
});

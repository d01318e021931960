import type { OrderEvent, OrderIntent } from '@tradewind/orders';
import { money, price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { type Outcome, verdict } from './verdict.js';

const at = 1n as UnixNanos;
const symbol = symbolOf('AAPL');
const intent: OrderIntent = {
  clientOrderId: 'tw-1',
  symbol,
  side: 'BUY',
  type: 'MARKET',
  timeInForce: 'DAY',
  quantity: quantity('10'),
  purpose: 'signal:enter',
  verdictId: 'vd/1',
};
const fact = { clientOrderId: 'tw-1', symbol, at, causes: [] };
const filled: OrderEvent = {
  ...fact,
  id: 'oe/tw-1/3',
  type: 'OrderFilled',
  fillId: 'v1/10000000000',
  side: 'BUY',
  quantity: quantity('10'),
  price: price('5'),
  commission: money('0'),
  slippage: money('0'),
  leavesQuantity: quantity('0'),
};
const events: readonly OrderEvent[] = [
  { ...fact, id: 'oe/tw-1/0', type: 'OrderInitialized', intent },
  { ...fact, id: 'oe/tw-1/1', type: 'OrderSubmitted' },
  { ...fact, id: 'oe/tw-1/2', type: 'OrderAccepted', venueOrderId: 'v1' },
  filled,
];
const good: Outcome = {
  approved: [intent],
  events,
  changes: [],
  positions: { AAPL: '10' },
  cash: '99950',
  venueOrders: [
    { clientOrderId: 'tw-1', replaces: null, id: 'v1', symbol: 'AAPL', filled: '10', status: 'filled', open: false, byHand: false },
  ],
  venueFills: [{ id: 'v1/10000000000', orderId: 'v1', quantity: '10', price: '5' }],
  venuePositions: { AAPL: '10' },
  venueCash: '99950',
  openDifferences: 0,
  underWay: [],
  linkUp: true,
};
const brokenOf = (outcome: Partial<Outcome>): readonly string[] =>
  verdict({ ...good, ...outcome }).flatMap(({ rule, holds }) => (holds ? [] : [rule]));

describe('verdict', () => {
  it('finds nothing wrong where both sides agree, and takes an event told twice for one', () => {
    expect(brokenOf({})).toEqual([]);
    expect(brokenOf({ events: [...events, filled] })).toEqual([]);
    expect(brokenOf({ halted: { known: ['tw-1'] } })).toEqual([]);
  });
  it.each<[string, Partial<Outcome>, string]>([
    ['an intent that was lost', { approved: [intent, { ...intent, clientOrderId: 'tw-2' }] }, 'every approved intent is an order'],
    [
      'an order that is there twice',
      { venueOrders: [...good.venueOrders, { ...good.venueOrders[0]!, id: 'v2' }] },
      'no order is at the venue twice',
    ],
    ['an order that nobody approved', { approved: [] }, 'nothing is at the venue that nobody approved'],
    [
      'an execution that we never heard of',
      { venueFills: [...good.venueFills, { ...good.venueFills[0]!, id: 'v1/2' }] },
      'both sides know the same executions',
    ],
    ['an execution at another price', { venueFills: [{ ...good.venueFills[0]!, price: '6' }] }, 'both sides know the same executions'],
    ['another position', { venuePositions: {} }, 'both sides hold the same positions'],
    ['another cent', { venueCash: '99950.01' }, 'cash agrees to the cent'],
    [
      'a life that can not be',
      { events: [...events, { ...fact, id: 'oe/tw-1/4', type: 'OrderCanceled', reason: 'late' }] },
      'every life is legal and told once',
    ],
    [
      'an event told as two things',
      { events: [...events, { ...fact, id: 'oe/tw-1/3', type: 'OrderExpired' }] },
      'every life is legal and told once',
    ],
    ['an entry that came after a halt', { halted: { known: [] } }, 'a halt ends entries'],
    [
      'an entry that works on after a halt',
      { halted: { known: ['tw-1'] }, venueOrders: [{ ...good.venueOrders[0]!, open: true }] },
      'a halt ends entries',
    ],
    ['a request still under way', { underWay: ['tw-1 SUBMIT SENT'] }, 'nothing is open'],
  ])('finds %s', (_what, outcome, rule) => {
    expect(brokenOf(outcome)).toContain(rule);
  });
});

import type { Bar } from '@tradewind/market';
import type { OrderEvent, OrderIntent } from '@tradewind/orders';
import { money, price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { ShadowTrading } from '../src/index.js';

const SPX = symbolOf('SPX');
const seconds = (count: number): UnixNanos => BigInt(count * 1e9) as UnixNanos;
const intent = (over: Partial<OrderIntent> = {}): OrderIntent => ({
  clientOrderId: 'tw-1',
  symbol: SPX,
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'DAY',
  quantity: quantity('1000'),
  limitPrice: price('51'),
  referencePrice: price('50'),
  purpose: 'signal:enter',
  verdictId: 'vd/1',
  ...over,
});
const started = (made: OrderIntent, at = 0): OrderEvent => ({
  type: 'OrderInitialized',
  id: `oe/${made.clientOrderId}/0`,
  clientOrderId: made.clientOrderId,
  symbol: made.symbol,
  at: seconds(at),
  causes: [],
  intent: made,
});
const filled = (made: OrderIntent, amount: string, at: string, fee: string, after: number): OrderEvent => ({
  type: 'OrderFilled',
  id: `oe/${made.clientOrderId}/${after}`,
  clientOrderId: made.clientOrderId,
  symbol: made.symbol,
  at: seconds(after),
  causes: [],
  fillId: `fl/${after}`,
  side: made.side,
  quantity: quantity(amount),
  price: price(at),
  commission: money(fee),
  slippage: money('0'),
  leavesQuantity: quantity('0'),
});
const bar = (low: string, high: string, close: string): Bar => ({
  id: 'b',
  symbol: SPX,
  interval: '1d',
  openTime: seconds(0),
  closeTime: seconds(1),
  open: price(low),
  high: price(high),
  low: price(low),
  close: price(close),
  volume: quantity('1'),
  source: 's',
  warmUp: false,
});

describe('ShadowTrading', () => {
  it('splits the shortfall into execution, opportunity and fees, as in the usual textbook case', () => {
    // Decision to buy 1,000 at 50.00; 800 are bought at 50.50 for 10 of fees; the price ends at 52.00 and 200 were never bought.
    const trading = new ShadowTrading();
    const made = intent();
    trading.addEvent(started(made));
    trading.addBar(bar('49', '51', '52'));
    trading.addEvent(filled(made, '800', '50.5', '10', 90));
    const [order] = trading.report().orders;
    expect(order).toMatchObject({
      execution: 400,
      opportunity: 400,
      fees: 10,
      shortfall: 810,
      theoreticalProfit: 2_000,
      actualProfit: 1_190,
    });
    expect(order?.shortfallBps).toBeCloseTo(162, 9);
    expect(order?.secondsToFill).toBe(90);
    expect(order?.rangeShare).toBeCloseTo(0.25, 12);
  });
  it('counts a sale below the decision as a cost', () => {
    const trading = new ShadowTrading();
    const made = intent({ side: 'SELL', clientOrderId: 'tw-2' });
    trading.addEvent(started(made));
    trading.addBar(bar('48', '50', '48'));
    trading.addEvent(filled(made, '1000', '49', '0', 1));
    expect(trading.report().orders).toMatchObject([{ execution: 1_000, opportunity: 0, theoreticalProfit: 2_000, actualProfit: 1_000 }]);
  });
  it('measures a stop from its price once it came, and an order without a reference from the last price before it', () => {
    const trading = new ShadowTrading();
    const { referencePrice: _none, ...bare } = intent({ side: 'SELL', quantity: quantity('10') });
    trading.addBar(bar('48', '50', '49'));
    trading.addEvent(started({ ...bare, clientOrderId: 'tw-7', type: 'STOP', stopPrice: price('47') }));
    trading.addEvent(started({ ...bare, clientOrderId: 'tw-8' }));
    expect(trading.report().orders).toHaveLength(1);
    trading.addEvent({ type: 'OrderTriggered', id: 'x', clientOrderId: 'tw-7', symbol: SPX, at: seconds(1), causes: [] });
    expect(trading.report().orders.map(({ decisionPrice }) => decisionPrice)).toEqual([47, 49]);
  });
  it('says nothing of an order that was refused at placing, or before any price', () => {
    const trading = new ShadowTrading();
    const { referencePrice: _none, ...blind } = intent({ clientOrderId: 'tw-3' });
    trading.addEvent(started(blind));
    const denied = intent({ clientOrderId: 'tw-4' });
    trading.addEvent(started(denied));
    trading.addEvent({ type: 'OrderDenied', id: 'x', clientOrderId: 'tw-4', symbol: SPX, at: seconds(1), causes: [], code: 'WARM_UP' });
    expect(trading.report()).toMatchObject({ orders: [], totals: { orders: 0, shortfallBps: 0, rangeShare: null } });
  });
  it('adds its orders up', () => {
    const trading = new ShadowTrading();
    const first = intent();
    const second = intent({ clientOrderId: 'tw-2', quantity: quantity('500') });
    for (const made of [first, second]) trading.addEvent(started(made));
    trading.addBar(bar('50', '50', '50'));
    trading.addEvent(filled(first, '1000', '50.1', '1', 1));
    expect(trading.report().totals).toMatchObject({
      orders: 2,
      filledShare: 0.5,
      fees: 1,
      actualProfit: expect.closeTo(-101, 9) as number,
    });
  });
});

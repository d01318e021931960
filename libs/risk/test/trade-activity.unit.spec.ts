import type { OrderEvent } from '@tradewind/orders';
import { money, price, quantity, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { enter, ROOMY } from './check-cases.js';
import { at, executions, Guard, profile, signal } from './fixtures.js';

describe('activity', () => {
  const fill = (side: 'BUY' | 'SELL', step: number): OrderEvent => ({
    type: 'OrderFilled',
    id: `f${side}${step}`,
    clientOrderId: 'x',
    symbol: symbolOf('AAA'),
    at: at(step),
    causes: [],
    fillId: `f${side}${step}`,
    side,
    quantity: quantity('10'),
    price: price('100'),
    commission: money('0'),
    slippage: money('0'),
    leavesQuantity: quantity('0'),
  });
  const after = (...steps: readonly (readonly OrderEvent[])[]) => {
    const guard = new Guard(profile('demo'));
    for (const events of steps)
      guard.decide(
        () => [],
        (step) => executions(step, '100000', [], events),
      );
    return guard.state;
  };
  it('counts a purchase and a sale of one session as a day trade, and over two sessions as none', () => {
    expect(after([fill('BUY', 0), fill('SELL', 0)]).activity.dayTrades).toEqual([{ session: 1, trades: 1 }]);
    expect(after([fill('BUY', 0)], [fill('SELL', 1)]).activity.dayTrades).toEqual([]);
    expect(after([fill('BUY', 0), fill('SELL', 0), fill('SELL', 0)]).activity.dayTrades).toEqual([{ session: 1, trades: 1 }]);
  });
  it('forgets day trades after five sessions', () => {
    const day = [fill('BUY', 0), fill('SELL', 0)];
    expect(after(day, [], [], [], []).activity.dayTrades).toHaveLength(1);
    expect(after(day, [], [], [], [], []).activity.dayTrades).toEqual([]);
  });
  it('adds up what sales of a session brought', () => {
    expect(after([fill('SELL', 0), fill('SELL', 0)]).activity.proceeds).toEqual([{ session: 1, amount: money('2000') }]);
  });
  it('counts approvals of the last minute of event time', () => {
    const guard = new Guard(profile('demo', ROOMY));
    guard.decide(
      (step) => [signal(step, 'AAA'), signal(step, 'BBB')],
      (step) => executions(step, '100000'),
    );
    expect(guard.state.activity.approvals).toEqual([{ at: at(0), orders: 2 }]);
    guard.decide(enter({}, 'CCC'), (step) => executions(step, '100000'));
    expect(guard.state.activity.approvals).toEqual([{ at: at(1), orders: 1 }]);
  });
});

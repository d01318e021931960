import { executeBars, initialOrders, joinBars, paperVenue, placeIntents } from '@tradewind/orders';
import type { OrderIntent, OrdersState } from '@tradewind/orders';
import { money, price, quantity, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { decideStep, initialRisk, intentsOf, joinDecisions, RollingHistory } from '../src/index.js';
import type { RiskState } from '../src/index.js';
import { ACCOUNT, header, INSTRUMENTS, profile } from './fixtures.js';
import { barAt } from './watched-account.js';

const LIMITS = profile('demo', {
  breakers: {
    drawdownReduce: { limit: '0.98', rearm: '0.9' },
    drawdownClose: { limit: '0.99', rearm: '0.9' },
    dailyLoss: { limit: '1' },
    weeklyLoss: { limit: '1' },
    volatilitySpike: { shortBars: 5, longBars: 20, limit: '2', rearm: '1.5', stopDistanceKept: '0.5' },
  },
});

describe('stops that a spike of volatility tightens', () => {
  it('replace the working ones at the venue, once, over the whole position', () => {
    const venue = paperVenue({ slippageRatio: '0', commissionRatio: '0', instruments: INSTRUMENTS });
    const history = new RollingHistory();
    let orders: OrdersState = initialOrders({ accountId: ACCOUNT, currency: 'USD', openingCash: money('100000') });
    let risk: RiskState = initialRisk({ accountId: ACCOUNT });
    let close = 100;
    const actions: string[] = [];
    const stops = () =>
      Object.values(orders.open)
        .map(({ order }) => order.intent)
        .filter(({ purpose }) => purpose === 'stop');
    const entry: OrderIntent = {
      clientOrderId: 'tw-entry',
      symbol: symbolOf('AAA'),
      side: 'BUY',
      type: 'MARKET',
      timeInForce: 'GTC',
      quantity: quantity('200'),
      protectiveStop: price('80'),
      purpose: 'signal:enter',
      verdictId: 'vd/1',
    };
    for (let step = 0; step < 40; step += 1) {
      close *= 1 + (step % 2 === 0 ? 1 : -1) * (step < 30 ? 0.004 : 0.02);
      const bars = [barAt('AAA', step, Number(close.toFixed(2)))];
      const joined = joinBars([{ header: header(step, 'market.bars'), bars, lowQuality: [], final: false }]);
      const executed = executeBars(orders, joined, venue);
      history.take(joined.header, joined.bars);
      const before = stops();
      const done = decideStep(risk, joinDecisions([], executed.report, { bars, history }), { profile: LIMITS, instruments: INSTRUMENTS });
      risk = done.state;
      actions.push(...done.reached.breakers.map(({ rule }) => rule));
      const intents = [...intentsOf(done.reached), ...(step === 0 ? [entry] : [])];
      orders = placeIntents(
        executed.state,
        { header: done.reached.header, intents, status: done.reached.state.status, final: false },
        venue,
      ).state;
      if (done.reached.protectiveIntents.length > 0) {
        expect(before).toMatchObject([{ stopPrice: price('80') }]);
        expect(done.reached.protectiveIntents).toHaveLength(1);
      }
    }
    expect(actions).toEqual(['volatility-spike']);
    const [stop, ...more] = stops();
    expect(more).toEqual([]);
    expect(stop).toMatchObject({ side: 'SELL', type: 'STOP', quantity: quantity('200') });
    expect(stop!.stopPrice! > price('88')).toBe(true);
    expect(risk.stops).toEqual({ AAA: stop!.stopPrice });
    expect(risk.pending).toEqual({});
  });
});

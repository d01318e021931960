import { expect } from 'vitest';

import { takesNatively, type VenueCapabilities } from '@tradewind/venue';
import { averagePrice, notional, price, quantity } from '@tradewind/vocabulary';

import { settle } from '../bench.js';
import type { AcceptanceCase } from '../case.js';
import { AAPL, HARD, MSFT, orderOf } from '../scene.js';

type Capable = (capabilities: VenueCapabilities) => boolean;
const takes =
  (...pair: Parameters<typeof takesNatively> extends [unknown, infer T, infer F] ? [T, F] : never): Capable =>
  (capabilities) =>
    takesNatively(capabilities, ...pair);

export const tradingCases: readonly AcceptanceCase[] = [
  {
    name: 'fills a market buy at the ask',
    run: async (bench) => {
      const order = orderOf('MARKET');
      await bench.placeFilled(order);
      for (const fill of bench.all(order.clientOrderId, 'FILLED'))
        expect(fill).toMatchObject({ side: 'BUY', price: price('100.1'), symbol: AAPL });
    },
  },
  {
    name: 'fills a market sell at the bid',
    run: async (bench) => {
      await bench.placeFilled(orderOf('MARKET'));
      const order = orderOf('MARKET', { side: 'SELL' });
      await bench.placeFilled(order);
      for (const fill of bench.all(order.clientOrderId, 'FILLED')) expect(fill).toMatchObject({ side: 'SELL', price: price('100') });
    },
  },
  {
    name: 'fills a limit order through the offer at the offer, not at its limit',
    run: async (bench) => {
      const order = orderOf('LIMIT', { limitPrice: price('105') });
      await bench.placeFilled(order);
      expect(bench.all(order.clientOrderId, 'FILLED')[0]!.price).toBe(price('100.1'));
    },
  },
  {
    name: 'rests a limit order and fills it when the market comes to it, no worse than its limit',
    run: async (bench) => {
      const order = orderOf('LIMIT', { limitPrice: price('99') });
      await bench.placeWorking(order);
      await settle();
      bench.untouched(order.clientOrderId);
      await bench.venue.market.quote(AAPL, '98.9', '98.95');
      for (const fill of await bench.filled(order.clientOrderId, order.quantity)) expect(fill.price).toBeLessThanOrEqual(price('99'));
    },
  },
  {
    name: 'rests a limit sell above the market and fills it when the market comes up',
    run: async (bench) => {
      await bench.placeFilled(orderOf('MARKET'));
      const order = orderOf('LIMIT', { side: 'SELL', limitPrice: price('101') });
      await bench.placeWorking(order);
      await bench.venue.market.quote(AAPL, '101.05', '101.1');
      for (const fill of await bench.filled(order.clientOrderId, order.quantity)) expect(fill.price).toBeGreaterThanOrEqual(price('101'));
    },
  },
  {
    name: 'tells ACCEPTED before the fills of an order that rests',
    run: async (bench) => {
      const order = orderOf('LIMIT', { limitPrice: price('99') });
      await bench.placeWorking(order);
      await bench.venue.market.quote(AAPL, '98.9', '98.95');
      await bench.filled(order.clientOrderId, order.quantity);
      expect(bench.of(order.clientOrderId)[0]!.type).toBe('ACCEPTED');
    },
  },
  {
    name: 'fills in parts, each an execution of its own, and never more than the order',
    run: async (bench) => {
      await bench.venue.market.quote(AAPL, '99.9', '100.1', '40');
      const order = orderOf('LIMIT', { limitPrice: price('100.1'), quantity: quantity('100') });
      await bench.place(order);
      await bench.filled(order.clientOrderId, quantity('40'));
      await bench.venue.market.quote(AAPL, '99.9', '100.05', '100');
      const fills = await bench.filled(order.clientOrderId, quantity('100'));
      expect(new Set(fills.map(({ executionId }) => executionId)).size).toBe(fills.length);
      expect(fills.length).toBeGreaterThanOrEqual(2);
    },
  },
  {
    name: 'shows the average price of an order that filled at two prices',
    run: async (bench) => {
      await bench.venue.market.quote(AAPL, '99.9', '100.1', '40');
      const order = orderOf('LIMIT', { limitPrice: price('100.1'), quantity: quantity('100') });
      await bench.place(order);
      await bench.filled(order.clientOrderId, quantity('40'));
      await bench.venue.market.quote(AAPL, '99.9', '100.05', '100');
      const fills = await bench.filled(order.clientOrderId, quantity('100'));
      const total = fills.reduce((sum, fill) => sum + notional(fill.price, fill.quantity), 0n);
      const view = await bench.found(order.clientOrderId, ({ status }) => status === 'FILLED');
      const expected = averagePrice(total as never, quantity('100'));
      const apart = view.averagePrice! - expected;
      expect(apart < 0n ? -apart : apart).toBeLessThan(price('0.0001'));
    },
  },
  {
    name: 'tells a commission with each fill or after it',
    traits: ['COMMISSIONS'],
    run: async (bench) => {
      const order = orderOf('MARKET');
      await bench.placeFilled(order);
      const paid = (): boolean =>
        bench
          .all(order.clientOrderId, 'FILLED')
          .every(
            ({ commission, executionId }) =>
              commission !== undefined ||
              bench.sink.reports.some((report) => report.type === 'COMMISSIONED' && report.executionId === executionId),
          );
      await expect.poll(paid, { timeout: 3000 }).toBe(true);
    },
  },
  {
    name: 'keeps a stop buy quiet below its stop and fills it above',
    capable: takes('STOP', 'DAY'),
    run: async (bench) => {
      const order = orderOf('STOP', { stopPrice: price('102') });
      await bench.placeWorking(order);
      await bench.venue.market.quote(AAPL, '101.8', '101.9');
      await settle();
      bench.untouched(order.clientOrderId);
      await bench.venue.market.quote(AAPL, '102.1', '102.2');
      for (const fill of await bench.filled(order.clientOrderId, order.quantity)) expect(fill.price).toBeGreaterThanOrEqual(price('102'));
    },
  },
  {
    name: 'sells with a protective stop when the market falls through it',
    capable: takes('STOP', 'GTC'),
    run: async (bench) => {
      await bench.placeFilled(orderOf('MARKET'));
      const order = orderOf('STOP', { side: 'SELL', stopPrice: price('95'), timeInForce: 'GTC' });
      await bench.placeWorking(order);
      await bench.venue.market.quote(AAPL, '94.9', '95');
      await bench.filled(order.clientOrderId, order.quantity);
    },
  },
  {
    name: 'makes a limit order of a stop limit once its stop is reached',
    capable: takes('STOP_LIMIT', 'DAY'),
    run: async (bench) => {
      const order = orderOf('STOP_LIMIT', { stopPrice: price('102'), limitPrice: price('102.5') });
      await bench.placeWorking(order);
      await bench.venue.market.quote(AAPL, '103', '103.1');
      await settle();
      bench.untouched(order.clientOrderId);
      await bench.venue.market.quote(AAPL, '102.3', '102.4');
      for (const fill of await bench.filled(order.clientOrderId, order.quantity)) expect(fill.price).toBeLessThanOrEqual(price('102.5'));
    },
  },
  {
    name: 'follows the market with a trailing stop by amount, and sells when it turns',
    capable: takes('TRAILING_STOP', 'DAY'),
    run: async (bench) => {
      await bench.placeFilled(orderOf('MARKET'));
      const order = orderOf('TRAILING_STOP', { side: 'SELL', trail: { by: 'AMOUNT', value: price('2') } });
      await bench.placeWorking(order);
      for (const bid of ['103', '106']) await bench.venue.market.quote(AAPL, bid, `${bid}.1`);
      await bench.venue.market.quote(AAPL, '104.5', '104.6');
      await settle();
      bench.untouched(order.clientOrderId);
      await bench.venue.market.quote(AAPL, '103.8', '103.9');
      await bench.filled(order.clientOrderId, order.quantity);
    },
  },
  {
    name: 'follows the market with a trailing stop by ratio',
    capable: takes('TRAILING_STOP', 'DAY'),
    run: async (bench) => {
      await bench.placeFilled(orderOf('MARKET'));
      const order = orderOf('TRAILING_STOP', { side: 'SELL', trail: { by: 'RATIO', value: price('0.05') } });
      await bench.placeWorking(order);
      await bench.venue.market.quote(AAPL, '120', '120.1');
      await bench.venue.market.quote(AAPL, '115', '115.1');
      await settle();
      bench.untouched(order.clientOrderId);
      await bench.venue.market.quote(AAPL, '113.8', '113.9');
      await bench.filled(order.clientOrderId, order.quantity);
    },
  },
  {
    name: 'never moves a trailing stop back',
    capable: takes('TRAILING_STOP', 'DAY'),
    run: async (bench) => {
      await bench.placeFilled(orderOf('MARKET'));
      const order = orderOf('TRAILING_STOP', { side: 'SELL', trail: { by: 'AMOUNT', value: price('2') } });
      await bench.placeWorking(order);
      await bench.venue.market.quote(AAPL, '110', '110.1');
      await bench.venue.market.quote(AAPL, '108.5', '108.6');
      await settle();
      bench.untouched(order.clientOrderId);
      await bench.venue.market.quote(AAPL, '107.9', '108.1');
      await bench.filled(order.clientOrderId, order.quantity);
    },
  },
  {
    name: 'rests at its limit once a trailing stop limit is triggered',
    capable: takes('TRAILING_STOP_LIMIT', 'DAY'),
    run: async (bench) => {
      await bench.placeFilled(orderOf('MARKET'));
      const order = orderOf('TRAILING_STOP_LIMIT', { side: 'SELL', trail: { by: 'AMOUNT', value: price('2') }, limitOffset: price('0.5') });
      await bench.placeWorking(order);
      await bench.venue.market.quote(AAPL, '110', '110.1');
      await bench.venue.market.quote(AAPL, '107.8', '107.9');
      for (const fill of await bench.filled(order.clientOrderId, order.quantity)) expect(fill.price).toBeGreaterThanOrEqual(price('107.5'));
    },
  },
  {
    name: 'sells short what can be borrowed, and shows a negative position',
    capable: ({ shortSales }) => shortSales,
    run: async (bench) => {
      const order = orderOf('MARKET', { side: 'SELL', symbol: MSFT });
      await bench.placeFilled(order);
      const { positions } = await bench.snapshot();
      expect(positions).toMatchObject([{ symbol: MSFT, quantity: quantity('-10') }]);
    },
  },
  {
    name: 'trades fractions of a share',
    capable: ({ fractional }) => fractional,
    run: async (bench) => {
      const order = orderOf('MARKET', { quantity: quantity('0.25') });
      await bench.placeFilled(order);
      expect((await bench.snapshot()).positions).toMatchObject([{ quantity: quantity('0.25') }]);
    },
  },
  {
    name: 'buys shares that can not be borrowed like any other',
    run: async (bench) => {
      const order = orderOf('MARKET', { symbol: HARD });
      for (const fill of (await bench.placeFilled(order), bench.all(order.clientOrderId, 'FILLED'))) expect(fill.symbol).toBe(HARD);
    },
  },
];

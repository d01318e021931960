import { expect } from 'vitest';

import { money, notional, price, quantity, type UnixNanos } from '@tradewind/vocabulary';

import { settle, until } from '../bench.js';
import type { AcceptanceCase } from '../case.js';
import { AAPL, CASH, freshId, MSFT, orderOf } from '../scene.js';

export const accountCases: readonly AcceptanceCase[] = [
  {
    name: 'finds nothing under a client order id that it never had',
    run: async (bench) => expect(await bench.broker.find(freshId())).toBeUndefined(),
  },
  {
    name: 'finds a working order with all of its terms',
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const { venueOrderId } = await bench.placeWorking(order);
      expect(await bench.found(order.clientOrderId, ({ status }) => status === 'WORKING')).toMatchObject({
        venueOrderId,
        clientOrderId: order.clientOrderId,
        symbol: AAPL,
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'DAY',
        quantity: order.quantity,
        limitPrice: order.limitPrice,
        filledQuantity: 0n,
      });
    },
  },
  {
    name: 'finds a filled order with what it filled and at what price',
    run: async (bench) => {
      const order = orderOf('MARKET');
      await bench.placeFilled(order);
      const view = await bench.found(order.clientOrderId, ({ status }) => status === 'FILLED');
      expect([view.filledQuantity, view.averagePrice]).toEqual([order.quantity, price('100.1')]);
    },
  },
  {
    name: 'finds an order that is filled in part as working',
    run: async (bench) => {
      await bench.venue.market.quote(AAPL, '99.9', '100.1', '4');
      const order = orderOf('LIMIT', { limitPrice: price('100.1') });
      await bench.place(order);
      await bench.filled(order.clientOrderId, quantity('4'));
      const view = await bench.found(order.clientOrderId, ({ filledQuantity }) => filledQuantity === quantity('4'));
      expect(view.status).toBe('WORKING');
    },
  },
  {
    name: 'shows an empty account with its cash and buying power',
    run: async (bench) => {
      const snapshot = await bench.snapshot();
      expect(snapshot).toMatchObject({ orders: [], executions: [], positions: [], cash: { USD: money(CASH) } });
      expect(snapshot.venueAccount).not.toBe('');
      expect(snapshot.buyingPower ?? money(CASH)).toBeGreaterThanOrEqual(money(CASH));
    },
  },
  {
    name: 'shows the orders that work and those that ended since',
    run: async (bench) => {
      const [works, canceled, filled] = [orderOf('LIMIT'), orderOf('LIMIT', { limitPrice: price('91') }), orderOf('MARKET')];
      await bench.placeWorking(works);
      await bench.broker.cancel(await bench.placeWorking(canceled));
      await bench.told(canceled.clientOrderId, 'CANCELED');
      await bench.placeFilled(filled);
      const { orders } = await bench.snapshot((bench.venue.market.now() - 3_600_000_000_000n) as UnixNanos);
      const statusOf = (id: string): string | undefined => orders.find(({ clientOrderId }) => clientOrderId === id)?.status;
      expect([works, canceled, filled].map(({ clientOrderId }) => statusOf(clientOrderId))).toEqual(['WORKING', 'CANCELED', 'FILLED']);
    },
  },
  {
    name: 'lists executions under the ids that reports gave them',
    run: async (bench) => {
      const order = orderOf('MARKET');
      const { venueOrderId } = await bench.placeFilled(order);
      const [fill] = bench.all(order.clientOrderId, 'FILLED');
      const { executions } = await bench.snapshot();
      expect(executions).toMatchObject([
        {
          executionId: fill!.executionId,
          venueOrderId,
          clientOrderId: order.clientOrderId,
          symbol: AAPL,
          side: 'BUY',
          quantity: order.quantity,
          price: fill!.price,
        },
      ]);
    },
  },
  {
    name: 'says from when on its list of executions is complete, and lists all of them from there',
    run: async (bench) => {
      const orders = [orderOf('MARKET'), orderOf('MARKET', { symbol: MSFT })];
      for (const order of orders) await bench.placeFilled(order);
      const at = bench.all(orders[0]!.clientOrderId, 'FILLED')[0]!.at;
      const { executions, executionsSince } = await bench.snapshot(at);
      expect(executionsSince).toBeGreaterThanOrEqual(0n);
      const told = orders.flatMap(({ clientOrderId }) => bench.all(clientOrderId, 'FILLED')).filter((fill) => fill.at >= executionsSince);
      expect(executions.map(({ executionId }) => executionId)).toEqual(expect.arrayContaining(told.map(({ executionId }) => executionId)));
    },
  },
  {
    name: 'leaves executions before the time asked for out',
    run: async (bench) => {
      await bench.placeFilled(orderOf('MARKET'));
      const { executions } = await bench.snapshot((bench.venue.market.now() + 3_600_000_000_000n) as UnixNanos);
      expect(executions).toEqual([]);
    },
  },
  {
    name: 'shows positions with sign and average price',
    run: async (bench) => {
      await bench.placeFilled(orderOf('MARKET'));
      await bench.venue.market.quote(AAPL, '102', '102.1');
      await bench.placeFilled(orderOf('MARKET'));
      await until('the position shows', async () => (await bench.snapshot()).positions[0]?.quantity === quantity('20'));
      expect((await bench.snapshot()).positions).toMatchObject([{ symbol: AAPL, quantity: quantity('20'), averagePrice: price('101.1') }]);
    },
  },
  {
    name: 'shows no position that is closed',
    run: async (bench) => {
      await bench.placeFilled(orderOf('MARKET'));
      await bench.placeFilled(orderOf('MARKET', { side: 'SELL' }));
      expect((await bench.snapshot()).positions).toEqual([]);
    },
  },
  {
    name: 'shows the cash that trades and their commissions left, to the cent',
    run: async (bench) => {
      const order = orderOf('MARKET');
      await bench.placeFilled(order);
      const { cash, executions } = await bench.snapshot();
      const spent = executions.reduce((sum, each) => sum + notional(each.price, each.quantity) + (each.commission ?? 0n), 0n);
      const apart = cash['USD']! - (money(CASH) - spent);
      expect(apart < 0n ? -apart : apart).toBeLessThan(money('0.01'));
    },
  },
  {
    name: 'lists what the venue booked beside trades',
    traits: ['ACTIVITIES'],
    run: async (bench) => {
      await bench.venue.account.book({ symbol: AAPL, amount: '2.40', description: 'a dividend of ten cents a share' });
      const { activities, cash } = await bench.snapshot();
      expect(activities).toMatchObject([{ kind: 'DIVIDEND', symbol: AAPL, amount: money('2.4'), currency: 'USD' }]);
      expect(cash['USD']).toBe(money('100002.40'));
    },
  },
  {
    name: 'takes back an execution that the venue busts',
    traits: ['BUSTS'],
    run: async (bench) => {
      const order = orderOf('MARKET');
      await bench.placeFilled(order);
      const { executionId } = bench.all(order.clientOrderId, 'FILLED')[0]!;
      await bench.venue.account.bust(executionId);
      expect(await bench.told(order.clientOrderId, 'BUSTED')).toMatchObject({ executionId });
    },
  },
  {
    name: 'corrects an execution as the venue does',
    traits: ['CORRECTIONS'],
    run: async (bench) => {
      const order = orderOf('MARKET');
      await bench.placeFilled(order);
      const { executionId } = bench.all(order.clientOrderId, 'FILLED')[0]!;
      await bench.venue.account.correct(executionId, '10', '100.05');
      expect(await bench.told(order.clientOrderId, 'CORRECTED')).toMatchObject({
        executionId,
        price: price('100.05'),
        quantity: quantity('10'),
      });
    },
  },
  {
    name: "tells times by the venue's clock, however wrong ours is",
    traits: ['CLOCK_SKEW'],
    run: async (bench) => {
      bench.venue.market.skew(7_200_000);
      const order = orderOf('MARKET');
      await bench.placeFilled(order);
      const { at } = bench.all(order.clientOrderId, 'FILLED')[0]!;
      const apart = at - bench.venue.market.now();
      expect(apart < 0n ? -apart : apart).toBeLessThan(60_000_000_000n);
      expect((await bench.snapshot(at)).executions).toHaveLength(1);
    },
  },
  {
    name: 'reports the order of another client without a client order id of ours',
    traits: ['OTHER_CLIENT'],
    run: async (bench) => {
      const { clientOrderId: _, ...order } = orderOf('LIMIT');
      const venueOrderId = await bench.venue.elsewhere.submit(order);
      await until('it is reported', () =>
        bench.sink.reports.some((report) => report.venueOrderId === venueOrderId && report.type === 'ACCEPTED'),
      );
      for (const report of bench.sink.reports) expect(report.clientOrderId).toBeUndefined();
      const { orders } = await bench.snapshot();
      expect(orders).toMatchObject([{ venueOrderId, status: 'WORKING' }]);
      expect(orders[0]!.clientOrderId).toBeUndefined();
    },
  },
  {
    name: 'reports the order of another client with the client order id that it chose',
    traits: ['OTHER_CLIENT'],
    run: async (bench) => {
      const order = orderOf('LIMIT');
      await bench.venue.elsewhere.submit(order);
      await bench.told(order.clientOrderId, 'ACCEPTED');
    },
  },
  {
    name: 'reports what another client trades, and shows it in the position',
    traits: ['OTHER_CLIENT'],
    run: async (bench) => {
      const { clientOrderId: _, ...order } = orderOf('MARKET');
      await bench.venue.elsewhere.submit(order);
      await until('the fill is reported', () => bench.sink.reports.some(({ type }) => type === 'FILLED'));
      expect((await bench.snapshot()).positions).toMatchObject([{ symbol: AAPL, quantity: order.quantity }]);
    },
  },
  {
    name: 'reports that another client cancelled our order',
    traits: ['OTHER_CLIENT'],
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const { venueOrderId } = await bench.placeWorking(order);
      await bench.venue.elsewhere.cancel(venueOrderId!);
      await bench.told(order.clientOrderId, 'CANCELED');
    },
  },
  {
    name: 'keeps many orders at once apart, each with its own fills',
    run: async (bench) => {
      const orders = Array.from({ length: 40 }, (_, index) =>
        index % 2 === 0 ? orderOf('MARKET', { quantity: quantity('1') }) : orderOf('LIMIT', { quantity: quantity('1') }),
      );
      const references = await Promise.all(orders.map((order) => bench.place(order)));
      expect(new Set(references.map(({ venueOrderId }) => venueOrderId)).size).toBe(orders.length);
      for (const [index, order] of orders.entries()) if (index % 2 === 0) await bench.filled(order.clientOrderId, order.quantity);
      await settle();
      for (const [index, order] of orders.entries()) if (index % 2 === 1) bench.untouched(order.clientOrderId);
      expect((await bench.snapshot()).positions).toMatchObject([{ quantity: quantity('20') }]);
    },
  },
];

import { expect } from 'vitest';

import { price, quantity } from '@tradewind/vocabulary';

import { refusalOf, settle } from '../bench.js';
import type { AcceptanceCase } from '../case.js';
import { AAPL, freshId, orderOf } from '../scene.js';

export const cancelCases: readonly AcceptanceCase[] = [
  {
    name: 'cancels a working order',
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const reference = await bench.placeWorking(order);
      expect(await bench.broker.cancel(reference)).toMatchObject({ status: 'TAKEN' });
      await bench.told(order.clientOrderId, 'CANCELED');
      await bench.found(order.clientOrderId, ({ status }) => status === 'CANCELED');
    },
  },
  {
    name: 'cancels by the client order id alone',
    run: async (bench) => {
      const order = orderOf('LIMIT');
      await bench.placeWorking(order);
      expect(await bench.broker.cancel({ clientOrderId: order.clientOrderId, symbol: order.symbol })).toMatchObject({ status: 'TAKEN' });
      await bench.told(order.clientOrderId, 'CANCELED');
    },
  },
  {
    name: 'cancels in another session than the one that placed it',
    traits: ['SHARED_ORDERS'],
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const reference = await bench.placeWorking(order);
      const other = bench.another();
      await other.connect({ report: () => undefined, link: () => undefined, fault: () => undefined }, AbortSignal.timeout(5000));
      expect(await other.cancel(reference)).toMatchObject({ status: 'TAKEN' });
      await bench.told(order.clientOrderId, 'CANCELED');
    },
  },
  {
    name: 'keeps the fills of an order that is cancelled',
    run: async (bench) => {
      await bench.venue.market.quote(AAPL, '99.9', '100.1', '40');
      const order = orderOf('LIMIT', { limitPrice: price('100.1'), quantity: quantity('100') });
      const reference = await bench.place(order);
      await bench.filled(order.clientOrderId, quantity('40'));
      expect(await bench.broker.cancel(reference)).toMatchObject({ status: 'TAKEN' });
      await bench.told(order.clientOrderId, 'CANCELED');
      expect((await bench.found(order.clientOrderId, ({ status }) => status === 'CANCELED')).filledQuantity).toBe(quantity('40'));
      expect((await bench.snapshot()).positions).toMatchObject([{ quantity: quantity('40') }]);
    },
  },
  {
    name: 'refuses to cancel a filled order as TOO_LATE',
    run: async (bench) => {
      const order = orderOf('MARKET');
      const reference = await bench.placeFilled(order);
      const answer = await bench.broker.cancel(reference);
      if (answer.status === 'TAKEN') expect((await bench.told(order.clientOrderId, 'CANCEL_REJECTED')).code).toBe('TOO_LATE');
      else expect(refusalOf(answer)).toBe('TOO_LATE');
      expect(bench.all(order.clientOrderId, 'CANCELED')).toEqual([]);
    },
  },
  {
    name: 'refuses to cancel an order that there never was as ORDER_UNKNOWN',
    run: async (bench) => {
      const answer = await bench.broker.cancel({ clientOrderId: freshId(), symbol: AAPL });
      expect(refusalOf(answer)).toBe('ORDER_UNKNOWN');
    },
  },
  {
    name: 'tells one cancellation of an order that is cancelled twice',
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const reference = await bench.placeWorking(order);
      expect(await bench.broker.cancel(reference)).toMatchObject({ status: 'TAKEN' });
      const again = await bench.broker.cancel(reference);
      if (again.status !== 'TAKEN') expect(refusalOf(again)).toBe('TOO_LATE');
      await bench.told(order.clientOrderId, 'CANCELED');
      await settle();
      expect(bench.all(order.clientOrderId, 'CANCELED')).toHaveLength(1);
    },
  },
  {
    name: 'lets either the fill or the cancellation win a race, never both for the same shares',
    run: async (bench) => {
      for (let round = 0; round < 5; round += 1) {
        await bench.venue.market.quote(AAPL, '100', '100.1');
        const order = orderOf('LIMIT', { limitPrice: price('99') });
        const reference = await bench.placeWorking(order);
        const [answer] = await Promise.all([bench.broker.cancel(reference), bench.venue.market.quote(AAPL, '98.8', '98.9')]);
        const view = await bench.found(order.clientOrderId, ({ status }) => status === 'FILLED' || status === 'CANCELED');
        await settle(20);
        expect(bench.filledQuantity(order.clientOrderId)).toBe(view.filledQuantity);
        if (view.status === 'CANCELED') expect(answer.status).toBe('TAKEN');
      }
    },
  },
  {
    name: 'cancels one order and leaves the others alone',
    run: async (bench) => {
      const [kept, dropped] = [orderOf('LIMIT'), orderOf('LIMIT', { limitPrice: price('91') })];
      await bench.placeWorking(kept);
      await bench.broker.cancel(await bench.placeWorking(dropped));
      await bench.told(dropped.clientOrderId, 'CANCELED');
      await settle();
      bench.untouched(kept.clientOrderId);
    },
  },
];

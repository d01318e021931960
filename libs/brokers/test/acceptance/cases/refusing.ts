import { expect } from 'vitest';

import { price, quantity } from '@tradewind/vocabulary';

import { refusalOf, settle } from '../bench.js';
import type { AcceptanceCase } from '../case.js';
import { AAPL, freshId, HARD, NOWHERE, orderOf } from '../scene.js';

/** The answer's code, or the code of the report for a venue that takes first and rejects then. */
const refusedWith = async (bench: Parameters<AcceptanceCase['run']>[0], order: ReturnType<typeof orderOf>): Promise<string> => {
  const answer = await bench.broker.submit(order);
  if (answer.status === 'REFUSED') return answer.code;
  expect(answer.status).toBe('TAKEN');
  return (await bench.told(order.clientOrderId, 'REJECTED')).code;
};

export const refusalCases: readonly AcceptanceCase[] = [
  {
    name: 'refuses an unknown symbol as SYMBOL_UNKNOWN',
    run: async (bench) => expect(await refusedWith(bench, orderOf('LIMIT', { symbol: NOWHERE }))).toBe('SYMBOL_UNKNOWN'),
  },
  {
    name: 'refuses an order beyond the buying power as BUYING_POWER',
    run: async (bench) => expect(await refusedWith(bench, orderOf('LIMIT', { quantity: quantity('9000') }))).toBe('BUYING_POWER'),
  },
  {
    name: 'counts the orders that work already against the buying power',
    run: async (bench) => {
      const large = (): ReturnType<typeof orderOf> => orderOf('LIMIT', { quantity: quantity('1500') });
      await bench.placeWorking(large());
      expect(await refusedWith(bench, large())).toBe('BUYING_POWER');
    },
  },
  {
    name: 'refuses to sell short what can not be borrowed as NOT_SHORTABLE',
    traits: ['SHORTABILITY'],
    run: async (bench) => expect(await refusedWith(bench, orderOf('MARKET', { side: 'SELL', symbol: HARD }))).toBe('NOT_SHORTABLE'),
  },
  {
    name: 'refuses a price between two ticks as PRICE_INVALID',
    run: async (bench) => expect(await refusedWith(bench, orderOf('LIMIT', { limitPrice: price('90.001') }))).toBe('PRICE_INVALID'),
  },
  {
    name: 'refuses a quantity of nought as ORDER_INVALID',
    run: async (bench) => expect(refusalOf(await bench.broker.submit(orderOf('LIMIT', { quantity: quantity('0') })))).toBe('ORDER_INVALID'),
  },
  {
    name: 'refuses a negative quantity as ORDER_INVALID',
    run: async (bench) =>
      expect(refusalOf(await bench.broker.submit(orderOf('LIMIT', { quantity: quantity('-5') })))).toBe('ORDER_INVALID'),
  },
  {
    name: 'refuses a client order id that is none as ORDER_INVALID',
    run: async (bench) => {
      for (const clientOrderId of ['', 'a b', 'x'.repeat(33), 'naïve', 'a.1']) {
        expect(refusalOf(await bench.broker.submit(orderOf('LIMIT', { clientOrderId })))).toBe('ORDER_INVALID');
      }
    },
  },
  {
    name: 'refuses fractions of a share where it has none as UNSUPPORTED',
    capable: ({ fractional }) => !fractional,
    run: async (bench) => expect(refusalOf(await bench.broker.submit(orderOf('LIMIT', { quantity: quantity('0.5') })))).toBe('UNSUPPORTED'),
  },
  {
    name: 'refuses a group of orders where it has none as UNSUPPORTED',
    capable: ({ oneCancelsOther }) => !oneCancelsOther,
    run: async (bench) => expect(refusalOf(await bench.broker.submit(orderOf('LIMIT', { ocoGroup: freshId() })))).toBe('UNSUPPORTED'),
  },
  {
    name: 'leaves no trace of a refused order in the account',
    run: async (bench) => {
      const before = await bench.snapshot();
      await refusedWith(bench, orderOf('LIMIT', { quantity: quantity('9000') }));
      const after = await bench.snapshot();
      expect([after.cash, after.positions, after.executions]).toEqual([before.cash, before.positions, before.executions]);
    },
  },
  {
    name: 'makes no second order of a client order id that it knows',
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const { venueOrderId } = await bench.placeWorking(order);
      const again = await bench.broker.submit(order);
      if (again.status === 'TAKEN') expect(again.venueOrderId).toBe(venueOrderId);
      else expect(refusalOf(again)).toBe('DUPLICATE_ORDER_ID');
      const { orders } = await bench.snapshot();
      expect(orders.filter(({ clientOrderId }) => clientOrderId === order.clientOrderId)).toHaveLength(1);
    },
  },
  {
    name: 'makes no second order of a client order id whose order has ended',
    run: async (bench) => {
      const order = orderOf('MARKET');
      await bench.placeFilled(order);
      const again = await bench.broker.submit(order);
      if (again.status !== 'TAKEN') expect(refusalOf(again)).toBe('DUPLICATE_ORDER_ID');
      await settle();
      expect(bench.filledQuantity(order.clientOrderId)).toBe(order.quantity);
      expect((await bench.snapshot()).positions).toMatchObject([{ symbol: AAPL, quantity: order.quantity }]);
    },
  },
];

import { expect } from 'vitest';

import { takesNatively, type VenueCapabilities } from '@tradewind/venue';
import { price, quantity } from '@tradewind/vocabulary';

import { refusalOf, settle } from '../bench.js';
import type { AcceptanceCase } from '../case.js';
import { AAPL, freshId, orderOf } from '../scene.js';

const replaces = ({ replace }: VenueCapabilities): boolean => replace;

export const replaceCases: readonly AcceptanceCase[] = [
  {
    name: 'replaces the price of a limit order, which then fills at the new one',
    capable: replaces,
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const reference = await bench.placeWorking(order);
      expect(await bench.broker.replace(reference, { limitPrice: price('99') })).toMatchObject({ status: 'TAKEN' });
      expect((await bench.told(order.clientOrderId, 'UPDATED')).terms).toMatchObject({ limitPrice: price('99'), quantity: order.quantity });
      await bench.venue.market.quote(AAPL, '98.8', '98.9');
      await bench.filled(order.clientOrderId, order.quantity);
    },
  },
  {
    name: 'replaces a limit into the market and fills it at once',
    capable: replaces,
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const reference = await bench.placeWorking(order);
      await bench.broker.replace(reference, { limitPrice: price('101') });
      for (const fill of await bench.filled(order.clientOrderId, order.quantity)) expect(fill.price).toBe(price('100.1'));
    },
  },
  ...(['20', '5'] as const).map((to): AcceptanceCase => ({
    name: `replaces a quantity of 10 by ${to}`,
    capable: replaces,
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const reference = await bench.placeWorking(order);
      await bench.broker.replace(reference, { quantity: quantity(to) });
      expect((await bench.told(order.clientOrderId, 'UPDATED')).terms.quantity).toBe(quantity(to));
      await bench.venue.market.quote(AAPL, '89.8', '89.9');
      await bench.filled(order.clientOrderId, quantity(to));
    },
  })),
  {
    name: 'replaces the stop of a stop order',
    capable: (capabilities) => replaces(capabilities) && takesNatively(capabilities, 'STOP', 'DAY'),
    run: async (bench) => {
      const order = orderOf('STOP');
      const reference = await bench.placeWorking(order);
      await bench.broker.replace(reference, { stopPrice: price('103') });
      expect((await bench.told(order.clientOrderId, 'UPDATED')).terms.stopPrice).toBe(price('103'));
      await bench.venue.market.quote(AAPL, '103.2', '103.3');
      await bench.filled(order.clientOrderId, order.quantity);
    },
  },
  {
    name: 'replaces the trail of a trailing stop',
    capable: (capabilities) => replaces(capabilities) && takesNatively(capabilities, 'TRAILING_STOP', 'DAY'),
    run: async (bench) => {
      await bench.placeFilled(orderOf('MARKET'));
      const order = orderOf('TRAILING_STOP', { side: 'SELL' });
      const reference = await bench.placeWorking(order);
      await bench.broker.replace(reference, { trail: { by: 'AMOUNT', value: price('1') } });
      expect((await bench.told(order.clientOrderId, 'UPDATED')).terms.trail).toEqual({ by: 'AMOUNT', value: price('1') });
      await bench.venue.market.quote(AAPL, '98.5', '98.6');
      await bench.filled(order.clientOrderId, order.quantity);
    },
  },
  {
    name: 'replaces again and again, by the client order id alone',
    capable: replaces,
    run: async (bench) => {
      const order = orderOf('LIMIT');
      await bench.placeWorking(order);
      const name = { clientOrderId: order.clientOrderId, symbol: order.symbol };
      for (const [index, limit] of ['91', '92', '93'].entries()) {
        expect(await bench.broker.replace(name, { limitPrice: price(limit) })).toMatchObject({ status: 'TAKEN' });
        await bench.told(order.clientOrderId, 'UPDATED', index + 1);
      }
      expect((await bench.found(order.clientOrderId, ({ status }) => status === 'WORKING')).limitPrice).toBe(price('93'));
    },
  },
  {
    name: 'cancels what an order was replaced by',
    capable: replaces,
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const reference = await bench.placeWorking(order);
      await bench.broker.replace(reference, { limitPrice: price('91') });
      await bench.told(order.clientOrderId, 'UPDATED');
      expect(await bench.broker.cancel(reference)).toMatchObject({ status: 'TAKEN' });
      await bench.told(order.clientOrderId, 'CANCELED');
      expect((await bench.snapshot()).orders.filter(({ status }) => status === 'WORKING')).toEqual([]);
    },
  },
  {
    name: 'shows a replaced order once, with its new terms, in a snapshot',
    capable: replaces,
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const reference = await bench.placeWorking(order);
      await bench.broker.replace(reference, { limitPrice: price('91'), quantity: quantity('12') });
      await bench.told(order.clientOrderId, 'UPDATED');
      const { orders } = await bench.snapshot();
      expect(orders).toMatchObject([
        { clientOrderId: order.clientOrderId, limitPrice: price('91'), quantity: quantity('12'), status: 'WORKING' },
      ]);
    },
  },
  {
    name: 'counts what is filled already towards the quantity of a replacement',
    capable: replaces,
    run: async (bench) => {
      await bench.venue.market.quote(AAPL, '99.9', '100.1', '40');
      const order = orderOf('LIMIT', { limitPrice: price('100.1'), quantity: quantity('100') });
      const reference = await bench.place(order);
      await bench.filled(order.clientOrderId, quantity('40'));
      await bench.broker.replace(reference, { limitPrice: price('100.2') });
      expect((await bench.told(order.clientOrderId, 'UPDATED')).terms.quantity).toBe(quantity('100'));
      await bench.venue.market.quote(AAPL, '100', '100.15');
      await bench.filled(order.clientOrderId, quantity('100'));
      const view = await bench.found(order.clientOrderId, ({ status }) => status === 'FILLED');
      expect([view.quantity, view.filledQuantity]).toEqual([quantity('100'), quantity('100')]);
    },
  },
  {
    name: 'lowers the quantity of an order that is filled in part to a total, not to what is left',
    capable: replaces,
    run: async (bench) => {
      await bench.venue.market.quote(AAPL, '99.9', '100.1', '40');
      const order = orderOf('LIMIT', { limitPrice: price('100.1'), quantity: quantity('100') });
      const reference = await bench.place(order);
      await bench.filled(order.clientOrderId, quantity('40'));
      await bench.broker.replace(reference, { quantity: quantity('60') });
      expect((await bench.told(order.clientOrderId, 'UPDATED')).terms.quantity).toBe(quantity('60'));
      await bench.venue.market.quote(AAPL, '99.9', '100.1');
      await bench.filled(order.clientOrderId, quantity('60'));
      await settle();
      expect(bench.filledQuantity(order.clientOrderId)).toBe(quantity('60'));
    },
  },
  {
    name: 'does not fill more because of a replacement to less than is filled',
    capable: replaces,
    run: async (bench) => {
      await bench.venue.market.quote(AAPL, '99.9', '100.1', '40');
      const order = orderOf('LIMIT', { limitPrice: price('100.1'), quantity: quantity('100') });
      const reference = await bench.place(order);
      await bench.filled(order.clientOrderId, quantity('40'));
      const answer = await bench.broker.replace(reference, { quantity: quantity('30') });
      if (answer.status === 'REFUSED') expect(['TOO_LATE', 'ORDER_INVALID']).toContain(answer.code);
      await bench.broker.cancel(reference);
      await bench.venue.market.quote(AAPL, '99.9', '100.1');
      await settle();
      expect(bench.filledQuantity(order.clientOrderId)).toBe(quantity('40'));
    },
  },
  {
    name: 'refuses to replace a filled order as TOO_LATE',
    capable: replaces,
    run: async (bench) => {
      const order = orderOf('LIMIT', { limitPrice: price('101') });
      const reference = await bench.placeFilled(order);
      const answer = await bench.broker.replace(reference, { limitPrice: price('102') });
      if (answer.status === 'TAKEN') expect((await bench.told(order.clientOrderId, 'UPDATE_REJECTED')).code).toBe('TOO_LATE');
      else expect(refusalOf(answer)).toBe('TOO_LATE');
    },
  },
  {
    name: 'refuses to replace an order that there never was as ORDER_UNKNOWN',
    capable: replaces,
    run: async (bench) => {
      const answer = await bench.broker.replace({ clientOrderId: freshId(), symbol: AAPL }, { limitPrice: price('90') });
      expect(refusalOf(answer)).toBe('ORDER_UNKNOWN');
    },
  },
  {
    name: 'leaves an order as it was when its replacement is refused',
    capable: replaces,
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const reference = await bench.placeWorking(order);
      const answer = await bench.broker.replace(reference, { limitPrice: price('90.001') });
      if (answer.status === 'TAKEN') await bench.told(order.clientOrderId, 'UPDATE_REJECTED');
      else expect(refusalOf(answer)).toBe('PRICE_INVALID');
      expect(await bench.found(order.clientOrderId, ({ status }) => status === 'WORKING')).toMatchObject({ limitPrice: price('90') });
    },
  },
  {
    name: 'fills no more than was ordered when a replacement races with the fill',
    capable: replaces,
    run: async (bench) => {
      for (let round = 0; round < 5; round += 1) {
        await bench.venue.market.quote(AAPL, '100', '100.1');
        const order = orderOf('LIMIT', { limitPrice: price('99') });
        const reference = await bench.placeWorking(order);
        await Promise.all([bench.broker.replace(reference, { limitPrice: price('99.1') }), bench.venue.market.quote(AAPL, '98.8', '98.9')]);
        await bench.filled(order.clientOrderId, order.quantity);
        await settle(20);
        expect(bench.filledQuantity(order.clientOrderId)).toBe(order.quantity);
      }
    },
  },
];

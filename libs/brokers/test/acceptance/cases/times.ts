import { expect } from 'vitest';

import { takesNatively, type TimeInForce, type VenueCapabilities } from '@tradewind/venue';
import { price, quantity } from '@tradewind/vocabulary';

import { settle } from '../bench.js';
import type { AcceptanceCase } from '../case.js';
import { AAPL, MSFT, orderOf } from '../scene.js';

const limits =
  (timeInForce: TimeInForce) =>
  (capabilities: VenueCapabilities): boolean =>
    takesNatively(capabilities, 'LIMIT', timeInForce);
const CLOSE = { AAPL: '100.5', MSFT: '50.5', HARD: '20' };
const OPEN = { AAPL: '101', MSFT: '51', HARD: '20' };

export const timeCases: readonly AcceptanceCase[] = [
  {
    name: 'fills what there is for an IOC order and ends the rest',
    capable: limits('IOC'),
    run: async (bench) => {
      await bench.venue.market.quote(AAPL, '99.9', '100.1', '40');
      const order = orderOf('LIMIT', { timeInForce: 'IOC', limitPrice: price('100.1'), quantity: quantity('100') });
      await bench.place(order);
      await bench.filled(order.clientOrderId, quantity('40'));
      await bench.ended(order.clientOrderId);
      await bench.venue.market.quote(AAPL, '99.9', '100', '100');
      await settle();
      expect(bench.filledQuantity(order.clientOrderId)).toBe(quantity('40'));
    },
  },
  {
    name: 'ends an IOC order that finds nothing, without a fill',
    capable: limits('IOC'),
    run: async (bench) => {
      const order = orderOf('LIMIT', { timeInForce: 'IOC', limitPrice: price('99') });
      await bench.place(order);
      await bench.ended(order.clientOrderId);
      expect(bench.filledQuantity(order.clientOrderId)).toBe(0n);
    },
  },
  {
    name: 'fills a FOK order whole when there is enough',
    capable: limits('FOK'),
    run: async (bench) => {
      const order = orderOf('LIMIT', { timeInForce: 'FOK', limitPrice: price('100.1'), quantity: quantity('100') });
      await bench.placeFilled(order);
    },
  },
  {
    name: 'ends a FOK order without any fill when there is not enough',
    capable: limits('FOK'),
    run: async (bench) => {
      await bench.venue.market.quote(AAPL, '99.9', '100.1', '40');
      const order = orderOf('LIMIT', { timeInForce: 'FOK', limitPrice: price('100.1'), quantity: quantity('100') });
      await bench.place(order);
      await bench.ended(order.clientOrderId);
      expect(bench.filledQuantity(order.clientOrderId)).toBe(0n);
    },
  },
  {
    name: 'expires a DAY order at the close',
    traits: ['SESSIONS'],
    run: async (bench) => {
      const order = orderOf('LIMIT', { limitPrice: price('90') });
      await bench.placeWorking(order);
      await bench.venue.market.closeSession(CLOSE);
      await bench.ended(order.clientOrderId);
      const view = await bench.found(order.clientOrderId, ({ status }) => status === 'EXPIRED' || status === 'CANCELED');
      expect(view.filledQuantity).toBe(0n);
    },
  },
  {
    name: 'keeps the fills of a DAY order that expires',
    traits: ['SESSIONS'],
    run: async (bench) => {
      await bench.venue.market.quote(AAPL, '99.9', '100.1', '40');
      const order = orderOf('LIMIT', { limitPrice: price('100.1'), quantity: quantity('100') });
      await bench.place(order);
      await bench.filled(order.clientOrderId, quantity('40'));
      await bench.venue.market.closeSession({ ...CLOSE, AAPL: '105' });
      await bench.ended(order.clientOrderId);
      expect((await bench.found(order.clientOrderId, ({ status }) => status !== 'WORKING')).filledQuantity).toBe(quantity('40'));
    },
  },
  {
    name: 'keeps a GTC order over the close and fills it in the next session',
    traits: ['SESSIONS'],
    capable: limits('GTC'),
    run: async (bench) => {
      const order = orderOf('LIMIT', { timeInForce: 'GTC', limitPrice: price('95') });
      await bench.placeWorking(order);
      await bench.venue.market.closeSession(CLOSE);
      await bench.venue.market.openSession(OPEN);
      bench.untouched(order.clientOrderId);
      await bench.venue.market.quote(AAPL, '94.8', '94.9');
      await bench.filled(order.clientOrderId, order.quantity);
    },
  },
  {
    name: 'fills a CLS order in the closing auction and not before',
    traits: ['SESSIONS'],
    capable: (capabilities) => takesNatively(capabilities, 'MARKET', 'CLS'),
    run: async (bench) => {
      const order = orderOf('MARKET', { timeInForce: 'CLS' });
      await bench.placeWorking(order);
      await bench.venue.market.quote(AAPL, '100.2', '100.3');
      await settle();
      bench.untouched(order.clientOrderId);
      await bench.venue.market.closeSession(CLOSE);
      for (const fill of await bench.filled(order.clientOrderId, order.quantity)) expect(fill.price).toBe(price('100.5'));
    },
  },
  {
    name: 'ends a limit CLS order whose price the closing auction does not reach',
    traits: ['SESSIONS'],
    capable: limits('CLS'),
    run: async (bench) => {
      const order = orderOf('LIMIT', { timeInForce: 'CLS', limitPrice: price('99') });
      await bench.placeWorking(order);
      await bench.venue.market.closeSession(CLOSE);
      await bench.ended(order.clientOrderId);
      expect(bench.filledQuantity(order.clientOrderId)).toBe(0n);
    },
  },
  {
    name: 'fills an OPG order in the opening auction of the next session',
    traits: ['SESSIONS'],
    capable: (capabilities) => takesNatively(capabilities, 'MARKET', 'OPG'),
    run: async (bench) => {
      await bench.venue.market.closeSession(CLOSE);
      const order = orderOf('MARKET', { timeInForce: 'OPG', symbol: MSFT });
      await bench.place(order);
      await settle();
      bench.untouched(order.clientOrderId);
      await bench.venue.market.openSession(OPEN);
      for (const fill of await bench.filled(order.clientOrderId, order.quantity)) expect(fill.price).toBe(price('51'));
    },
  },
  {
    name: 'never fills a market order while the market is closed',
    traits: ['SESSIONS'],
    run: async (bench) => {
      await bench.venue.market.closeSession(CLOSE);
      const order = orderOf('MARKET');
      const answer = await bench.broker.submit(order);
      await settle();
      expect(bench.filledQuantity(order.clientOrderId)).toBe(0n);
      if (answer.status === 'REFUSED') expect(answer.code).toBe('MARKET_CLOSED');
      else expect(answer.status).toBe('TAKEN');
    },
  },
  {
    name: 'takes an order that works before and after the session too',
    capable: ({ extendedHours }) => extendedHours,
    run: async (bench) => {
      const order = orderOf('LIMIT', { extendedHours: true, limitPrice: price('90') });
      await bench.placeWorking(order);
    },
  },
  {
    name: 'fills nothing while a symbol is halted, and goes on when it is resumed',
    traits: ['HALTS'],
    run: async (bench) => {
      const order = orderOf('LIMIT', { limitPrice: price('99') });
      await bench.placeWorking(order);
      await bench.venue.market.halt(AAPL);
      await bench.venue.market.quote(AAPL, '98', '98.1');
      await settle();
      bench.untouched(order.clientOrderId);
      await bench.venue.market.resume(AAPL);
      await bench.venue.market.quote(AAPL, '98', '98.1');
      await bench.filled(order.clientOrderId, order.quantity);
    },
  },
  {
    name: 'holds or refuses an order that comes during a halt, and does not fill it',
    traits: ['HALTS'],
    run: async (bench) => {
      await bench.venue.market.halt(AAPL);
      const order = orderOf('MARKET');
      const answer = await bench.broker.submit(order);
      await settle();
      expect(bench.filledQuantity(order.clientOrderId)).toBe(0n);
      if (answer.status === 'REFUSED') expect(answer.code).toBe('HALTED');
      else expect(answer.status).toBe('TAKEN');
    },
  },
  {
    name: 'cancels during a halt',
    traits: ['HALTS'],
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const reference = await bench.placeWorking(order);
      await bench.venue.market.halt(AAPL);
      expect(await bench.broker.cancel(reference)).toMatchObject({ status: 'TAKEN' });
      await bench.told(order.clientOrderId, 'CANCELED');
    },
  },
];

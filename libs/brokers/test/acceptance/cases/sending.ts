import { expect } from 'vitest';

import { price } from '@tradewind/vocabulary';

import { type Bench, errorOf, settle } from '../bench.js';
import type { AcceptanceCase } from '../case.js';
import { orderOf } from '../scene.js';
import type { RequestFault } from '../venue-under-test.js';

/** How many orders of the client order id the account holds or has held, and how many executions of it. */
const countOf = async (bench: Bench, id: string): Promise<readonly [orders: number, executions: number]> => {
  const { orders, executions } = await bench.snapshot();
  return [
    orders.filter(({ clientOrderId }) => clientOrderId === id).length,
    executions.filter(({ clientOrderId }) => clientOrderId === id).length,
  ];
};

/** An order that was taken although its answer says nothing of the kind: UNKNOWN, then found, then reported, and it stays one order. */
const takenUnheard = (fault: RequestFault, what: string): AcceptanceCase => ({
  name: `answers UNKNOWN when ${what}, and the order is found`,
  traits: [fault],
  run: async (bench) => {
    bench.venue.disturb(fault, 1);
    const order = orderOf('LIMIT');
    expect((await bench.broker.submit(order)).status).toBe('UNKNOWN');
    await bench.found(order.clientOrderId, ({ status }) => status === 'WORKING');
    await bench.told(order.clientOrderId, 'ACCEPTED');
    expect(await countOf(bench, order.clientOrderId)).toEqual([1, 0]);
  },
});

export const sendingCases: readonly AcceptanceCase[] = [
  takenUnheard('ANSWER_LOST', 'the answer is lost after the venue took the order'),
  takenUnheard('SERVER_ERROR_DONE', 'the venue says that it failed and took the order all the same'),
  takenUnheard('MALFORMED', 'the answer to an order that was taken can not be read'),
  {
    name: 'tells the fill of an order whose answer was lost',
    traits: ['ANSWER_LOST'],
    run: async (bench) => {
      bench.venue.disturb('ANSWER_LOST', 1);
      const order = orderOf('MARKET');
      expect((await bench.broker.submit(order)).status).toBe('UNKNOWN');
      await bench.filled(order.clientOrderId, order.quantity);
    },
  },
  {
    name: 'answers UNKNOWN or NOT_SENT when the request is lost, and the order is not found',
    traits: ['REQUEST_LOST'],
    run: async (bench) => {
      bench.venue.disturb('REQUEST_LOST', 1);
      const order = orderOf('LIMIT');
      expect((await bench.broker.submit(order)).status).toMatch(/^(UNKNOWN|NOT_SENT)$/);
      expect(await bench.broker.find(order.clientOrderId)).toBeUndefined();
    },
  },
  {
    name: 'makes one order of one that is sent again after the request was lost',
    traits: ['REQUEST_LOST'],
    run: async (bench) => {
      bench.venue.disturb('REQUEST_LOST', 1);
      const order = orderOf('LIMIT');
      await bench.broker.submit(order);
      await bench.placeWorking(order);
      expect(await countOf(bench, order.clientOrderId)).toEqual([1, 0]);
    },
  },
  {
    name: 'makes one order of one that is sent again although its answer alone was lost',
    traits: ['ANSWER_LOST'],
    run: async (bench) => {
      bench.venue.disturb('ANSWER_LOST', 1);
      const order = orderOf('MARKET');
      await bench.broker.submit(order);
      await bench.filled(order.clientOrderId, order.quantity);
      const again = await bench.broker.submit(order);
      expect(again.status === 'TAKEN' || (again.status === 'REFUSED' && again.code === 'DUPLICATE_ORDER_ID')).toBe(true);
      await settle();
      expect(await countOf(bench, order.clientOrderId)).toEqual([1, 1]);
    },
  },
  {
    name: 'never calls an order unsent that the venue failed on, for it may have been taken',
    traits: ['SERVER_ERROR'],
    run: async (bench) => {
      bench.venue.disturb('SERVER_ERROR', 1);
      const order = orderOf('LIMIT');
      expect((await bench.broker.submit(order)).status).toBe('UNKNOWN');
      expect(await bench.broker.find(order.clientOrderId)).toBeUndefined();
    },
  },
  {
    name: 'answers NOT_SENT while the venue is gone',
    traits: ['DOWN'],
    run: async (bench) => {
      await bench.venue.down();
      // A connection that was kept may first have to be found dead.
      await settle();
      const order = orderOf('LIMIT');
      expect((await bench.broker.submit(order)).status).toMatch(/^(NOT_SENT|UNKNOWN)$/);
      expect(await bench.broker.submit(orderOf('LIMIT'))).toMatchObject({ status: 'NOT_SENT' });
      await bench.venue.up();
      expect(await bench.broker.find(order.clientOrderId)).toBeUndefined();
    },
  },
  {
    name: 'comes back when a venue that was gone is there again, and trades on',
    traits: ['DOWN'],
    run: async (bench) => {
      const order = orderOf('LIMIT');
      await bench.placeWorking(order);
      await bench.venue.down();
      await settle();
      await bench.venue.up();
      await expect.poll(() => bench.sink.links.at(-1), { timeout: 5000 }).toEqual({ kind: 'UP' });
      bench.untouched(order.clientOrderId);
      await bench.placeFilled(orderOf('MARKET'));
    },
  },
  {
    name: 'sends an order that was turned away for the number of requests until it is taken, once',
    traits: ['RATE_LIMITED'],
    run: async (bench) => {
      bench.venue.disturb('RATE_LIMITED', 2);
      const order = orderOf('LIMIT');
      const answer = await bench.broker.submit(order);
      if (answer.status === 'REFUSED') expect(answer.code).toBe('RATE_LIMITED');
      else expect(await countOf(bench, order.clientOrderId)).toEqual([1, 0]);
    },
  },
  {
    name: 'waits for an answer that is slow',
    traits: ['SLOW'],
    run: async (bench) => {
      bench.venue.disturb('SLOW', 1);
      const order = orderOf('LIMIT');
      await bench.placeWorking(order);
    },
  },
  {
    name: 'answers UNKNOWN to a cancel whose answer is lost, and the cancellation is reported',
    traits: ['ANSWER_LOST'],
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const reference = await bench.placeWorking(order);
      bench.venue.disturb('ANSWER_LOST', 1);
      expect((await bench.broker.cancel(reference)).status).toBe('UNKNOWN');
      await bench.told(order.clientOrderId, 'CANCELED');
    },
  },
  {
    name: 'leaves an order working whose cancel is lost, until it is sent again',
    traits: ['REQUEST_LOST'],
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const reference = await bench.placeWorking(order);
      bench.venue.disturb('REQUEST_LOST', 1);
      expect((await bench.broker.cancel(reference)).status).toMatch(/^(UNKNOWN|NOT_SENT)$/);
      expect(await bench.broker.find(order.clientOrderId)).toMatchObject({ status: 'WORKING' });
      expect(await bench.broker.cancel(reference)).toMatchObject({ status: 'TAKEN' });
      await bench.told(order.clientOrderId, 'CANCELED');
    },
  },
  {
    name: 'answers UNKNOWN to a replacement whose answer is lost, and tells and finds the new terms',
    traits: ['ANSWER_LOST'],
    capable: ({ replace }) => replace,
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const reference = await bench.placeWorking(order);
      bench.venue.disturb('ANSWER_LOST', 1);
      expect((await bench.broker.replace(reference, { limitPrice: price('91') })).status).toBe('UNKNOWN');
      expect((await bench.told(order.clientOrderId, 'UPDATED')).terms.limitPrice).toBe(price('91'));
      await bench.found(order.clientOrderId, (view) => view.status === 'WORKING' && view.limitPrice === price('91'));
    },
  },
  {
    name: 'leaves an order as it was when its replacement is lost',
    traits: ['REQUEST_LOST'],
    capable: ({ replace }) => replace,
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const reference = await bench.placeWorking(order);
      bench.venue.disturb('REQUEST_LOST', 1);
      expect((await bench.broker.replace(reference, { limitPrice: price('91') })).status).toMatch(/^(UNKNOWN|NOT_SENT)$/);
      expect(await bench.broker.find(order.clientOrderId)).toMatchObject({ status: 'WORKING', limitPrice: price('90') });
    },
  },
  {
    name: 'asks again when a question fails once',
    traits: ['SERVER_ERROR'],
    run: async (bench) => {
      const order = orderOf('LIMIT');
      await bench.placeWorking(order);
      bench.venue.disturbQuestions('SERVER_ERROR', 1);
      expect(await bench.broker.find(order.clientOrderId)).toMatchObject({ status: 'WORKING' });
    },
  },
  {
    name: 'rejects a question that fails for good as UNREACHABLE, never as an order that there is not',
    traits: ['SERVER_ERROR'],
    run: async (bench) => {
      bench.venue.disturbQuestions('SERVER_ERROR', 50);
      expect((await errorOf(bench.broker.find('anything'))).code).toBe('UNREACHABLE');
      expect((await errorOf(bench.broker.snapshot(0n as never))).code).toBe('UNREACHABLE');
    },
  },
  {
    name: 'rejects a question whose answer can not be read as BAD_RESPONSE, with the field and the rule',
    traits: ['MALFORMED'],
    run: async (bench) => {
      bench.venue.disturbQuestions('MALFORMED', 50);
      const error = await errorOf(bench.broker.snapshot(0n as never));
      expect(error.code).toBe('BAD_RESPONSE');
      expect(error.details).toMatchObject({ field: expect.any(String) as string, rule: expect.any(String) as string });
    },
  },
];

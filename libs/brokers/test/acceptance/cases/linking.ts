import { expect } from 'vitest';

import { price } from '@tradewind/vocabulary';

import { errorOf, RecordingBrokerSink, settle, until } from '../bench.js';
import type { AcceptanceCase } from '../case.js';
import { AAPL, MSFT, orderOf } from '../scene.js';

const SOON = (): AbortSignal => AbortSignal.timeout(5000);

export const linkCases: readonly AcceptanceCase[] = [
  {
    name: 'says that it is up when it is connected, once',
    run: async (bench) => {
      await settle();
      expect(bench.sink.links).toEqual([{ kind: 'UP' }]);
      expect(bench.venue.connections()).toBeGreaterThan(0);
    },
  },
  {
    name: 'does not connect with the wrong key: UNAUTHORISED',
    traits: ['KEYS'],
    unconnected: true,
    run: async (bench) =>
      expect((await errorOf(bench.another('WRONG').connect(new RecordingBrokerSink(), SOON()))).code).toBe('UNAUTHORISED'),
  },
  {
    name: 'does not connect to a venue that is not there: UNREACHABLE',
    traits: ['DOWN'],
    unconnected: true,
    run: async (bench) => {
      await bench.venue.down();
      expect((await errorOf(bench.broker.connect(bench.sink, SOON()))).code).toBe('UNREACHABLE');
    },
  },
  {
    name: 'can be connected when the venue is back after an attempt that failed',
    traits: ['DOWN'],
    unconnected: true,
    run: async (bench) => {
      await bench.venue.down();
      for (let attempt = 0; attempt < 2; attempt += 1) await errorOf(bench.broker.connect(bench.sink, SOON()));
      await bench.venue.up();
      await bench.connect();
      await bench.placeFilled(orderOf('MARKET'));
      expect(bench.sink.links.at(-1)).toEqual({ kind: 'UP' });
    },
  },
  {
    name: 'gives up connecting when it is told to: ABORTED',
    unconnected: true,
    run: async (bench) => {
      expect((await errorOf(bench.another().connect(new RecordingBrokerSink(), AbortSignal.abort()))).code).toBe('ABORTED');
    },
  },
  {
    name: 'comes back after a connection that was cut in the middle of a message, and orders still work',
    traits: ['CUT'],
    run: async (bench) => {
      const order = orderOf('LIMIT', { limitPrice: price('99') });
      await bench.placeWorking(order);
      await bench.reconnected(() => bench.venue.link.cut());
      bench.untouched(order.clientOrderId);
      await bench.venue.market.quote(AAPL, '98.8', '98.9');
      await bench.filled(order.clientOrderId, order.quantity);
    },
  },
  {
    name: 'tells a fill that happened while the connection was lost, exactly once',
    traits: ['CUT', 'REFUSED_LINK'],
    run: async (bench) => {
      const order = orderOf('LIMIT', { limitPrice: price('99') });
      await bench.placeWorking(order);
      await bench.reconnected(() => {
        bench.venue.link.refuse(2);
        bench.venue.link.cut();
        void bench.venue.market.quote(AAPL, '98.8', '98.9');
      });
      await bench.filled(order.clientOrderId, order.quantity);
      await settle();
      expect(bench.filledQuantity(order.clientOrderId)).toBe(order.quantity);
    },
  },
  {
    name: 'has told all that it missed before it says that it is up again',
    traits: ['CUT', 'REFUSED_LINK'],
    run: async (bench) => {
      const order = orderOf('LIMIT', { limitPrice: price('99') });
      await bench.placeWorking(order);
      let filledWhenUp: bigint | undefined;
      const { sink } = bench;
      const link = sink.link.bind(sink);
      sink.link = (told) => {
        if (told.kind === 'UP') filledWhenUp ??= bench.filledQuantity(order.clientOrderId);
        link(told);
      };
      await bench.reconnected(() => {
        bench.venue.link.refuse(2);
        bench.venue.link.cut();
        void bench.venue.market.quote(AAPL, '98.8', '98.9');
      });
      expect(filledWhenUp).toBe(order.quantity);
    },
  },
  {
    name: 'tells a cancellation that happened while the connection was lost',
    traits: ['CUT', 'REFUSED_LINK', 'OTHER_CLIENT'],
    run: async (bench) => {
      const order = orderOf('LIMIT');
      const { venueOrderId } = await bench.placeWorking(order);
      await bench.reconnected(() => {
        bench.venue.link.refuse(2);
        bench.venue.link.cut();
        void bench.venue.elsewhere.cancel(venueOrderId!);
      });
      await bench.told(order.clientOrderId, 'CANCELED');
    },
  },
  {
    name: 'tells an order that another client placed and filled while the connection was lost',
    traits: ['CUT', 'REFUSED_LINK', 'OTHER_CLIENT'],
    run: async (bench) => {
      const order = orderOf('MARKET', { symbol: MSFT });
      await bench.reconnected(() => {
        bench.venue.link.refuse(2);
        bench.venue.link.cut();
        void bench.venue.elsewhere.submit(order);
      });
      await bench.filled(order.clientOrderId, order.quantity);
      expect(bench.of(order.clientOrderId)[0]!.type).toBe('ACCEPTED');
    },
  },
  {
    name: 'tells fills in parts that came before and during a loss, each once',
    traits: ['CUT', 'REFUSED_LINK'],
    run: async (bench) => {
      await bench.venue.market.quote(AAPL, '99.9', '100.1', '4');
      const order = orderOf('LIMIT', { limitPrice: price('100.1') });
      await bench.place(order);
      await until('the first part is told', () => bench.filledQuantity(order.clientOrderId) > 0n);
      await bench.reconnected(() => {
        bench.venue.link.refuse(2);
        bench.venue.link.cut();
        void bench.venue.market.quote(AAPL, '99.9', '100.05');
      });
      await bench.filled(order.clientOrderId, order.quantity);
      await settle();
      expect(bench.filledQuantity(order.clientOrderId)).toBe(order.quantity);
    },
  },
  {
    name: 'loses nothing and adds nothing over many cuts in the middle of trading',
    traits: ['CUT', 'OWN_LINK'],
    run: async (bench) => {
      const orders = Array.from({ length: 12 }, () => orderOf('MARKET'));
      for (const [index, order] of orders.entries()) {
        if (index % 3 === 1) bench.venue.link.cut();
        await bench.place(order);
      }
      for (const order of orders) await bench.filled(order.clientOrderId, order.quantity);
      await settle();
      for (const order of orders) expect(bench.filledQuantity(order.clientOrderId)).toBe(order.quantity);
    },
  },
  {
    name: 'takes silence for a loss and connects anew',
    traits: ['SILENCE'],
    run: async (bench) => {
      await bench.reconnected(() => bench.venue.link.silence());
      const order = orderOf('MARKET');
      await bench.placeFilled(order);
    },
  },
  {
    name: 'tells what was filled during a silence',
    traits: ['SILENCE'],
    run: async (bench) => {
      const order = orderOf('LIMIT', { limitPrice: price('99') });
      await bench.placeWorking(order);
      await bench.reconnected(() => {
        bench.venue.link.silence();
        void bench.venue.market.quote(AAPL, '98.8', '98.9');
      });
      await bench.filled(order.clientOrderId, order.quantity);
    },
  },
  {
    name: 'comes back however often it is refused',
    traits: ['CUT', 'REFUSED_LINK'],
    run: async (bench) => {
      await bench.reconnected(() => {
        bench.venue.link.refuse(5);
        bench.venue.link.cut();
      });
      expect(bench.sink.count('DOWN')).toBe(1);
    },
  },
  {
    name: 'gives the same report told twice the same id',
    traits: ['DUPLICATES'],
    run: async (bench) => {
      bench.venue.link.duplicate();
      const order = orderOf('MARKET');
      await bench.placeFilled(order);
      await settle();
      expect(bench.filledQuantity(order.clientOrderId)).toBe(order.quantity);
      expect(bench.all(order.clientOrderId, 'ACCEPTED').length).toBeLessThanOrEqual(1);
    },
  },
  {
    name: 'tells reports that come the other way round, all of them',
    traits: ['HELD_REPORTS'],
    run: async (bench) => {
      bench.venue.link.hold();
      const order = orderOf('MARKET');
      await bench.place(order);
      await bench.venue.market.quote(AAPL, '100.2', '100.3');
      bench.venue.link.release('REVERSED');
      await bench.filled(order.clientOrderId, order.quantity);
      await bench.told(order.clientOrderId, 'ACCEPTED');
    },
  },
  {
    name: 'tells late reports as they come, and an order is known by its answer meanwhile',
    traits: ['HELD_REPORTS'],
    run: async (bench) => {
      bench.venue.link.hold();
      const order = orderOf('LIMIT');
      const { venueOrderId } = await bench.place(order);
      expect(venueOrderId).not.toBe('');
      expect(bench.of(order.clientOrderId)).toEqual([]);
      bench.venue.link.release('SAME');
      await bench.told(order.clientOrderId, 'ACCEPTED');
    },
  },
  {
    name: 'tells a message that it can not read, and the session lives',
    traits: ['UNREADABLE'],
    run: async (bench) => {
      bench.venue.link.sendUnreadable();
      await until('the fault is told', () => bench.sink.faults.length > 0);
      expect(bench.sink.faults[0]!.error.code).toBe('BAD_RESPONSE');
      expect(bench.sink.faults[0]!.raw).not.toBe('');
      await bench.placeFilled(orderOf('MARKET'));
    },
  },
  {
    name: 'leaves orders working when it is closed, and another session finds them',
    run: async (bench) => {
      const order = orderOf('LIMIT');
      await bench.placeWorking(order);
      await bench.broker.close();
      const other = bench.another();
      await other.connect(new RecordingBrokerSink(), SOON());
      expect(await other.find(order.clientOrderId)).toMatchObject({ status: 'WORKING' });
      expect((await other.snapshot(0n as never)).orders).toMatchObject([{ clientOrderId: order.clientOrderId, status: 'WORKING' }]);
    },
  },
  {
    name: 'says nothing more after it is closed, sends nothing, and can be closed twice',
    run: async (bench) => {
      const order = orderOf('LIMIT', { limitPrice: price('99') });
      const reference = await bench.placeWorking(order);
      await bench.broker.close();
      await bench.broker.close();
      const said = [bench.sink.reports.length, bench.sink.links.length];
      await bench.venue.market.quote(AAPL, '98.8', '98.9');
      expect(await bench.broker.submit(orderOf('MARKET'))).toMatchObject({ status: 'NOT_SENT' });
      expect(await bench.broker.cancel(reference)).toMatchObject({ status: 'NOT_SENT' });
      await settle();
      expect([bench.sink.reports.length, bench.sink.links.length]).toEqual(said);
      expect(bench.venue.connections()).toBe(0);
    },
  },
  {
    name: 'rejects questions after it is closed with CLOSED',
    run: async (bench) => {
      await bench.broker.close();
      expect((await errorOf(bench.broker.find('anything'))).code).toBe('CLOSED');
      expect((await errorOf(bench.broker.snapshot(0n as never))).code).toBe('CLOSED');
    },
  },
];

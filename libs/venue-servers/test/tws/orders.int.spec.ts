import { EventName, type Order, OrderAction, OrderType, SecType, TimeInForce } from '@stoqey/ib';
import { money, price, quantity } from '@tradewind/vocabulary';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { TwsServer } from '../../src/index.js';
import { AAPL, listeningServer, OPENING, SteppedClock } from './market-of-apple.js';
import { StoqeyClient } from './stoqey-client.js';

const APPLE = { symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
const limit = (lmtPrice: number, given: Partial<Order> = {}): Order => ({
  action: OrderAction.BUY,
  orderType: OrderType.LMT,
  totalQuantity: 100,
  lmtPrice,
  tif: TimeInForce.DAY,
  transmit: true,
  orderRef: 'ours-1',
  ...given,
});

describe.each([{ serverVersionMax: 186 }, { serverVersionMax: 178 }])(
  'orders at the TWS server, by @stoqey/ib at version $serverVersionMax',
  ({ serverVersionMax }) => {
    const clock = new SteppedClock();
    let server: TwsServer;
    let client: StoqeyClient;

    beforeEach(async () => {
      clock.seconds = OPENING + 3600;
      server = await listeningServer({
        serverVersionMax,
        clock,
        limits: { messagesPerSecondMax: 1000 },
        trading: { openingCash: money('100000') },
      });
      server.trading.quote('AAPL', '170', '170.1', '60');
      client = new StoqeyClient(server.port);
      await client.connect();
    });
    afterEach(async () => {
      expect(client.complaints).toEqual([]);
      client.close();
      await server.close();
    });

    const statuses = (): readonly (readonly unknown[])[] =>
      client.of(EventName.orderStatus).map(([id, status, filled, remaining]) => [id, status, filled, remaining]);
    const shown = async (id: number, status: string): Promise<void> =>
      void (await client.next(EventName.orderStatus, ([number, now]) => number === id && now === status));

    it('takes an order and shows it with every term, its permanent id and its reference', async () => {
      client.api.placeOrder(1, APPLE, limit(165.5, { ocaGroup: 'pair', ocaType: 2, outsideRth: true }));
      const [id, contract, order, state] = await client.next(EventName.openOrder);
      expect([id, contract, order, state]).toMatchObject([
        1,
        { conId: AAPL, symbol: 'AAPL', currency: 'USD', exchange: 'SMART' },
        {
          action: 'BUY',
          totalQuantity: 100,
          orderType: 'LMT',
          lmtPrice: 165.5,
          tif: 'DAY',
          orderRef: 'ours-1',
          ocaGroup: 'pair',
          ocaType: 2,
          account: 'DU1234567',
          clientId: 7,
          outsideRth: true,
        },
        { status: 'Submitted' },
      ]);
      expect((order as { permId: number }).permId).toBeGreaterThan(0);
      await shown(1, 'Submitted');
    });

    it('shows trailing stops by amount and by percent, stop limits and orders at the close as they were placed', async () => {
      const far = { action: OrderAction.SELL, totalQuantity: 10, transmit: true };
      client.api.placeOrder(1, APPLE, { ...far, orderType: OrderType.TRAIL, auxPrice: 2.5, trailStopPrice: 160 });
      client.api.placeOrder(2, APPLE, { ...far, orderType: OrderType.TRAIL, trailingPercent: 5 });
      client.api.placeOrder(3, APPLE, { ...far, orderType: OrderType.STP_LMT, auxPrice: 160, lmtPrice: 159 });
      client.api.placeOrder(4, APPLE, { ...far, orderType: OrderType.TRAIL_LIMIT, auxPrice: 2, lmtPriceOffset: 0.5 });
      client.api.placeOrder(5, APPLE, { ...far, orderType: OrderType.LOC, lmtPrice: 172 });
      await client.next(EventName.openOrder, ([id]) => id === 5);
      const orders = client.of(EventName.openOrder).map(([, , order]) => order);
      expect(orders).toMatchObject([
        { orderType: 'TRAIL', auxPrice: 2.5, trailStopPrice: 160 },
        { orderType: 'TRAIL', trailingPercent: 5 },
        { orderType: 'STP LMT', auxPrice: 160, lmtPrice: 159 },
        { orderType: 'TRAIL LIMIT', auxPrice: 2, lmtPriceOffset: 0.5 },
        { orderType: 'LOC', lmtPrice: 172 },
      ]);
    });

    it('fills in parts: executions, statuses that are told twice, commissions after them', async () => {
      client.api.placeOrder(1, APPLE, limit(170.1));
      await client.next(EventName.commissionReport);
      expect(statuses()).toContainEqual([1, 'Submitted', 60, 40]);
      server.trading.quote('AAPL', '170', '170.05');
      await shown(1, 'Filled');
      await client.next(EventName.commissionReport, () => client.of(EventName.commissionReport).length === 2);
      expect(statuses().filter(([, status]) => status === 'Filled')).toHaveLength(2);
      const executions = client.of(EventName.execDetails).map(([, , execution]) => execution);
      expect(executions).toMatchObject([
        {
          shares: 60,
          price: 170.1,
          side: 'BOT',
          orderRef: 'ours-1',
          cumQty: 60,
          avgPrice: 170.1,
          acctNumber: 'DU1234567',
          time: '20240308 10:30:00 US/Eastern',
        },
        { shares: 40, price: 170.1, cumQty: 100, avgPrice: 170.1 },
      ]);
      const reports = client.of(EventName.commissionReport).map(([report]) => report);
      expect(reports).toMatchObject(executions.map((execution) => ({ execId: (execution as { execId: string }).execId, currency: 'USD' })));
      // The order's minimum is a dollar, and both parts are within it.
      expect(reports.map((report) => (report as { commission: number }).commission)).toEqual([1, 0]);
    });

    it('puts new terms in place of a working order, and cancels it (202)', async () => {
      client.api.placeOrder(1, APPLE, limit(165));
      await shown(1, 'Submitted');
      client.api.placeOrder(1, APPLE, limit(166, { totalQuantity: 80 }));
      await client.next(EventName.openOrder, ([, , order]) => (order as Order).lmtPrice === 166 && (order as Order).totalQuantity === 80);
      client.api.cancelOrder(1);
      expect((await client.error(1)).code).toBe(202);
      await shown(1, 'Cancelled');
      expect(statuses().map(([, status]) => status)).toContain('PendingCancel');
      client.api.reqCompletedOrders(false);
      const [, order, state] = await client.next(EventName.completedOrder);
      expect([order, state]).toMatchObject([
        { orderRef: 'ours-1', lmtPrice: 166, totalQuantity: 80, filledQuantity: 0 },
        { status: 'Cancelled', completedStatus: 'Cancelled by Trader' },
      ]);
      await client.next(EventName.completedOrdersEnd);
    });

    it('cancels everything at once', async () => {
      for (const id of [1, 2, 3]) client.api.placeOrder(id, APPLE, limit(160 + id));
      await shown(3, 'Submitted');
      client.api.reqGlobalCancel();
      for (const id of [1, 2, 3]) await shown(id, 'Cancelled');
      client.api.reqOpenOrders();
      await client.next(EventName.openOrderEnd);
    });

    it.each([
      [110, limit(165.005)],
      [434, limit(165, { totalQuantity: 0 })],
      [10_243, limit(165, { totalQuantity: 1.5 })],
      [201, limit(165, { totalQuantity: 5000 })],
      [387, limit(165, { orderType: OrderType.PEG_MID })],
      [111, { ...limit(165), orderType: OrderType.STP, auxPrice: 175, tif: TimeInForce.IOC }],
      [321, limit(165, { account: 'DU9' })],
    ] as const)('refuses with %i what it can not take', async (code, order) => {
      client.api.placeOrder(1, APPLE, order);
      expect((await client.error(1)).code).toBe(code);
      client.api.reqOpenOrders();
      await client.next(EventName.openOrderEnd);
      expect(client.of(EventName.openOrder)).toEqual([]);
    });

    it('refuses numbers that were used (103), changes of filled orders (104) and of another order (105), and cancels of what is gone (10147, 10148)', async () => {
      client.api.placeOrder(5, APPLE, limit(170.1, { totalQuantity: 10 }));
      await shown(5, 'Filled');
      client.api.placeOrder(3, APPLE, limit(165));
      expect((await client.error(3)).code).toBe(103);
      client.api.placeOrder(5, APPLE, limit(170.2, { totalQuantity: 10 }));
      expect((await client.error(5)).code).toBe(104);
      client.api.cancelOrder(5);
      await client.next(EventName.error, ([, code, id]) => code === 10_148 && id === 5);
      client.api.cancelOrder(77);
      expect((await client.error(77)).code).toBe(10_147);
      client.api.placeOrder(6, APPLE, limit(165));
      client.api.placeOrder(6, APPLE, limit(175, { action: OrderAction.SELL }));
      expect((await client.error(6)).code).toBe(105);
      client.api.reqIds();
      await client.next(EventName.nextValidId, ([id]) => id === 7);
    });

    it('answers what was executed today, by client, symbol, side and time, with commissions; a correction ends in the next number', async () => {
      client.api.placeOrder(1, APPLE, limit(170.1, { totalQuantity: 10 }));
      await client.next(EventName.commissionReport);
      const first = (client.of(EventName.execDetails)[0]![2] as { execId: string }).execId;
      server.trading.desk.correct(first, { quantity: quantity('9'), price: price('170.05') });
      const [, , corrected] = await client.next(EventName.execDetails, ([, , execution]) => (execution as { shares: number }).shares === 9);
      expect([first.slice(-3), (corrected as { execId: string }).execId]).toEqual(['.01', `${first.slice(0, -3)}.02`]);
      const count = async (requestId: number, filter: object): Promise<number> => {
        client.api.reqExecutions(requestId, filter);
        await client.next(EventName.execDetailsEnd, ([id]) => id === requestId);
        return client.of(EventName.execDetails).filter(([id]) => id === requestId).length;
      };
      expect(await count(50, {})).toBe(2);
      expect(await count(51, { symbol: 'MSFT' })).toBe(0);
      expect(await count(52, { side: 'SELL' })).toBe(0);
      expect(await count(53, { clientId: '7', symbol: 'AAPL', side: 'BUY', time: '20240308-15:00:00' })).toBe(2);
      expect(await count(54, { time: '20240308-15:31:00' })).toBe(0);
      clock.seconds += 86_400;
      expect(await count(55, {})).toBe(0);
    });

    it('tells positions, values by currency and the portfolio, and again when they change', async () => {
      server.trading.setCash('EUR', money('1234.5'));
      client.api.placeOrder(1, APPLE, limit(170.1, { totalQuantity: 10 }));
      await client.next(EventName.commissionReport);
      client.api.reqPositions();
      await client.next(EventName.positionEnd);
      expect(client.of(EventName.position)[0]).toMatchObject(['DU1234567', { conId: AAPL }, 10, 170.1]);
      client.api.reqAccountUpdates(true, 'DU1234567');
      await client.next(EventName.accountDownloadEnd);
      const values = client.of(EventName.updateAccountValue);
      expect(values).toContainEqual(['CashBalance', '98298.00', 'USD', 'DU1234567']);
      expect(values).toContainEqual(['CashBalance', '1234.50', 'EUR', 'DU1234567']);
      expect(client.of(EventName.updatePortfolio)[0]!.slice(0, 2)).toMatchObject([{ symbol: 'AAPL' }, 10]);
      client.api.placeOrder(2, APPLE, limit(170.1, { totalQuantity: 5 }));
      await client.next(EventName.updatePortfolio, ([, position]) => position === 15);
      client.api.reqAccountSummary(9, 'All', 'NetLiquidation,$LEDGER:ALL');
      await client.next(EventName.accountSummaryEnd);
      expect(client.of(EventName.accountSummary).map(([, , tag, , currency]) => [tag, currency])).toEqual(
        expect.arrayContaining([
          ['NetLiquidation', 'USD'],
          ['CashBalance', 'EUR'],
        ]) as unknown[],
      );
    });

    it('tells orders that were made by hand to client 0 alone, under numbers that count down', async () => {
      const master = new StoqeyClient(server.port, 0);
      await master.connect();
      client.api.reqAutoOpenOrders(true);
      expect((await client.next(EventName.info, ([, code]) => code === 327))[1]).toBe(327);
      master.api.reqAutoOpenOrders(true);
      master.api.reqCurrentTime();
      await master.next(EventName.currentTime);
      const contract = { conId: AAPL, symbol: '', secType: '', exchange: '', primaryExchange: '', currency: '', localSymbol: '' };
      const none = {
        auxPrice: undefined,
        trailStopPrice: undefined,
        trailingPercent: undefined,
        limitOffset: undefined,
        ocaType: 0,
        ocaGroup: '',
      };
      server.trading.desk.placeByHand({
        ...none,
        contract,
        action: 'BUY',
        quantity: quantity('7'),
        orderType: 'LMT',
        limitPrice: price('160'),
        timeInForce: 'DAY',
        account: '',
        orderRef: '',
        outsideRegularHours: false,
      });
      const [id, , order] = await master.next(EventName.openOrder);
      expect([id, order]).toMatchObject([-1, { totalQuantity: 7, clientId: 0 }]);
      expect(client.of(EventName.openOrder)).toEqual([]);
      client.api.reqAllOpenOrders();
      await client.next(EventName.openOrderEnd);
      expect(client.of(EventName.openOrder)).toHaveLength(1);
      master.close();
    });

    it('knows the orders of a client after a restart, shows them unasked, and goes on counting', async () => {
      client.api.placeOrder(4, APPLE, limit(165));
      await shown(4, 'Submitted');
      await server.stop();
      await client.next(EventName.disconnected);
      await server.listen();
      const again = new StoqeyClient(server.port);
      await again.connect();
      expect((await again.next(EventName.nextValidId))[0]).toBe(5);
      expect((await again.next(EventName.openOrder))[0]).toBe(4);
      again.close();
    });
  },
);

import { EventName, IBApi, type Order, SecType } from '@stoqey/ib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { TwsServer, twsContract } from '@tradewind/venue-servers';
import { price, quantity } from '@tradewind/vocabulary';

import * as orders from '../src/order-requests.js';
import * as requests from '../src/requests.js';

const CONTRACT: requests.RoutedContract = {
  conId: 265598,
  symbol: 'AAPL',
  secType: 'STK',
  currency: 'USD',
  localSymbol: 'AAPL',
  tradingClass: 'NMS',
  primaryExchange: 'NASDAQ',
  longName: 'APPLE INC',
  minTick: price('0.01'),
  timeZoneId: 'US/Eastern',
  exchange: 'SMART',
};
const QUERY = { symbol: 'AAPL', secType: 'STK', exchange: 'SMART', primaryExchange: 'NASDAQ', currency: 'USD' };
const THEIRS = {
  conId: 265598,
  symbol: 'AAPL',
  secType: SecType.STK,
  strike: 0,
  exchange: 'SMART',
  primaryExch: 'NASDAQ',
  currency: 'USD',
  localSymbol: 'AAPL',
  tradingClass: 'NMS',
};
const THEIR_QUERY = {
  conId: 0,
  symbol: 'AAPL',
  secType: SecType.STK,
  strike: 0,
  exchange: 'SMART',
  primaryExch: 'NASDAQ',
  currency: 'USD',
  includeExpired: false,
};

/** Both libraries were written from IB's own client, by different hands: a field out of place would differ. */
describe('requests are field for field what @stoqey/ib sends at the same version', () => {
  let server: TwsServer;
  let api: IBApi;

  beforeAll(async () => {
    server = new TwsServer({
      contracts: [twsContract({ conId: 265598, symbol: 'AAPL' })],
      serverVersionMax: 178,
      limits: { messagesPerSecondMax: 1000 },
    });
    await server.listen();
    api = new IBApi({ host: '127.0.0.1', port: server.port, clientId: 3, maxReqPerSec: 1000 });
    api.on(EventName.error, () => undefined);
    const ready = new Promise<void>((resolve) => void api.once(EventName.nextValidId, () => resolve()));
    api.connect();
    await ready;
  });
  afterAll(async () => {
    api.disconnect();
    await server.close();
  });

  /** What the library writes, its fields joined. */
  const theirs = (act: () => void): Promise<string> =>
    new Promise((resolve) => {
      api.once(EventName.sent, (_tokens: unknown, text: string) => resolve(text));
      act();
    });
  const ours = (fields: readonly (string | number | boolean)[]): string =>
    fields.map((field) => (typeof field === 'boolean' ? Number(field) : field)).join('\0');
  const same = async (fields: readonly (string | number | boolean)[], act: () => void): Promise<void> =>
    expect(ours(fields).split('\0')).toEqual((await theirs(act)).split('\0'));

  it('the time', () => same(requests.currentTime(), () => api.reqCurrentTime()));
  it('contract details', () => same(requests.contractDetails(5, QUERY), () => api.reqContractDetails(5, THEIR_QUERY)));
  it('historical bars and their end', async () => {
    const request = { contract: CONTRACT, end: '20240308-21:00:00', barSize: '1 min', duration: '1 D', regularHours: true };
    await same(requests.historicalBars(6, request), () =>
      api.reqHistoricalData(6, THEIRS, '20240308-21:00:00', '1 D', '1 min' as never, 'TRADES' as never, 1, 2, false),
    );
    await same(requests.cancelHistoricalData(6), () => api.cancelHistoricalData(6));
  });
  it('the head timestamp and its end', async () => {
    await same(requests.headTimestamp(7, CONTRACT, true), () => api.reqHeadTimestamp(7, THEIRS, 'TRADES', true, 2));
    await same(requests.cancelHeadTimestamp(7), () => api.cancelHeadTimestamp(7));
  });
  it('historical ticks', () =>
    same(requests.historicalTicks(8, CONTRACT, { start: '20240308-15:00:00', count: 1000, kind: 'BID_ASK', regularHours: false }), () =>
      api.reqHistoricalTicks(8, THEIRS, '20240308-15:00:00', '', 1000, 'BID_ASK', 0, false),
    ));
  it('market data and its end', async () => {
    await same(requests.marketData(9, CONTRACT), () => api.reqMktData(9, THEIRS, '233', false, false));
    // The version of a cancellation is read by nobody; the library says 1, IB's own clients 2.
    await same(requests.cancelMarketData(9).toSpliced(1, 1, 1), () => api.cancelMktData(9));
  });
  it('ticks one by one and their end', async () => {
    await same(requests.tickByTick(10, CONTRACT, 'BidAsk'), () => api.reqTickByTickData(10, THEIRS, 'BidAsk' as never, 0, false));
    await same(requests.cancelTickByTick(10), () => api.cancelTickByTickData(10));
  });
  it('market depth and its end', async () => {
    await same(requests.marketDepth(11, CONTRACT, 10, true), () => api.reqMktDepth(11, THEIRS, 10, true));
    await same(requests.cancelMarketDepth(11, true), () => api.cancelMktDepth(11, true));
  });
  it('bars of five seconds and their end', async () => {
    await same(requests.fiveSecondBars(12, CONTRACT, true), () => api.reqRealTimeBars(12, THEIRS, 5, 'TRADES' as never, true));
    await same(requests.cancelFiveSecondBars(12), () => api.cancelRealTimeBars(12));
  });

  const placed = (given: Partial<orders.OrderToPlace>): orders.OrderToPlace => ({
    action: 'BUY',
    quantity: quantity('100'),
    orderType: 'LMT',
    timeInForce: 'DAY',
    ocaGroup: '',
    ocaType: 0,
    account: 'DU1234567',
    orderRef: 'ours-1',
    outsideRegularHours: false,
    ...given,
  });
  /** The library leaves empty what it is not given; IB's own clients, and ours, write 0 or no. */
  const plain = (fields: readonly string[]): readonly string[] => fields.map((field) => (field === '0' || field === '-1' ? '' : field));
  const samePlaced = async (order: orders.OrderToPlace, theirOrder: object): Promise<void> => {
    const mine = plain(ours(orders.placeOrder(21, CONTRACT, order)).split('\0'));
    const text = await theirs(() => api.placeOrder(21, THEIRS, { transmit: true, ...theirOrder } as Order));
    expect(mine).toEqual(plain(text.split('\0')));
  };
  const common = { action: 'BUY', totalQuantity: 100, tif: 'DAY', account: 'DU1234567', orderRef: 'ours-1' };

  it('a limit order in a group that works outside the session', () =>
    samePlaced(placed({ limitPrice: price('165.5'), ocaGroup: 'pair', ocaType: 2, outsideRegularHours: true }), {
      ...common,
      orderType: 'LMT',
      lmtPrice: 165.5,
      ocaGroup: 'pair',
      ocaType: 2,
      outsideRth: true,
    }));
  it('a stop limit and a market order', async () => {
    await samePlaced(placed({ orderType: 'STP LMT', limitPrice: price('176'), auxPrice: price('175'), timeInForce: 'GTC' }), {
      ...common,
      orderType: 'STP LMT',
      lmtPrice: 176,
      auxPrice: 175,
      tif: 'GTC',
    });
    await samePlaced(placed({ action: 'SELL', orderType: 'MKT', timeInForce: 'OPG' }), {
      ...common,
      action: 'SELL',
      orderType: 'MKT',
      tif: 'OPG',
    });
  });
  it('trailing stops by amount, by percent and with a limit', async () => {
    await samePlaced(placed({ orderType: 'TRAIL', auxPrice: price('2.5'), trailStopPrice: price('160') }), {
      ...common,
      orderType: 'TRAIL',
      auxPrice: 2.5,
      trailStopPrice: 160,
    });
    await samePlaced(placed({ orderType: 'TRAIL', trailingPercent: price('5') }), { ...common, orderType: 'TRAIL', trailingPercent: 5 });
    await samePlaced(placed({ orderType: 'TRAIL LIMIT', auxPrice: price('2'), limitOffset: price('0.5') }), {
      ...common,
      orderType: 'TRAIL LIMIT',
      auxPrice: 2,
      lmtPriceOffset: 0.5,
    });
  });
  it('cancels and everything that is asked of orders and the account', async () => {
    await same(orders.cancelOrder(21), () => api.cancelOrder(21));
    await same(orders.allOpenOrders(), () => api.reqAllOpenOrders());
    await same(orders.autoOpenOrders(), () => api.reqAutoOpenOrders(true));
    await same(orders.completedOrders(), () => api.reqCompletedOrders(false));
    await same(orders.executions(22, 'DU1234567'), () => api.reqExecutions(22, { clientId: '0', acctCode: 'DU1234567' }));
    await same(orders.accountUpdates(true, 'DU1234567'), () => api.reqAccountUpdates(true, 'DU1234567'));
    await same(orders.positions(), () => api.reqPositions());
    await same(orders.cancelPositions(), () => api.cancelPositions());
  });
});

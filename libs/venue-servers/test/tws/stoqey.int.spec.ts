import { BarSizeSetting, EventName, MarketDataType, SecType, WhatToShow } from '@stoqey/ib';
import { price, quantity } from '@tradewind/vocabulary';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { TwsServer } from '../../src/index.js';
import { AAPL, at, EURUSD, listeningServer, minuteBars, OPENING, quote, SteppedClock, trade } from './market-of-apple.js';
import { StoqeyClient } from './stoqey-client.js';

const APPLE = { symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
const EURO = { conId: EURUSD, symbol: 'EUR', secType: SecType.CASH, exchange: 'IDEALPRO', currency: 'USD' };

describe.each([{ serverVersionMax: 193 }, { serverVersionMax: 178 }, { serverVersionMax: 163 }, { serverVersionMax: 147 }])(
  'the TWS server, driven by @stoqey/ib at version $serverVersionMax',
  ({ serverVersionMax }) => {
    const clock = new SteppedClock();
    let server: TwsServer;
    let client: StoqeyClient;

    beforeEach(async () => {
      clock.seconds = OPENING + 3600;
      server = await listeningServer({ serverVersionMax, clock });
      client = new StoqeyClient(server.port);
      await client.connect();
    });
    afterEach(async () => {
      expect(client.complaints).toEqual([]);
      client.close();
      await server.close();
    });

    it('greets with its version, its accounts, the next id and the state of the farms', async () => {
      await client.next(EventName.info, ([, code]) => code === 2158);
      expect(client.of(EventName.server)[0]).toEqual([serverVersionMax, '20240308 15:30:00 UTC']);
      expect(client.of(EventName.managedAccounts)[0]).toEqual(['DU1234567']);
      expect(client.of(EventName.info).map(([, code]) => code)).toEqual([2104, 2104, 2106, 2158]);
      client.api.reqCurrentTime();
      expect(await client.next(EventName.currentTime)).toEqual([OPENING + 3600]);
    });

    it('describes every contract that fits, and ends the list', async () => {
      client.api.reqContractDetails(1, { symbol: 'AAPL', secType: SecType.STK });
      await client.next(EventName.contractDetailsEnd);
      const details = client.of(EventName.contractDetails).map(([, value]) => value as Record<string, unknown>);
      expect(details.map(({ contract }) => (contract as Record<string, unknown>)['conId'])).toEqual([AAPL, 38708077]);
      expect(details[0]).toMatchObject({
        longName: 'APPLE INC',
        minTick: 0.01,
        timeZoneId: 'US/Eastern',
        validExchanges: 'SMART,ISLAND,NYSE,ARCA',
        industry: 'Technology',
        contract: { symbol: 'AAPL', currency: 'USD', primaryExch: 'NASDAQ', localSymbol: 'AAPL', tradingClass: 'NMS' },
      });
      if (serverVersionMax >= 153) expect(details[1]).toMatchObject({ longName: 'Apple é', stockType: 'COMMON' });
      if (serverVersionMax >= 164) expect(details[0]).toMatchObject({ minSize: 1, sizeIncrement: 1 });
    });

    it('refuses a contract that it does not have with 200', async () => {
      client.api.reqContractDetails(2, { symbol: 'NONE', secType: SecType.STK });
      expect((await client.error(2)).code).toBe(200);
      client.api.reqMktData(3, { symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART' }, '', false, false);
      expect(await client.error(3)).toMatchObject({ code: 200, message: expect.stringContaining('ambiguous') as string });
    });

    it('answers historical bars in seconds and ends them', async () => {
      server.market.instrument(AAPL).loadBars(60, minuteBars(10));
      client.api.reqHistoricalData(4, APPLE, '20240308-14:35:00', '1 D', BarSizeSetting.MINUTES_ONE, WhatToShow.TRADES, 0, 2, false);
      await client.next(EventName.historicalData, ([, time]) => String(time).startsWith('finished'));
      const bars = client.of(EventName.historicalData).slice(0, -1);
      expect(bars).toHaveLength(5);
      expect(bars[1]!.slice(0, 9)).toEqual([4, String(OPENING + 60), 170.01, 170.06, 169.96, 170.02, 100.5, 3, 170.01]);
    });

    it('writes the time of a bar on the clocks of the exchange, with its zone since version 174, and that of a day as a date', async () => {
      server.market.instrument(AAPL).loadBars(60, minuteBars(10));
      client.api.reqHistoricalData(
        5,
        APPLE,
        '20240308 10:00:00 US/Eastern',
        '1 D',
        BarSizeSetting.MINUTES_FIVE,
        WhatToShow.TRADES,
        1,
        1,
        false,
      );
      await client.next(EventName.historicalData, ([, time]) => String(time).startsWith('finished'));
      const zoned = serverVersionMax >= 174;
      expect(client.of(EventName.historicalData)[1]).toEqual([
        5,
        zoned ? '20240308 09:35:00 US/Eastern' : '20240308  09:35:00',
        170.05,
        170.14,
        170,
        170.1,
        502.5,
        15,
        170.07,
        undefined,
      ]);
      client.api.reqHistoricalData(6, APPLE, '', '1 Y', BarSizeSetting.DAYS_ONE, WhatToShow.TRADES, 1, 2, false);
      const day = await client.next(EventName.historicalData, ([id]) => id === 6);
      expect(day.slice(1, 8)).toEqual(['20240308', 170, 170.14, 169.95, 170.1, 1005, 30]);
    });

    it('keeps historical bars up to date while trades come', async () => {
      server.market.instrument(AAPL).loadBars(60, minuteBars(1));
      client.api.reqHistoricalData(7, APPLE, '', '1 D', BarSizeSetting.MINUTES_ONE, WhatToShow.TRADES, 0, 2, true);
      await client.next(EventName.historicalData, ([, time]) => String(time).startsWith('finished'));
      server.market.instrument(AAPL).publishTrade(trade(OPENING + 3610, '171', '10'));
      server.market.instrument(AAPL).publishTrade(trade(OPENING + 3620, '172', '30'));
      await client.next(EventName.historicalDataUpdate, (values) => values[2] === 171 && values[5] === 172);
      expect(client.of(EventName.historicalDataUpdate).at(-1)).toEqual([7, String(OPENING + 3600), 171, 172, 171, 172, 40, 2, 171.75]);
      client.api.cancelHistoricalData(7);
      client.api.cancelHistoricalData(7);
      expect((await client.error(7)).code).toBe(366);
    });

    it('tells where history begins', async () => {
      server.market.instrument(AAPL).loadBars(60, minuteBars(2));
      client.api.reqHeadTimestamp(8, APPLE, WhatToShow.TRADES, true, 2);
      expect(await client.next(EventName.headTimestamp)).toEqual([8, String(OPENING)]);
      client.api.reqHeadTimestamp(9, APPLE, WhatToShow.TRADES, true, 1);
      expect(await client.next(EventName.headTimestamp, ([id]) => id === 9)).toEqual([9, '20240308-14:30:00']);
    });

    it('answers 162 when it has no bars, and 321 when the bar size is none', async () => {
      client.api.reqHistoricalData(10, APPLE, '', '1 D', BarSizeSetting.MINUTES_ONE, WhatToShow.TRADES, 0, 2, false);
      expect(await client.error(10)).toEqual({
        code: 162,
        message: 'Historical Market Data Service error message:HMDS query returned no data: AAPL@SMART Trades',
      });
      client.api.reqHistoricalData(11, APPLE, '', '1 D', '7 mins' as BarSizeSetting, WhatToShow.TRADES, 0, 2, false);
      expect((await client.error(11)).code).toBe(321);
    });

    it('answers historical ticks, trades, quotes and midpoints, and never cuts a second in two', async () => {
      const apple = server.market.instrument(AAPL);
      apple.loadTrades([
        trade(OPENING, '170', '1'),
        trade(OPENING + 1, '170.01', '2', { pastLimit: true }),
        trade(OPENING + 1.5, '170.02', '3.5', { unreported: true }),
        trade(OPENING + 2, '170.03', '4'),
      ]);
      apple.loadQuotes([quote(OPENING, '169.99', '100', '170.01', '200')]);
      client.api.reqHistoricalTicks(12, APPLE, '20240308-14:30:00', '', 2, WhatToShow.TRADES, 0, true);
      expect(await client.next(EventName.historicalTicksLast)).toEqual([
        12,
        [
          {
            time: OPENING,
            tickAttribLast: { pastLimit: false, unreported: false },
            price: 170,
            size: 1,
            exchange: 'ARCA',
            specialConditions: 'T I',
          },
          {
            time: OPENING + 1,
            tickAttribLast: { pastLimit: true, unreported: false },
            price: 170.01,
            size: 2,
            exchange: 'ARCA',
            specialConditions: 'T I',
          },
          {
            time: OPENING + 1,
            tickAttribLast: { pastLimit: false, unreported: true },
            price: 170.02,
            size: 3.5,
            exchange: 'ARCA',
            specialConditions: 'T I',
          },
        ],
        true,
      ]);
      client.api.reqHistoricalTicks(13, APPLE, '', '20240308-14:31:00', 5, WhatToShow.BID_ASK, 0, false);
      expect(((await client.next(EventName.historicalTicksBidAsk))[1] as readonly unknown[])[0]).toMatchObject({
        time: OPENING,
        priceBid: 169.99,
        priceAsk: 170.01,
        sizeBid: 100,
        sizeAsk: 200,
      });
      client.api.reqHistoricalTicks(14, APPLE, '', '20240308-14:31:00', 5, WhatToShow.MIDPOINT, 0, false);
      expect((await client.next(EventName.historicalTicks))[1]).toEqual([{ time: OPENING, price: 170, size: 0 }]);
    });

    it('streams market data: prices with their sizes, the last trade, its time and volume, until it is cancelled', async () => {
      const apple = server.market.instrument(AAPL);
      client.api.reqMktData(15, APPLE, '233', false, false);
      await client.next(EventName.tickReqParams);
      expect(client.of(EventName.marketDataType)[0]).toEqual([15, MarketDataType.REALTIME]);
      apple.publishQuote(quote(OPENING + 1, '169.99', '100', '170.01', '200'));
      apple.publishQuote(quote(OPENING + 1, '169.99', '150', '170.01', '200'));
      apple.publishTrade(trade(OPENING + 1.25, '170.01', '25'));
      apple.publishGeneric(49, '1');
      await client.next(EventName.tickGeneric, ([, type, value]) => type === 49 && value === 1);
      expect(client.of(EventName.tickPrice).map(([id, type, value]) => [id, type, value])).toEqual([
        [15, 1, 169.99],
        [15, 2, 170.01],
        [15, 4, 170.01],
      ]);
      expect(client.of(EventName.tickSize).map(([, type, size]) => [type, size])).toEqual([
        // The library loses the size that comes with a bid: its number, 0, is falsy.
        [0, 100],
        [3, 200],
        [3, 200],
        [0, 150],
        [5, 25],
        [5, 25],
        [8, 25],
      ]);
      expect(client.of(EventName.tickString)).toEqual([
        [15, 45, String(OPENING + 1)],
        [15, 48, `170.01;25;${(OPENING + 1) * 1000 + 250};25;170.01;true`],
      ]);
      client.api.cancelMktData(15);
      client.api.cancelMktData(15);
      expect((await client.error(15)).code).toBe(300);
    });

    it('answers a snapshot and ends it', async () => {
      server.market.instrument(AAPL).loadQuotes([quote(OPENING, '169.99', '100', '170.01', '200')]);
      client.api.reqMktData(16, APPLE, '', true, false);
      expect(await client.next(EventName.tickSnapshotEnd)).toEqual([16]);
      expect(client.of(EventName.tickPrice).map(([, , value]) => value)).toEqual([169.99, 170.01]);
    });

    it('refuses live data without a subscription (354) or sends it delayed (10167) when that is asked for', async () => {
      server.market.instrument(AAPL).subscribed = false;
      client.api.reqMktData(17, APPLE, '', false, false);
      expect((await client.error(17)).code).toBe(354);
      client.api.reqMarketDataType(MarketDataType.DELAYED);
      client.api.reqMktData(18, APPLE, '', false, false);
      expect((await client.error(18)).code).toBe(10167);
      server.market.instrument(AAPL).publishTrade(trade(OPENING, '170', '1'));
      expect((await client.next(EventName.tickPrice)).slice(0, 3)).toEqual([18, 68, 170]);
    });

    it('streams every trade, quote and midpoint tick by tick, to as many as it allows', async () => {
      const apple = server.market.instrument(AAPL);
      for (const [id, kind] of [
        [19, 'Last'],
        [20, 'AllLast'],
        [21, 'BidAsk'],
        [22, 'MidPoint'],
      ] as const)
        client.api.reqTickByTickData(id, APPLE, kind as never, 0, false);
      expect((await client.error(22)).code).toBe(10190);
      client.api.cancelTickByTickData(19);
      client.api.reqTickByTickData(22, APPLE, 'MidPoint' as never, 0, false);
      client.api.reqCurrentTime();
      await client.next(EventName.currentTime);
      apple.publishTrade(trade(OPENING + 3, '170.5', '7', { unreported: true, exchange: 'FINRA' }));
      apple.publishQuote(quote(OPENING + 4, '170', '1', '171', '2'));
      await client.next(EventName.tickByTickMidPoint);
      expect(client.of(EventName.tickByTickAllLast)).toEqual([
        [20, 2, String(OPENING + 3), 170.5, 7, { pastLimit: false, unreported: true }, 'FINRA', 'T I'],
      ]);
      expect(client.of(EventName.tickByTickBidAsk)).toEqual([
        [21, String(OPENING + 4), 170, 171, 1, 2, { bidPastLow: false, askPastHigh: false }],
      ]);
      expect(client.of(EventName.tickByTickMidPoint)).toEqual([[22, String(OPENING + 4), 170.5]]);
    });

    it('sends bars of five seconds, quiet ones too', async () => {
      const apple = server.market.instrument(AAPL);
      server.market.advanceRealTime(at(OPENING));
      client.api.reqRealTimeBars(23, APPLE, 5, WhatToShow.TRADES, false);
      client.api.reqCurrentTime();
      await client.next(EventName.currentTime);
      apple.publishTrade(trade(OPENING + 1, '170', '10'));
      apple.publishTrade(trade(OPENING + 4.9, '171', '30'));
      server.market.advanceRealTime(at(OPENING + 10));
      await client.next(EventName.realtimeBar, (values) => values[1] === OPENING + 5);
      expect(client.of(EventName.realtimeBar)).toEqual([
        [23, OPENING, 170, 171, 170, 171, 40, 170.75, 2],
        [23, OPENING + 5, 171, 171, 171, 171, 0, 171, 0],
      ]);
    });

    it('sends the deep book by position, and what changes in it within the rows asked for', async () => {
      const apple = server.market.instrument(AAPL);
      const row = (
        maker: string,
        unitPrice: string,
        amount: string,
      ): { maker: string; price: ReturnType<typeof price>; quantity: ReturnType<typeof quantity> } => ({
        maker,
        price: price(unitPrice),
        quantity: quantity(amount),
      });
      apple.replaceBook([row('ARCA', '169.99', '100'), row('NSDQ', '169.98', '200')], [row('BATS', '170.01', '300')]);
      client.api.reqMktDepth(24, APPLE, 2, true);
      await client.next(EventName.updateMktDepthL2, (values) => values[2] === 'BATS');
      apple.changeBook({ side: 'BID', operation: 'update', position: 0, row: row('ARCA', '169.99', '50') });
      apple.changeBook({ side: 'BID', operation: 'insert', position: 0, row: row('BATS', '170', '10') });
      apple.changeBook({ side: 'BID', operation: 'delete', position: 0, row: row('BATS', '170', '10') });
      await client.next(
        EventName.updateMktDepthL2,
        (values) => values[2] === 'NSDQ' && values[3] === 0 && client.of(EventName.updateMktDepthL2).length === 8,
      );
      expect(client.of(EventName.updateMktDepthL2)).toEqual([
        [24, 0, 'ARCA', 0, 1, 169.99, 100, true],
        [24, 1, 'NSDQ', 0, 1, 169.98, 200, true],
        [24, 0, 'BATS', 0, 0, 170.01, 300, true],
        [24, 0, 'ARCA', 1, 1, 169.99, 50, true],
        [24, 1, 'NSDQ', 2, 1, 0, 0, true],
        [24, 0, 'BATS', 0, 1, 170, 10, true],
        [24, 0, 'BATS', 2, 1, 0, 0, true],
        [24, 1, 'NSDQ', 0, 1, 169.98, 200, true],
      ]);
    });

    it('sends a book without makers as plain depth, and announces a reset (317) before the new rows', async () => {
      const euro = server.market.instrument(EURUSD);
      euro.replaceBook([{ maker: '', price: price('1.13125'), quantity: quantity('1000000') }], []);
      client.api.reqMktDepth(25, EURO, 5, false);
      await client.next(EventName.updateMktDepth);
      euro.replaceBook([], [{ maker: '', price: price('1.1313'), quantity: quantity('250000') }]);
      expect((await client.error(25)).code).toBe(317);
      await client.next(EventName.updateMktDepth, (values) => values[3] === 0);
      expect(client.of(EventName.updateMktDepth)).toEqual([
        [25, 0, 0, 1, 1.13125, 1_000_000],
        [25, 0, 0, 0, 1.1313, 250_000],
      ]);
      client.api.cancelMktDepth(25, false);
      client.api.cancelMktDepth(25, false);
      const refused = await client.next(EventName.error, ([, code]) => code === 310);
      expect(refused[2]).toBe(25);
    });

    it('refuses depth where there is none (10092), tells where it is, and allows three books (309)', async () => {
      client.api.reqMktDepth(26, { ...APPLE, exchange: 'NYSE' }, 5, false);
      expect((await client.error(26)).code).toBe(10092);
      client.api.reqMktDepthExchanges();
      expect((await client.next(EventName.mktDepthExchanges))[0]).toMatchObject(
        [{ exchange: 'ISLAND', secType: 'STK' }, { exchange: 'MEXI' }, { exchange: 'IDEALPRO', secType: 'CASH' }].filter(
          ({ exchange }) => exchange !== 'MEXI',
        ),
      );
      for (const id of [27, 28, 29, 30]) client.api.reqMktDepth(id, EURO, 5, false);
      expect((await client.error(30)).code).toBe(309);
    });
  },
);

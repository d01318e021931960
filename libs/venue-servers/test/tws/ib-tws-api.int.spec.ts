import { quantity } from '@tradewind/vocabulary';
import { Client, Contract } from 'ib-tws-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { TwsServer } from '../../src/index.js';
import { AAPL, listeningServer, minuteBars, OPENING, quote, SteppedClock, trade } from './market-of-apple.js';

const APPLE = { ...Contract.stock('AAPL'), currency: 'USD' };

/** The second independent client; it has no market depth and no bars of five seconds, and speaks version 151. */
describe('the TWS server, driven by ib-tws-api', () => {
  let server: TwsServer;
  let client: Client;

  beforeEach(async () => {
    server = await listeningServer({ clock: new SteppedClock() });
    client = new Client({ host: '127.0.0.1', port: server.port, clientId: 9, timeoutMs: 5000 });
    await client.connect();
  });
  afterEach(async () => {
    client._protocolBytes.disconnect();
    await server.close();
  });

  it('starts it and tells the time', async () => {
    expect(server.clientIds).toEqual([9]);
    expect(await client.getCurrentTime()).toBe(OPENING + 3600);
  });

  it('describes a contract', async () => {
    const [details] = await client.getContractDetails(APPLE);
    expect(details).toMatchObject({
      longName: 'APPLE INC',
      minTick: 0.01,
      timeZoneId: 'US/Eastern',
      marketRuleIds: '26,26,26,26',
      contract: { conId: AAPL, symbol: 'AAPL', currency: 'USD', primaryExchange: 'NASDAQ' },
    });
    await expect(client.getContractDetails({ ...APPLE, symbol: 'NONE' })).rejects.toMatchObject({ details: { code: '200' } });
  });

  it('answers historical bars and where they begin', async () => {
    server.market.instrument(AAPL).loadBars(60, minuteBars(3));
    const { bars } = await client.getHistoricalData({
      contract: APPLE,
      endDateTime: '',
      duration: '1 D',
      barSizeSetting: '1 min',
      whatToShow: 'TRADES',
      useRth: 1,
      formatDate: 2,
      keepUpToDate: false,
    });
    expect(bars).toHaveLength(3);
    expect(bars[2]).toEqual({
      date: String(OPENING + 120),
      open: 170.02,
      high: 170.07,
      low: 169.97,
      close: 170.03,
      volume: 100,
      average: 170.02,
      barCount: 3,
    });
    expect(await client.getHeadTimeStamp({ contract: APPLE, whatToShow: 'TRADES', useRth: 1, formatDate: 1 })).toBe('20240308-14:30:00');
  });

  it('answers historical ticks', async () => {
    const apple = server.market.instrument(AAPL);
    apple.loadTrades([trade(OPENING, '170', '1'), trade(OPENING + 1, '170.01', '2')]);
    apple.loadQuotes([quote(OPENING, '169.99', '100', '170.01', '200')]);
    const request = {
      contract: APPLE,
      startDateTime: '20240308-14:30:00',
      endDateTime: '',
      numberOfTicks: 10,
      useRth: 0,
      ignoreSize: true,
    };
    const trades = await client.getHistoricalTicks({ ...request, whatToShow: 'TRADES' });
    expect(JSON.stringify(trades)).toContain('170.01');
    const quotes = await client.getHistoricalTicks({ ...request, whatToShow: 'BID_ASK' });
    expect(JSON.stringify(quotes)).toContain('169.99');
  });

  it('answers a snapshot of market data', async () => {
    const apple = server.market.instrument(AAPL);
    apple.loadQuotes([quote(OPENING, '169.99', '100', '170.01', '200')]);
    apple.loadTrades([{ ...trade(OPENING, '170', '1'), quantity: quantity('30') }]);
    expect(await client.getMarketDataSnapshot({ contract: APPLE })).toMatchObject({
      bid: 169.99,
      bidSize: 100,
      ask: 170.01,
      askSize: 200,
      last: 170,
      lastSize: 30,
      volume: 30,
      marketDataType: 1,
    });
  });

  it('streams market data and quotes tick by tick', async () => {
    const apple = server.market.instrument(AAPL);
    const market = await client.streamMarketData({ contract: APPLE });
    const prices: unknown[] = [];
    market.on('tick', ({ tickType, value }: { tickType: number; value: unknown }) => prices.push([tickType, value]));
    const ticks = await client.streamTickByTickData({ contract: APPLE, tickType: 'BidAsk', numberOfTicks: 0, ignoreSize: false });
    const heard = new Promise((resolve) => ticks.once('tickByTick', resolve));
    await client.getCurrentTime();
    apple.publishQuote(quote(OPENING, '169.99', '100', '170.01', '200'));
    expect(await heard).toEqual({ time: OPENING, bidPrice: 169.99, askPrice: 170.01, bidSize: 100, askSize: 200, mask: 0 });
    expect(prices).toEqual(
      expect.arrayContaining([
        [1, 169.99],
        [2, 170.01],
        [3, 200],
      ]),
    );
    ticks.stop();
    market.stop();
  });

  it('is told 354 when it has no data of an instrument', async () => {
    server.market.instrument(AAPL).subscribed = false;
    await expect(client.getMarketDataSnapshot({ contract: APPLE })).rejects.toMatchObject({ details: { code: '354' } });
  });
});

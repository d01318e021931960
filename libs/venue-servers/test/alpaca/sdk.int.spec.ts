import { MarketDataClient, streaming, timeFrame, TimeFrameUnit } from '@alpacahq/alpaca-trade-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Bar, Quote, Trade } from '@tradewind/market';
import { price, quantity, type Symbol, symbolOf, toNumber, type UnixNanos } from '@tradewind/vocabulary';

import { AlpacaServer } from '../../src/alpaca/alpaca-server.js';
import { wireInstant } from '../../src/alpaca/wire.js';

const AAPL = symbolOf('AAPL');
const SPY = symbolOf('SPY');
const OPEN = BigInt(Date.UTC(2024, 2, 4, 14, 30)) * 1_000_000n;
const MINUTE = 60_000_000_000n;
const KEYS = { keyId: 'local-key-id', secret: 'local-secret' };

const bar = (symbol: Symbol, minute: number): Bar => ({
  id: `bar/${symbol}/${minute}`,
  symbol,
  interval: '1m',
  openTime: (OPEN + BigInt(minute) * MINUTE) as UnixNanos,
  closeTime: (OPEN + BigInt(minute + 1) * MINUTE) as UnixNanos,
  open: price('172.5'),
  high: price(`173.${10 + minute}`),
  low: price('171.9999'),
  close: price('172.75'),
  volume: quantity(String(1000 + minute)),
  source: 'test',
  warmUp: false,
});
const trade = (index: number): Trade => ({
  kind: 'trade',
  symbol: AAPL,
  at: (OPEN + BigInt(index) * 1_000_003n + 7n) as UnixNanos,
  sequence: 0,
  price: price(`172.${5000 + index}`),
  quantity: quantity(String(10 + index)),
  aggressor: 'UNKNOWN',
  conditions: ['I'],
  venue: 'V',
});
const quote = (index: number): Quote => ({
  kind: 'quote',
  symbol: AAPL,
  at: (OPEN + BigInt(index) * 1_000_003n + 9n) as UnixNanos,
  sequence: 0,
  bidPrice: price(`172.4${index}`),
  bidQuantity: quantity('3'),
  askPrice: price(`172.6${index}`),
  askQuantity: quantity('4'),
  venue: 'V',
});
const MINUTES = timeFrame(1, TimeFrameUnit.Minute);
const numbers = [0, 1, 2, 3, 4, 5, 6];

/** What the SDK should make of them. */
const barSeen = (each: Bar) => ({
  symbol: each.symbol,
  open: toNumber(each.open),
  high: toNumber(each.high),
  low: toNumber(each.low),
  close: toNumber(each.close),
  volume: toNumber(each.volume),
});
const tradeSeen = (each: Trade) => ({
  symbol: each.symbol,
  price: toNumber(each.price),
  size: toNumber(each.quantity),
  exchange: each.venue,
  conditions: ['I'],
});
const quoteSeen = (each: Quote) => ({
  symbol: each.symbol,
  bidPrice: toNumber(each.bidPrice),
  bidSize: 3,
  askPrice: toNumber(each.askPrice),
  askSize: 4,
  bidExchange: 'V',
  askExchange: 'V',
});
/** Nine fraction digits, as the SDK prints a timestamp of its own codec. */
const nanosOf = (raw: string | undefined): bigint => {
  const match = /^(.*?)(?:\.(\d+))?Z$/.exec(raw ?? '');
  return BigInt(Date.parse(`${match?.[1]}Z`)) * 1_000_000n + BigInt((match?.[2] ?? '').padEnd(9, '0'));
};

describe('the Alpaca server, asked by the SDK', () => {
  let server: AlpacaServer;
  beforeEach(async () => {
    server = await AlpacaServer.start({ ...KEYS, pageRowsMax: 4 });
  });
  afterEach(() => server.down());
  /** The SDK knows only Alpaca's own host: its requests are sent to ours. */
  const client = (keys = KEYS): MarketDataClient =>
    new MarketDataClient({
      ...keys,
      fetchApi: (input, init) => {
        const asked = new URL(input);
        return fetch(new URL(`${asked.pathname}${asked.search}`, server.restUrl), init);
      },
    });

  it('gives bars of several symbols over several pages', async () => {
    const [ours, theirs] = [numbers.map((minute) => bar(AAPL, minute)), numbers.map((minute) => bar(SPY, minute))];
    server.load(...ours, ...theirs);
    const { AAPL: apple, SPY: fund } = await client().getStockBars({ symbols: ['AAPL', 'SPY'], timeframe: MINUTES, feed: 'iex' });
    for (const [seen, expected] of [
      [apple, ours],
      [fund, theirs],
    ] as const) {
      expect(seen).toMatchObject(
        expected.map(({ openTime, ...each }) => ({
          ...barSeen({ openTime, ...each }),
          timestamp: new Date(Number(openTime / 1_000_000n)),
        })),
      );
    }
    expect(server.requests).toBe(4);
  });
  it('gives trades and quotes with their nanoseconds', async () => {
    server.load(...numbers.map(trade), ...numbers.map(quote));
    const { AAPL: trades } = await client().getStockTrades({ symbols: 'AAPL', feed: 'iex' });
    expect(trades).toMatchObject(numbers.map((index) => ({ ...tradeSeen(trade(index)), timestampRaw: wireInstant(trade(index).at) })));
    const { AAPL: quotes } = await client().getStockQuotes({ symbols: 'AAPL', feed: 'iex' });
    expect(quotes).toMatchObject(numbers.map((index) => ({ ...quoteSeen(quote(index)), timestampRaw: wireInstant(quote(index).at) })));
  });
  it('refuses a wrong key as the SDK expects it', async () => {
    const call = client({ keyId: 'wrong', secret: 'wrong' }).getStockBars({ symbols: 'AAPL', timeframe: MINUTES });
    await expect(call).rejects.toMatchObject({ name: 'AuthError' });
  });
});

describe("the Alpaca server, listened to by the SDK's own stream", () => {
  let server: AlpacaServer;
  let stream: streaming.StockDataStream;
  const connect = (keys = KEYS): void => {
    stream = new streaming.StockDataStream({
      credentials: keys,
      url: `${server.streamUrl}/v2/iex`,
      initialReconnectMs: 20,
      maxReconnectMs: 50,
    });
  };
  const subscribed = async (): Promise<void> => {
    const told = new Promise<void>((resolve) => stream.once('subscription', () => resolve()));
    stream.connect();
    await told;
  };
  const received = async <T>(count: number, list: readonly T[]): Promise<void> => {
    await expect.poll(() => list.length, { timeout: 5000 }).toBe(count);
  };

  beforeEach(async () => {
    server = await AlpacaServer.start(KEYS);
  });
  afterEach(async () => {
    stream.disconnect();
    await server.down();
  });

  it('is authenticated and receives trades, quotes, bars and late bars as they were sent, to the nanosecond', async () => {
    connect();
    const seen: Record<'trades' | 'quotes' | 'bars' | 'late', { readonly timestampRaw?: string | undefined }[]> = {
      trades: [],
      quotes: [],
      bars: [],
      late: [],
    };
    stream.onTrade((each) => seen.trades.push(each));
    stream.onQuote((each) => seen.quotes.push(each));
    stream.onBar((each) => seen.bars.push(each));
    stream.onUpdatedBar((each) => seen.late.push(each));
    stream.subscribeForTrades(['AAPL']);
    stream.subscribeForQuotes(['AAPL']);
    stream.subscribeForBars(['SPY']);
    stream.subscribeForUpdatedBars(['SPY']);
    await subscribed();
    for (const index of numbers) for (const message of [trade(index), quote(index), bar(SPY, index)]) server.publish(message);
    server.publish(bar(AAPL, 0));
    server.publish(bar(SPY, 2), true);
    await received(1, seen.late);
    expect(seen.trades).toMatchObject(numbers.map((index) => tradeSeen(trade(index))));
    expect(seen.quotes).toMatchObject(numbers.map((index) => quoteSeen(quote(index))));
    expect(seen.bars).toMatchObject(numbers.map((index) => barSeen(bar(SPY, index))));
    expect(seen.trades.map(({ timestampRaw }) => nanosOf(timestampRaw))).toEqual(numbers.map((index) => trade(index).at));
    expect(seen.bars.map(({ timestampRaw }) => nanosOf(timestampRaw))).toEqual(numbers.map((index) => bar(SPY, index).openTime));
  });
  it('refuses a wrong key', async () => {
    connect({ keyId: 'wrong', secret: 'wrong' });
    stream.connect();
    expect(await stream.waitForAuthenticationResult(3000)).toMatchObject({ authenticated: false });
  });
  it('is subscribed again after the connection was dropped in the middle of a message', async () => {
    connect();
    const trades: unknown[] = [];
    stream.onTrade((each) => trades.push(each));
    stream.subscribeForTrades(['AAPL']);
    await subscribed();
    const again = new Promise<void>((resolve) => stream.onReconnected(() => resolve()));
    server.dropStreams();
    await again;
    await expect.poll(() => server.subscriptions).toEqual(['trades AAPL']);
    server.publish(trade(1));
    await received(1, trades);
  });
});
